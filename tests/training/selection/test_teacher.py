"""The teacher: its left-out errors are those of leaving out, and its penalty has a prior."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

import physembed as pe
from physembed.training.selection import teacher as module
from physembed.training.selection.teacher import RATIOS, Ridges


def problem(n_cases: int, n_features: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n_cases, n_features)) + 2.0
    return features, np.sign(features[:, :2] - 2.0 + 0.3 * rng.normal(size=(n_cases, 2)))


def penalty_of(features: np.ndarray, ratio: float, share: np.ndarray) -> float:
    centred = features - share @ features
    return ratio * len(features) * float(share @ np.square(centred).sum(axis=1)) / len(features)


@pytest.mark.parametrize(("n_cases", "n_features"), [(12, 5), (8, 30), (2, 3)])
@pytest.mark.parametrize("weighted", [False, True])
def test_left_out_scores_are_those_of_a_ridge_without_the_case(
    n_cases: int, n_features: int, weighted: bool
) -> None:
    features, targets = problem(n_cases, n_features)
    rng = np.random.default_rng(1)
    weights = rng.uniform(0.5, 2, n_cases) if weighted else None
    fitted = Ridges(features, targets, case_weights=weights).best()
    mean_one = np.ones(n_cases) if weights is None else weights / weights.mean()
    penalty = penalty_of(features, fitted.ratio, mean_one / n_cases)
    whole = Ridge(penalty).fit(features, targets, sample_weight=mean_one)
    np.testing.assert_allclose(fitted.scores(features), whole.predict(features), atol=1e-8)
    for case in range(n_cases):
        others = np.arange(n_cases) != case
        ridge = Ridge(penalty).fit(features[others], targets[others], mean_one[others])
        expected = ridge.predict(features[case : case + 1])[0]
        np.testing.assert_allclose(fitted.left_out[case], expected, atol=1e-6)


@pytest.mark.parametrize("n_features", [4, 40])
def test_groups_are_left_out_together(n_features: int) -> None:
    features, targets = problem(15, n_features)
    groups = np.repeat([3, 1, 7], 5)
    fitted = Ridges(features, targets, groups=groups).best()
    penalty = penalty_of(features, fitted.ratio, np.full(15, 1 / 15))
    for group in (1, 3, 7):
        left, others = groups == group, groups != group
        ridge = Ridge(penalty).fit(features[others], targets[others])
        np.testing.assert_allclose(fitted.left_out[left], ridge.predict(features[left]), atol=1e-6)


def test_a_copy_left_in_flatters_and_a_group_does_not() -> None:
    """Copies of cases with a little noise, as an augmentation makes them."""
    rng = np.random.default_rng(0)
    features = np.repeat(rng.normal(size=(30, 200)), 2, axis=0)
    features += 0.01 * rng.normal(size=features.shape)
    targets = np.repeat(np.sign(rng.normal(size=(30, 1))), 2, axis=0)  # nothing to be learnt
    alone = Ridges(features, targets).best()
    together = Ridges(features, targets, groups=np.repeat(np.arange(30), 2)).best()
    assert np.square(alone.left_out - targets).mean() < 0.2
    assert np.square(together.left_out - targets).mean() > 0.8


def test_few_cases_take_the_usual_penalty() -> None:
    """Two cases say nothing of the penalty; the prior is least at log10 r = -1.25."""
    features, _ = problem(2, 50)
    fitted = Ridges(features, np.array([[1.0], [-1.0]])).best()
    assert fitted.ratio == pytest.approx(10**-1.25)


def test_many_cases_overrule_the_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    features = rng.normal(size=(400, 20))
    exact = features @ rng.normal(size=(20, 1))
    assert Ridges(features, exact).best().ratio == pytest.approx(RATIOS[0])
    monkeypatch.setattr(module, "FIRMNESS", 1e6)
    assert Ridges(features, exact).best().ratio == pytest.approx(10**-1.25)


def test_dark_features_leave_the_mean() -> None:
    targets = np.array([[1.0], [1.0], [-1.0]])
    fitted = Ridges(np.zeros((3, 4)), targets).best()
    np.testing.assert_allclose(fitted.scores(np.zeros((1, 4))), [[1 / 3]])
    np.testing.assert_allclose(fitted.left_out[:, 0], [0.0, 0.0, 1.0], atol=1e-12)


def test_too_little_is_refused() -> None:
    with pytest.raises(pe.InvalidInputError, match="at least two cases, got 1"):
        Ridges(np.zeros((1, 2)), np.zeros((1, 1))).best()
    with pytest.raises(pe.InvalidInputError, match="at least two different values, got one"):
        Ridges(np.zeros((3, 2)), np.zeros((3, 1)), groups=np.zeros(3, dtype=int)).best()


@pytest.mark.parametrize(("n_cases", "n_features"), [(12, 60), (40, 15)])
@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("n_changed", [4, 14])
def test_what_louder_features_would_do_is_told_without_a_new_fit(
    n_cases: int, n_features: int, n_changed: int, grouped: bool
) -> None:
    features, targets = problem(n_cases, n_features)
    weights = np.random.default_rng(1).uniform(0.5, 2, n_cases)
    groups = np.arange(n_cases) // 3 if grouped else None
    # the last of them counts nothing yet; of many the products of cases are made anew
    places = np.arange(n_changed)
    gains = np.resize([0.1, 3.0, 0.3, 0.0], n_changed)
    present = features.copy()
    present[:, places] *= gains
    ridges = Ridges(present, targets, case_weights=weights, groups=groups)
    expected = Ridges(features, targets, case_weights=weights, groups=groups).best().badness
    told = ridges.badness_with(features[:, places], 1 - np.square(gains))
    assert told == pytest.approx(expected, rel=1e-9)
    assert expected != pytest.approx(ridges.best().badness, rel=1e-3)
