"""Where a page says that something new is to be named, all of its kind are, and nowhere else."""

import ast
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from physembed.data.catalogue import CATALOGUE
from physembed.data.loading import OF_A_SOURCE
from physembed.estimators.baseline_classifier import BASELINES
from physembed.estimators.catalogue import MODELS, REFERENCES
from physembed.estimators.reference_classifier import _MAKERS
from physembed.networks.detectors.named_detectors import DETECTORS
from physembed.physics import ELEMENTS, EQUATIONS, POTENTIALS
from physembed.presets import PRESETS
from physembed.propagation import SCHEMES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "physembed"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


def classes(registry: Mapping[str, type]) -> set[str]:
    return {kind.__name__ for kind in registry.values()}


KINDS: dict[str, Callable[[], set[str]]] = {
    "an equation": lambda: classes(EQUATIONS),
    "a potential": lambda: classes(POTENTIALS),
    "an element": lambda: classes(ELEMENTS),
    "a detector": lambda: classes(DETECTORS),
    "a scheme": lambda: set(SCHEMES),
    "a preset": lambda: set(PRESETS),
    "a baseline": lambda: set(BASELINES),
    "a data set": lambda: set(CATALOGUE),
}
"""What the members of a kind are called in code: by their names, or by those of their classes."""

OTHERWISE = {
    # the paper's own table of baselines, which another baseline is not in
    "experiments/reproduction/protocol.py",
    # a door that whoever builds it by hand goes through, as the first row says
    "__init__.pyi",
}


@cache
def named_in() -> dict[str, set[str]]:
    """Names and texts in the code of every file; of a class, also where it is imported."""
    return {
        str(path.relative_to(PACKAGE)): _words(ast.parse(path.read_text("utf-8")))
        for path in PACKAGE.rglob("*.py*")
        if path.suffix in (".py", ".pyi")
    }


def _words(tree: ast.Module) -> set[str]:
    words: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value)
        elif isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.alias):
            words.add(node.name)
    return words


def rows() -> dict[str, str]:
    """The rows of the table by what is to be added."""
    lines = re.findall(r"^\| (an? [^|]+?) \| (.+)$", PAGE, flags=re.MULTILINE)
    return {part: row for names, row in lines for part in names.split(" or ")}


def paths_of(kind: str) -> set[str]:
    return set(re.findall(r"`([\w/]+\.pyi?)`", rows()[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_no_other_file_names_every_member(kind: str) -> None:
    members = KINDS[kind]()
    lists = {file for file, words in named_in().items() if members <= words}
    assert lists, "the kind is called otherwise in code"
    assert lists - OTHERWISE <= paths_of(kind)


@pytest.mark.parametrize("kind", ["a scheme", "a preset"])
def test_every_file_of_the_row_names_every_member(kind: str) -> None:
    for file in paths_of(kind):
        assert KINDS[kind]() <= named_in()[file], file


def test_a_baseline_is_named_by_its_name_or_its_class_in_every_file_of_the_row() -> None:
    for file in paths_of("a baseline"):
        words = named_in()[file]
        for name, (network, _) in BASELINES.items():
            assert {name, network.__name__} & words, (file, name)


def test_the_catalogue_of_models_has_every_preset_baseline_and_reference() -> None:
    origins: dict[str, set[str]] = {}
    for entry in MODELS.values():
        origins.setdefault(entry.origin, set()).add(entry.name)
    assert origins["paper"] | origins["ours"] == set(PRESETS)
    assert origins["baseline"] == set(BASELINES)
    assert set(REFERENCES) == set(_MAKERS)


def test_a_data_set_of_a_source_of_its_own_is_in_the_catalogue() -> None:
    assert set(OF_A_SOURCE) <= set(CATALOGUE)
    sources = {path.stem for path in (PACKAGE / "data" / "sources").glob("[!_]*.py")}
    imported = {word for word in named_in()["data/loading.py"] if word in sources}
    assert imported == sources
