"""Every name of the API reference has an example, and what can be run of it is."""

import ast
import doctest
import importlib
import inspect
from pathlib import Path

import pytest

REFERENCE = ("physembed", "physembed.optics", "physembed.hardware")
"""Rooms whose names are in the API reference, as docs/conf.py has them."""
ROOMS = (*REFERENCE, "physembed.physics")
LONG = {"PhysicalEmbeddingClassifier", "EquationReport", "check_equation"}
"""Whose examples take more than about a second of a core."""

NOT_RUN = {"explain_run", "serve"}
"""Whose examples are shown alone: one needs the folder of a run, the other does not end."""
NOT_RAISED = {"DownloadError", "OutOfMemoryError", "TrainingError", "TrainingWarning"}
"""Whose examples tell what catches them: what brings them about takes a network, or a long fit."""


def exported() -> dict[str, object]:
    """Classes and functions by their first full name."""
    named: dict[int, tuple[str, object]] = {}
    for room in ROOMS:
        module = importlib.import_module(room)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                named.setdefault(id(value), (f"{room}.{name}", value))
    return dict(named.values())


NAMES = exported()


def _examples(name: str) -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(recurse=False)
    return [test for test in finder.find(NAMES[name], name, globs={}) if test.examples]


def _runs(name: str) -> bool:
    """Whether more of its example runs than imports, and what is a class of what."""
    statements = [
        example.source
        for test in _examples(name)
        for example in test.examples
        if not example.options.get(doctest.SKIP)
    ]
    return any(not text.startswith(("import ", "from ", "issubclass(")) for text in statements)


def test_every_name_of_the_reference_has_an_example_that_runs() -> None:
    asked = [name for name in NAMES if name.startswith(REFERENCE) and "physics" not in name]
    assert len(asked) > 130
    assert [name for name in asked if not _examples(name)] == []
    assert {name.split(".")[-1] for name in asked if not _runs(name)} == NOT_RUN | NOT_RAISED


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name.split(".")[-1] in LONG else [])
        for name in NAMES
        if _examples(name)
    ],
)
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    told: list[str] = []
    for test in _examples(name):
        runner.run(test, out=told.append)
    assert not runner.failures, "".join(told)


def test_the_site_lists_these_rooms() -> None:
    conf = Path(__file__).parents[2] / "docs" / "conf.py"
    assigned = {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(conf.read_text("utf-8")).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id == "BY_THEMSELVES"
    }
    assert tuple(f"physembed.{room}" for room in assigned["BY_THEMSELVES"]) == REFERENCE[1:]
