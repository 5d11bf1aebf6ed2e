"""Scales, pseudo-cases, readout, bits and reliability, each on its own."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

import physembed as pe
from physembed.training.selection.pseudo_cases import pseudo_cases
from physembed.training.selection.quantisation import check_weight_bits, quantise
from physembed.training.selection.readout_of_few import solve_readout
from physembed.training.selection.reliability import are_reliable, repeats_for, with_noise
from physembed.training.selection.scaling import Scaling


def test_a_scale_gives_every_feature_the_deviation_of_its_gain() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(50, 3)) * [1.0, 100.0, 1e-6] + [5.0, -3.0, 1.0]
    scaling = Scaling.of(features, np.array([1.0, 0.3, 2.0]))
    scaled = scaling(features)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(scaled.std(axis=0), [1.0, 0.3, 0.0])
    assert scaling.bright.tolist() == [True, True, False]
    assert scaling(features + 1e6)[0, :2].tolist() == [20.0, pytest.approx(6.0)]


def test_what_is_not_usable_is_dark() -> None:
    features = np.random.default_rng(1).normal(size=(9, 2))
    assert not Scaling.of(features, np.ones(2), np.array([True, False])).bright[1]


def test_pseudo_cases_keep_level_and_size_of_their_parents() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(6, 2, 40)).cumsum(axis=2) * 7 + 100
    series, parents = pseudo_cases(x, np.arange(6) % 2, 50, np.random.default_rng(0))
    assert series.shape == (50, 2, 40)
    np.testing.assert_allclose(series.mean(axis=2), x[parents].mean(axis=2))
    np.testing.assert_allclose(series.std(axis=2), x[parents].std(axis=2))
    likeness = [
        np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(series, x[parents], strict=True)
    ]
    # bent, mixed and noisy, but still the same series
    assert 0.6 < np.median(likeness) < 0.999


def test_pseudo_cases_of_one_flat_series_are_flat() -> None:
    series, _ = pseudo_cases(
        np.full((1, 1, 9), 4.0), np.zeros(1, dtype=int), 3, np.random.default_rng(0)
    )
    np.testing.assert_allclose(series, 4.0)


def test_the_readout_is_a_ridge_on_scores() -> None:
    rng = np.random.default_rng(3)
    weights = rng.uniform(0.5, 2, 30)
    for n_features in (4, 50):
        features, scores = rng.normal(size=(30, n_features)) + 1, rng.normal(size=(30, 2))
        readout, bias = solve_readout(features, scores, weights)
        share = weights / weights.sum()
        centred = features - share @ features
        penalty = 0.01 * float(share @ np.square(centred).sum(axis=1))
        ridge = Ridge(penalty).fit(features, scores, sample_weight=share * 30)
        np.testing.assert_allclose(features @ readout + bias, ridge.predict(features), atol=1e-8)


def test_dark_features_are_read_as_the_mean_score() -> None:
    weights, bias = solve_readout(np.zeros((4, 3)), np.arange(4.0)[:, None])
    assert weights.any() == np.False_
    np.testing.assert_allclose(bias, 1.5)


@pytest.mark.parametrize("sum_to_zero", [False, True])
@pytest.mark.parametrize(("bits", "steps"), [(4, 7), (8, 127)])
def test_rounded_weights_are_as_near_as_their_bits_allow(
    bits: int, steps: int, sum_to_zero: bool
) -> None:
    """Features differ in size by orders of magnitude, each on a power of two of its own."""
    rng = np.random.default_rng(4)
    weights = rng.normal(size=(3, 200)) * np.exp2(rng.integers(-4, 4, size=200))
    if sum_to_zero:
        weights -= weights.mean(axis=0)
    rows = quantise(weights, bits, sum_to_zero=sum_to_zero)
    assert np.abs(rows.integers).max() <= steps
    assert rows.exponents.min() >= 0 and rows.exponents.max() <= 15
    step = rows.scale * np.exp2(rows.exponents)
    largest = np.abs(weights).max(axis=0)
    assert (largest <= steps * step * (1 + 1e-8)).all() and (largest > steps * step / 2.001).all()
    if sum_to_zero:
        assert not rows.integers.sum(axis=0).any()
    # what is moved for the sum is a step away at most
    farthest = 1.0 if sum_to_zero else 0.5
    assert (np.abs(rows.values - weights) <= farthest * step * (1 + 1e-9)).all()
    if not sum_to_zero:
        return
    for column, near in zip((weights / step).T[:20], rows.integers.T[:20], strict=True):
        tried = np.floor(column)[:, None] + np.array(np.meshgrid(*[[-1, 0, 1, 2]] * 3)).reshape(
            3, -1
        )
        tried = tried[:, (tried.sum(axis=0) == 0) & (np.abs(tried).max(axis=0) <= steps)]
        nearest = np.square(tried - column[:, None]).sum(axis=0).min()
        assert np.square(near - column).sum() == pytest.approx(nearest)


def test_weights_that_are_integers_are_kept() -> None:
    weights = np.array([[7.0, -3.0, 0.0, 4.0], [0.0, 0.0, 0.0, 5.0]])
    np.testing.assert_allclose(quantise(weights, 4).values, weights)
    assert not quantise(np.zeros((2, 3)), 4).values.any()


@pytest.mark.parametrize("bits", [1, 16, 4.0, None, True])
def test_other_bits_are_refused(bits: object) -> None:
    with pytest.raises(pe.InvalidInputError, match="weight_bits must be one of 4, 8, 32"):
        check_weight_bits(bits)


def test_noise_is_a_share_of_the_series_deviation() -> None:
    x = np.stack([np.zeros(10_000), 5 * np.sin(np.arange(10_000.0))])[:, None]
    added = with_noise(x, 0.1, np.random.default_rng(0)) - x
    assert added[0].std() == 0
    assert added[1].std() == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_reliable_is_what_noise_neither_hides_nor_moves() -> None:
    rng = np.random.default_rng(5)
    clean = rng.normal(size=(40, 4))
    clean[:, 3] = 1.0
    noisy = np.tile(clean, (3, 1)) + 0.1 * rng.normal(size=(120, 4))
    noisy[:, 1] += 0.6  # moved
    noisy[:, 2] = rng.normal(size=120)  # hidden
    assert are_reliable(clean, noisy).tolist() == [True, False, False, False]
    assert repeats_for(2) == 32 and repeats_for(1000) == 1
