"""How much of the library a reader has to open to follow one fit and one prediction."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from aeon.datasets import load_classification

import physembed as pe
from physembed.estimators import SeriesEstimator

PACKAGE = Path(pe.__file__).parent
X, Y = load_classification("GunPoint", split="train")


def entered(work: Callable[[], object]) -> set[tuple[str, str]]:
    """File and name of every function of ours that a piece of work calls."""
    functions = set()

    def look(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PACKAGE)):
            functions.add((code.co_filename, code.co_qualname))

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return functions


@pytest.fixture(scope="module")
def functions() -> dict[str, set[tuple[str, str]]]:
    """Of ``lattice``, when everything is loaded and compiled."""
    pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(X, Y).predict(X)
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    return {
        "fit": entered(lambda: classifier.fit(X, Y)),
        "predict": entered(lambda: classifier.predict(X)),
    }


@pytest.mark.parametrize(
    ("work", "rooms", "most_files", "most_functions"),
    [
        ("fit", ("estimators", "presets", "training"), 13, 68),
        ("predict", ("estimators", "presets", "training"), 4, 10),
    ],
)
def test_what_a_reader_opens_above_the_networks(
    functions: dict[str, set[tuple[str, str]]],
    work: str,
    rooms: tuple[str, ...],
    most_files: int,
    most_functions: int,
) -> None:
    """Fifteen files before a recipe went down instead of climbing back up, when the ridge
    was another library's."""
    ours = {
        (file, name)
        for file, name in functions[work]
        if Path(file).relative_to(PACKAGE).parts[0] in rooms
    }
    files = sorted({str(Path(file).relative_to(PACKAGE)) for file, _ in ours})
    assert len(files) <= most_files, files
    assert len(ours) <= most_functions, sorted(name for _, name in ours)


def test_a_kind_of_estimator_says_four_things_of_its_own() -> None:
    """All else is the same for all of them, whatever they are built of."""
    kinds = (
        pe.PhysicalEmbeddingClassifier,
        pe.PhysicalEmbeddingRegressor,
        pe.PhysicalEmbeddingTransformer,
        pe.BaselineClassifier,
    )
    common = {name for name in vars(SeriesEstimator) if not name.startswith("__")}
    said = {
        name
        for kind in kinds
        for part in kind.__mro__[: kind.__mro__.index(SeriesEstimator)]
        for name in common & set(vars(part))
    }
    hooks = {"recipe", "settings", "_fitted_state", "_restore_fitted_state"}
    assert said - {"_abc_impl"} == hooks
