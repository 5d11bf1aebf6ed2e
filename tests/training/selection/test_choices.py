"""Forward and backward choices, against what can be worked out by brute force."""

import numpy as np
import pytest

import physembed as pe
from physembed.training.selection.backward import (
    choose_backward,
    choose_backward_by_products,
    cost_of_leaving_out,
)
from physembed.training.selection.forward import choose_forward, choose_forward_by_products
from physembed.training.selection.weighting import weighted_centred

CHOICES = [choose_forward, choose_backward]


@pytest.mark.parametrize("choose", CHOICES)
@pytest.mark.parametrize("n_features", [20, 200])
def test_what_the_scores_are_made_of_is_chosen(choose, n_features: int) -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(100, n_features)) + 5.0
    scores = features[:, [3, 11, 17]] @ rng.uniform(1, 2, size=(3, 2))
    assert set(choose(features, scores, 3)) == {3, 11, 17}


@pytest.mark.parametrize("choose", CHOICES)
def test_cases_of_no_weight_have_no_say(choose) -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(80, 12))
    scores = np.where(np.arange(80) < 40, features[:, 2], 9 * features[:, 7])[:, None]
    weights = np.where(np.arange(80) < 40, 1.0, 0.0)
    assert choose(features, scores, 1, weights).tolist() == [2]
    assert choose(features, scores, 1).tolist() == [7]


@pytest.mark.parametrize("choose", CHOICES)
def test_dark_features_are_never_chosen(choose) -> None:
    rng = np.random.default_rng(2)
    features = rng.normal(size=(30, 5))
    features[:, [0, 3]] = 0.0
    assert sorted(choose(features, rng.normal(size=(30, 2)), 5)) == [1, 2, 4]


def test_forward_is_orthogonal_least_squares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step by brute force: the feature with which least squares leaves the least."""
    monkeypatch.setattr("physembed.training.selection.forward.SHRINKAGE", 0.0)
    rng = np.random.default_rng(3)
    features, scores = rng.normal(size=(25, 9)), rng.normal(size=(25, 3))
    x, y = features - features.mean(axis=0), scores - scores.mean(axis=0)
    expected: list[int] = []
    for _ in range(4):
        left = {
            j: np.linalg.lstsq(x[:, [*expected, j]], y, rcond=None)[1].sum()
            for j in set(range(9)) - set(expected)
        }
        expected.append(min(left, key=lambda j: left[j]))
    assert choose_forward(features, scores, 4).tolist() == expected


def test_forward_takes_nothing_twice() -> None:
    rng = np.random.default_rng(4)
    one = rng.normal(size=(20, 1))
    features = np.hstack([one, 2 * one, -one])
    assert len(choose_forward(features, one, 3)) == 1


@pytest.mark.parametrize("n_features", [6, 40])
def test_the_cost_is_the_growth_of_the_penalised_error(n_features: int) -> None:
    """With more features than cases and with fewer."""
    rng = np.random.default_rng(5)
    x = weighted_centred(rng.normal(size=(15, n_features)), None)
    y = weighted_centred(rng.normal(size=(15, 2)), None)
    penalty = 0.05 * np.square(x).sum() / 15

    def least(features: np.ndarray) -> float:
        gram = features.T @ features + penalty * np.eye(features.shape[1])
        return float(
            np.square(y).sum() - np.sum((x_y := features.T @ y) * np.linalg.solve(gram, x_y))
        )

    expected = [least(np.delete(x, j, axis=1)) - least(x) for j in range(n_features)]
    np.testing.assert_allclose(cost_of_leaving_out(x, y, 0.05), expected, rtol=1e-6)


def test_products_choose_what_the_features_do() -> None:
    """Of cases with weights, more than features and fewer; a dark feature is there."""
    rng = np.random.default_rng(6)
    for n_cases in (60, 25):
        features = rng.normal(size=(n_cases, 30)) @ rng.normal(size=(30, 30))
        features[:, 4] = 1.0
        scores, weights = rng.normal(size=(n_cases, 2)), rng.uniform(1, 2, n_cases)
        x, y = weighted_centred(features, weights), weighted_centred(scores, weights)
        # those of the dark one are not rounding
        x[:, 4] = 0
        gram, cross = x.T @ x, x.T @ y
        backward = choose_backward_by_products(gram, cross, 9, n_cases)
        np.testing.assert_array_equal(backward, choose_backward(features, scores, 9, weights))
        forward = choose_forward_by_products(gram, cross, 9)
        np.testing.assert_array_equal(forward, choose_forward(features, scores, 9, weights))
    assert len(choose_forward_by_products(np.zeros((3, 3)), np.zeros((3, 1)), 2)) == 0


@pytest.mark.parametrize("choose", CHOICES)
@pytest.mark.parametrize("n_chosen", [0, 7, 2.0])
def test_numbers_beyond_what_there_is_are_refused(choose, n_chosen: object) -> None:
    with pytest.raises(pe.InvalidInputError, match="n_chosen must be an integer from 1 to 6, got"):
        choose(np.zeros((4, 6)), np.zeros((4, 1)), n_chosen)
