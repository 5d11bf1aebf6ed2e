"""Follow the README's examples and "From a CSV to a model" where nothing of the source lies.

``make dist`` runs this in an environment into which nothing but the wheel was installed.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import chdir
from pathlib import Path

import physembed

ROOT = Path(__file__).parents[2]
OWN_DATA = ROOT / "docs" / "own-data.md"
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)


def follow(page: Path, command: Callable[[Sequence[str]], str]) -> dict[str, str]:
    """Do in this folder what a page says, word for word; what each of its commands answered.

    Parameters
    ----------
    page : Path
        All of its examples in Python share their names, as a reader goes through them.
    command : callable
        Runs ``physembed`` with arguments; what it wrote.
    """
    names: dict[str, object] = {}
    answers = {}
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "python":
            exec(compile(text, str(page), "exec"), names)  # noqa: S102
            continue
        for line in text.splitlines():
            program, *arguments = shlex.split(line.removeprefix("$ "))
            assert program == "physembed", line
            answers[line] = command(arguments)
    return answers


def check_own_data(answers: dict[str, str], folder: Path) -> None:
    """What the page promises was said, and lies in the folder."""
    assert any("⠀" in answer for answer in answers.values()), "no sketch of the first case"
    assert any("minirocket" in answer for answer in answers.values()), "no table of models"
    for made in ("run/card.md", "run/report.html", "states.csv"):
        assert (folder / made).stat().st_size > 500, made
    assert "What it does not know" in (folder / "run" / "card.md").read_text("utf-8")


def _installed(arguments: Sequence[str]) -> str:
    """The command as it was installed beside this interpreter."""
    program = Path(sys.executable).parent / "physembed"
    done = subprocess.run([program, *arguments], capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"physembed {shlex.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def main() -> None:
    """Both pages, each in an empty folder."""
    package = Path(physembed.__file__)
    if ROOT / "src" in package.parents:
        raise SystemExit(f"physembed comes from {package}, not from a wheel.")
    os.environ["PYTHONUTF8"] = "1"
    for page in (ROOT / "README.md", OWN_DATA):
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            answers = follow(page, _installed)
            if page == OWN_DATA:
                check_own_data(answers, Path(folder))
        print(f"{page.name} was followed from {package.parent}")


if __name__ == "__main__":
    main()
