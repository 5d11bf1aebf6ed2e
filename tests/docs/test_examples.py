"""Every Python example of the documents runs as it stands there, in order, in an empty folder."""

import re
from pathlib import Path

import pytest

from tests.processes import run_script

ROOT = Path(__file__).parents[2]
# own-data.md is followed whole, its commands too, by test_own_data_page.py
PAGES = [
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "own-data.md"),
    *ROOT.glob("README.md"),
]
BLOCK = re.compile(r"^```python\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
NOT_RUN = "<!-- not run -->\n"
"""Stands before a block that shows a fragment, or needs data that must be fetched."""


def blocks(text: str) -> list[tuple[int, str]]:
    """The first line, counted from 1, and the code of every example to run."""
    return [
        (text[: block.start(1)].count("\n") + 1, block.group(1))
        for block in BLOCK.finditer(text)
        if not text[: block.start()].endswith(NOT_RUN)
    ]


def script(text: str) -> str:
    """The examples as one script whose line numbers are those of the page."""
    lines: list[str] = []
    for first, code in blocks(text):
        lines += [""] * (first - 1 - len(lines)) + code.splitlines()
    return "\n".join(lines) + "\n"


WITH_EXAMPLES = [page for page in PAGES if blocks(page.read_text("utf-8"))]


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.name)
def test_examples_run(page: Path, tmp_path: Path) -> None:
    file = tmp_path / f"{page.stem}.py"
    file.write_text(script(page.read_text("utf-8")), "utf-8")
    done = run_script(file, folder=tmp_path).end()
    assert done.returncode == 0, f"{page.name} (lines as on the page):\n{done.stderr}"
    if page.name == "equations.md":
        accuracy = re.search(r"test accuracy: ([\d.]+)%", done.stdout)
        assert accuracy is not None
        # half the days are winter; a trained readout of fewer features reaches 85 %
        assert float(accuracy.group(1)) > 85


def test_the_page_of_equations_has_examples() -> None:
    assert ROOT / "docs" / "equations.md" in WITH_EXAMPLES


def test_line_numbers_and_blocks_left_out() -> None:
    text = (
        f"# A\n```python\nx = 1\n```\ntext\n{NOT_RUN}```python\nbad(\n```\n```python\ny = x\n```\n"
    )
    assert blocks(text) == [(3, "x = 1\n"), (11, "y = x\n")]
    assert script(text).splitlines() == ["", "", "x = 1", *[""] * 7, "y = x"]
