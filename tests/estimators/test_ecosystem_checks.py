"""The checks of aeon and of scikit-learn themselves, on every estimator of ours."""

from typing import Any

import pytest
from aeon.testing.estimator_checking import parametrize_with_checks as with_aeon_checks
from sklearn.utils.estimator_checks import check_classifiers_train
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
    takes_jobs = check.keywords.get("estimator_class") in ESTIMATORS
    if takes_jobs and check.func.__name__ == "check_no_multithreading_param":
        # aeon has one thread where nothing is said; n_jobs=None is scikit-learn's default, by
        # which small work takes one thread and large work one for each core
        with pytest.raises(ValueError, match="has a n_jobs parameter"):
            check()
        return
    check()


def expected_failures(estimator) -> dict[str, str]:
    """What scikit-learn asks and we do otherwise, with the reason."""
    of_aeon = "aeon's base class, which every estimator of aeon's kind derives from, sets it"
    return {
        "check_no_attributes_set_in_init": f"is_fitted, metadata_ and classes_: {of_aeon}",
        "check_dont_overwrite_parameters": f"is_fitted: {of_aeon}",
        "check_dtype_object": "text among numbers is an InvalidInputError, which is a ValueError, "
        "where a TypeError is asked for",
        "check_decision_proba_consistency": "probabilities of what is like no training case are "
        "drawn to equal ones, scores are not",
        "check_sample_weight_equivalence_on_dense_data": "a case that stands twice is also counted "
        "twice among those that detectors are tried and thresholds are taken on, where a weight of "
        "two counts in teacher, choice and readout; a weight of zero does leave it out",
    }


@with_scikit_learn_checks(
    [estimator(random_state=0) for estimator in ESTIMATORS],
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


def test_presets_without_levels_are_exempted_from_a_score_and_have_to_be() -> None:
    """Their tag says poor_score: scikit-learn then skips one line of this check.

    It asks for three blobs to be told apart by two columns, which are no series: of two points a
    normalised row keeps which is the larger. `compact` reads levels, and is not exempted.
    """
    with pytest.raises(AssertionError) as caught:
        check_classifiers_train("ScoredClassifier", ScoredClassifier("homodyne", random_state=0))
    assert "accuracy_score(y, y_pred) > 0.83" in str(caught.traceback[-1].statement)
