"""Dockerfile and devcontainer say nothing that project, Makefile and command line do not hold."""

import json
import re
import shlex
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from packaging.specifiers import SpecifierSet
from typer.main import get_command

from physembed.cli._app import app
from physembed.data import location

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
DOCKERFILE = ROOT / "Dockerfile"
DEVELOPERS = ROOT / ".devcontainer" / "devcontainer.json"


def instructions(file: Path) -> list[tuple[str, str]]:
    """What a Dockerfile says, in order; lines that go on are one."""
    text = file.read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def python_of(file: Path) -> str:
    base = dict(instructions(file))["FROM"]
    version = re.fullmatch(r"python:(\d+\.\d+)-\w+", base)
    assert version is not None, base
    return version.group(1)


def is_sent(path: str) -> bool:
    """Whether a path is part of what the builder is given: of all patterns the last one counts."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        parents = [path, *map(str, Path(path).parents)]
        if pattern and not line.startswith("#") and any(fnmatch(p, pattern) for p in parents):
            sent = line.startswith("!")
    return sent


def test_python_of_the_images_is_one_that_the_project_runs_on() -> None:
    for file in (DOCKERFILE, DEVELOPERS.parent / "Dockerfile"):
        version = python_of(file)
        assert version in SpecifierSet(PROJECT["requires-python"])
        assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]


def test_the_image_installs_what_is_built_here_with_its_extras() -> None:
    said = instructions(DOCKERFILE)
    assert ("COPY", ". /source") in said
    install = next(rest for word, rest in said if word == "RUN" and rest.startswith("pip install"))
    constraints, package = re.findall(r"(/source\S*?)\"? ", install)[:2]
    assert (ROOT / constraints.removeprefix("/source/")).is_file()
    extras = package.partition("[")[2].rstrip("]").split(",")
    assert set(extras) <= set(PROJECT["optional-dependencies"])
    # what a wheel is built of goes into the image
    needed = ["pyproject.toml", "src", "constraints.txt", PROJECT["readme"]]
    needed += PROJECT["license-files"]
    assert all((ROOT / name).exists() for name in needed)
    assert all(is_sent(name) for name in needed)


def test_nothing_else_is_sent_to_the_builder() -> None:
    # runs, data and environments that lie here may be gigabytes
    others = [".git", ".venv", ".venv-3.12", "results", "docs", "data", "run", "dist", "demo-run"]
    assert [name for name in others if is_sent(name)] == []
    assert not is_sent("src/physembed/__pycache__")
    assert is_sent("src/physembed/py.typed")


def test_pytorch_for_the_cpu_can_be_asked_for() -> None:
    said = instructions(DOCKERFILE)
    argument = next(rest for word, rest in said if word == "ARG")
    install = next(rest for word, rest in said if word == "RUN" and "pip install" in rest)
    # unset, pip is given nothing
    assert argument == "TORCH_INDEX="
    assert '${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"}' in install


def test_the_image_begins_with_the_command_line() -> None:
    said = dict(instructions(DOCKERFILE))
    assert json.loads(said["ENTRYPOINT"]) == list(PROJECT["scripts"]) == ["physembed"]
    # what its first line tells to type
    typed = DOCKERFILE.read_text("utf-8").splitlines()[0].partition("docker run")[2]
    words = shlex.split(typed)
    volume, command = words[words.index("-v") + 1], words[words.index("physembed") + 1]
    assert volume.partition(":")[2] == said["WORKDIR"]
    assert command in get_command(app).commands  # type: ignore[attr-defined]
    environment = dict(pair.split("=") for pair in said["ENV"].split())
    assert environment["PHYSEMBED_DATA"].startswith(said["WORKDIR"])
    assert "PHYSEMBED_DATA" in Path(location.__file__).read_text("utf-8")


def test_developers_are_given_what_the_makefile_makes() -> None:
    said = json.loads(DEVELOPERS.read_text("utf-8"))
    assert (DEVELOPERS.parent / said["build"]["dockerfile"]).is_file()
    program, target = said["postCreateCommand"].split()
    assert program == "make"
    assert re.search(rf"^{target}:", MAKEFILE, flags=re.MULTILINE)
    interpreter = said["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert interpreter == f"{re.search(r'^VENV := (.*)$', MAKEFILE, flags=re.M)[1]}/bin/python"
    # what reports are opened in is installed there as `make browser` installs it
    apt = dict(instructions(DEVELOPERS.parent / "Dockerfile"))["RUN"]
    assert "chromium" in apt
    assert "apt-get install --yes --no-install-recommends chromium" in MAKEFILE
