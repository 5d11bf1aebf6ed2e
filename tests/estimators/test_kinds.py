"""What tells one kind of estimator from another."""

import ast
import sys
from pathlib import Path

import physembed as pe
from physembed.estimators import SeriesEstimator

KINDS = (
    pe.PhysicalEmbeddingClassifier,
    pe.PhysicalEmbeddingRegressor,
    pe.PhysicalEmbeddingTransformer,
    pe.BaselineClassifier,
)
MIXINS = ("FitBesideCases", "FitsStreams")
"""What some kinds have in common beside the base class of all."""


def parts_of_kinds() -> set[type]:
    """Every class of ours that belongs to one kind, or to some of them."""
    of_kinds = {part for kind in KINDS for part in kind.__mro__ if is_ours(part)}
    return of_kinds - common_classes()


def common_classes() -> set[type]:
    """What all are built on, and the mixins."""
    mixins = {part for kind in KINDS for part in kind.__mro__ if part.__name__ in MIXINS}
    return {part for part in SeriesEstimator.__mro__ if is_ours(part)} | mixins


def is_ours(part: type) -> bool:
    return part.__module__.startswith("physembed.")


def names_in(classes: set[type]) -> set[str]:
    """What classes define, but for what Python, and scikit-learn's routing, write into each."""
    names = {name for part in classes for name in vars(part)}
    return {name for name in names if not name.startswith("__") and not name.endswith("_request")}


def names_asked_for() -> set[str]:
    """Private names that the room's other files ask an object for."""
    files_of_kinds = {sys.modules[part.__module__].__file__ for part in parts_of_kinds()}
    folder = Path(str(sys.modules[SeriesEstimator.__module__].__file__)).parent
    trees = [
        ast.parse(file.read_text("utf-8"))
        for file in folder.glob("*.py")
        if str(file) not in files_of_kinds
    ]
    asked = {node.attr for t in trees for node in ast.walk(t) if isinstance(node, ast.Attribute)}
    return {name for name in asked if name.startswith("_")}


def test_a_kind_of_estimator_says_few_things_of_its_own() -> None:
    """All else is the same for all of them, whatever they are built of: neither does a kind take
    the place of what is common, nor does what is common ask for more that only kinds have. What
    aeon and scikit-learn ask estimators for is theirs."""
    said = names_in(parts_of_kinds())
    theirs = names_in({part for kind in KINDS for part in kind.__mro__ if not is_ours(part)})
    hooks = said & (names_in(common_classes()) | names_asked_for()) - theirs
    assert hooks == {"recipe", "settings", "_learns"}


def test_what_is_learned_of_y_says_what_kinds_no_longer_say() -> None:
    """A third kind of y would be one class, and no line in what is common."""
    learned = {kind.__name__: getattr(kind._learns, "__name__", None) for kind in KINDS}
    assert learned == {
        "PhysicalEmbeddingClassifier": "Classes",
        "PhysicalEmbeddingRegressor": "Targets",
        "PhysicalEmbeddingTransformer": None,
        "BaselineClassifier": "Classes",
    }
