"""The ridge from moments against the ridge from the cases themselves."""

import numpy as np
import pytest
import torch

from physembed.errors import InvalidInputError
from physembed.training.readout.left_out import leave_one_out, mean_and_deviation, signed_targets
from physembed.training.readout.left_out_folds import ridge_of_folds
from physembed.training.readout.moments import Moments, n_bytes

N_CASES, N_FOLDS = 90, 4


def cases(n_features: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = rng.integers(3, size=N_CASES)
    features = rng.normal(size=(N_CASES, n_features)) * rng.uniform(0.1, 9, n_features) + 2
    features += rng.normal(size=(3, n_features))[labels]
    features[:, 3] = 7.0  # a dark detector
    targets = signed_targets(torch.from_numpy(labels), 3).numpy()
    return features, targets, rng.integers(N_FOLDS, size=N_CASES)


def moments_of(features, targets, folds, weights=None, *, block: int = 17) -> Moments:
    moments = Moments.zero(N_FOLDS, features.shape[1], targets.shape[1])
    for first in range(0, len(features), block):
        part = slice(first, first + block)
        of_part = None if weights is None else weights[part]
        moments.add(features[part], targets[part], folds[part], of_part)
    return moments


@pytest.mark.parametrize("n_features", [12, 150])
def test_groups_left_out_are_those_of_the_cases_themselves(n_features: int) -> None:
    """Penalty, left-out scores and readout, with fewer and with more features than cases.

    Tolerance: from moments the ridge is solved in X'X, whose condition is the square of that of X.
    """
    features, targets, folds = cases(n_features)
    expected = leave_one_out(
        torch.from_numpy(features)[None],
        torch.from_numpy(targets),
        groups=torch.from_numpy(folds),
        with_coefficients=True,
    )
    ridge = ridge_of_folds(moments_of(features, targets, folds))
    assert ridge.penalty == float(expected.penalty)
    left_out = ridge.left_out(features, folds)
    np.testing.assert_allclose(left_out, expected.scores[0].numpy(), atol=1e-7)
    assert ridge.error == pytest.approx(np.square(left_out - targets).mean(), rel=1e-8)
    _, deviation = mean_and_deviation(torch.from_numpy(features))
    assert expected.coefficients is not None
    weights = (expected.coefficients[0] / deviation.mT).mT.numpy()
    np.testing.assert_allclose(ridge.weights, weights, atol=1e-7)
    np.testing.assert_allclose(
        (features @ ridge.weights.T + ridge.bias).mean(axis=0), targets.mean(axis=0), atol=1e-9
    )


def test_whole_weights_are_cases_that_come_several_times() -> None:
    features, targets, folds = cases(12)
    weights = np.random.default_rng(1).integers(1, 4, N_CASES)
    weighted = ridge_of_folds(moments_of(features, targets, folds, weights.astype(float)))
    again = np.repeat(np.arange(N_CASES), weights)
    # the penalty counts in standardised features, which weights leave as they are
    repeated = moments_of(features[again], targets[again], folds[again])
    as_one = moments_of(features, targets, folds)
    for name in ("cases", "sums", "squares"):
        getattr(repeated, name)[:] = getattr(as_one, name)
    expected = ridge_of_folds(repeated)
    assert weighted.penalty == expected.penalty
    np.testing.assert_allclose(weighted.weights, expected.weights, atol=1e-10)
    np.testing.assert_allclose(weighted.bias, expected.bias, atol=1e-10)


def test_what_a_readout_leaves_is_fitted_to() -> None:
    """Moments of the residual are those of targets from which the readout was taken."""
    features, targets, folds = cases(12)
    rng = np.random.default_rng(2)
    weights, bias = rng.normal(size=(12, 3)) * 0.01, rng.normal(size=3)
    from_moments = moments_of(features, targets, folds).residual(weights, bias)
    expected = moments_of(features, targets - features @ weights - bias, folds)
    for name in ("y", "xy", "yy"):
        np.testing.assert_allclose(
            getattr(from_moments, name), getattr(expected, name), rtol=1e-10, atol=1e-8
        )
    # a readout that is exact leaves noise: whatever is fitted to it is at least halved
    noise = 1e-3 * rng.normal(size=targets.shape)
    exact = features @ weights + bias
    left = moments_of(features, exact + noise, folds).residual(weights, bias)
    assert ridge_of_folds(left, or_nothing=True).penalty >= N_CASES


def test_blocks_in_order_give_the_same_bits_whoever_adds_them() -> None:
    features, targets, folds = cases(12)
    whole = Moments.zero(N_FOLDS, 12, 3)
    for first in range(0, N_CASES, 30):
        of_unit = Moments.zero(N_FOLDS, 12, 3)
        part = slice(first, first + 30)
        of_unit.add(features[part], targets[part], folds[part])
        whole.include(of_unit)
    in_one = moments_of(features, targets, folds, block=30)
    np.testing.assert_allclose(whole.xx, in_one.xx, rtol=1e-14)
    assert n_bytes(N_FOLDS, 12, 3) == sum(
        getattr(whole, name).nbytes
        for name in ("count", "x", "y", "xx", "xy", "yy", "cases", "sums", "squares")
    )


def test_what_is_refused_is_not_added_in_half() -> None:
    features, targets, folds = cases(12)
    moments = moments_of(features, targets, folds)
    before = moments.xx.copy()
    spoiled = features.copy()
    spoiled[60, 2] = np.nan
    with pytest.raises(InvalidInputError, match="case 60 leads to a feature that is not finite"):
        moments.add(spoiled, targets, folds)
    np.testing.assert_array_equal(moments.xx, before)
    with pytest.raises(InvalidInputError, match="at least two folds or groups, got 1"):
        ridge_of_folds(moments_of(features, targets, np.zeros(N_CASES, dtype=int)))
