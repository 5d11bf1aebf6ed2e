"""What tells one kind of estimator from another."""

import physembed as pe
from physembed.estimators import SeriesEstimator


def test_a_kind_of_estimator_says_few_things_of_its_own() -> None:
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
    # of a stream of pieces, what classes or targets are; and a regressor's own unit
    hooks |= {"_learn_kind", "_take_over"}
    assert said - {"_abc_impl"} == hooks
