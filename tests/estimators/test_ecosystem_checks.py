"""The checks of aeon and of scikit-learn themselves, on every estimator of ours."""

from typing import Any

import pytest
from aeon.testing.estimator_checking import parametrize_with_checks as with_aeon_checks
from sklearn.utils.estimator_checks import (
    check_classifiers_train,
    check_regressors_train,
)
from sklearn.utils.estimator_checks import parametrize_with_checks as with_scikit_learn_checks

import physembed as pe

pytestmark = pytest.mark.slow

ESTIMATORS = [
    pe.PhysicalEmbeddingClassifier,
    pe.PhysicalEmbeddingRegressor,
    pe.PhysicalEmbeddingTransformer,
]


# aeon's regression data have longer series in the test part than in the training part
@pytest.mark.filterwarnings("ignore::physembed.PhysembedWarning")
@with_aeon_checks([*ESTIMATORS, pe.PhysicalEmbeddingForecaster])
def test_aeon(check) -> None:
    check()


def expected_failures(estimator) -> dict[str, str]:
    """What scikit-learn asks and we do otherwise, with the reason."""
    of_aeon = "aeon's base class, which every estimator of aeon's kind derives from, sets it"
    return {
        "check_no_attributes_set_in_init": f"is_fitted, metadata_ and classes_: {of_aeon}",
        "check_dont_overwrite_parameters": f"is_fitted: {of_aeon}",
        "check_dtype_object": "text among numbers is an InvalidInputError, which is a ValueError, "
        "where a TypeError is asked for",
    }


@with_scikit_learn_checks(
    [estimator("homodyne-small", random_state=0) for estimator in ESTIMATORS],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn(estimator, check) -> None:
    check(estimator)


class ScoredClassifier(pe.PhysicalEmbeddingClassifier):
    """Without the exemption from scikit-learn's scores."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = False
        return tags


class ScoredRegressor(pe.PhysicalEmbeddingRegressor):
    """Without the exemption from scikit-learn's scores."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = False
        return tags


@pytest.mark.parametrize(
    ("check", "estimator", "asked"),
    [
        (check_classifiers_train, ScoredClassifier, "accuracy_score(y, y_pred) > 0.83"),
        (check_regressors_train, ScoredRegressor, "regressor.score(X, y_) > 0.5"),
    ],
)
def test_only_the_score_is_exempted_and_still_has_to_be(check, estimator, asked: str) -> None:
    """Both tags say poor_score: scikit-learn then skips one line of each of these two checks.

    It asks for three blobs to be told apart by two columns, and for numbers that are the level of
    one column in ten. Neither is a series: of two points a normalised row keeps which is the
    larger, and of ten no level. What is reached on series is tested with them, by aeon's checks
    and by ours.
    """
    with pytest.raises(AssertionError) as caught:
        check(estimator.__name__, estimator("homodyne-small", random_state=0))
    assert asked in str(caught.traceback[-1].statement)
