"""How far a case is from training cases: uniform for cases like them, tiny for others."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from physembed.errors import InvalidInputError
from physembed.training.ellipsoid_and_meters import MOST_CASES, Ellipsoid, meters
from physembed.training.novelty import COPIES, COPIES_OF_ONE, Novelty, disturbed

rng = np.random.default_rng(0)


def cases(n: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Correlated features and noisy sines, one belonging to the other in nothing."""
    mixing = np.random.default_rng(7).normal(size=(12, 12))
    phases = generator.uniform(0, 6.28, (n, 1, 1))
    series = np.sin(np.arange(50) / 3 + phases) + 0.1 * generator.normal(size=(n, 1, 50))
    return generator.normal(size=(n, 12)) @ mixing, series


def test_a_left_out_distance_is_that_to_the_ellipsoid_around_the_others() -> None:
    readings = rng.normal(size=(40, 20)) @ rng.normal(size=(20, 20))
    whole = Ellipsoid.around(readings, 1e-6)
    expected = [
        Ellipsoid.around(np.delete(readings, case, axis=0), 1e-6).log_distance(readings[[case]])[0]
        for case in range(40)
    ]
    # standardisation and shrinkage are those of all cases
    np.testing.assert_allclose(whole.left_out, expected, atol=0.08)
    # without this the training cases would seem much nearer than others of their kind
    assert (whole.left_out - whole.log_distance(readings)).mean() > 0.1


def test_a_group_is_left_out_as_a_whole() -> None:
    readings = rng.normal(size=(40, 12)) @ rng.normal(size=(12, 12))
    by_cases = Ellipsoid.around(readings, 1e-6)
    alone = Ellipsoid.around(readings, 1e-6, np.arange(40))
    np.testing.assert_allclose(alone.left_out, by_cases.left_out, rtol=0, atol=1e-10)
    groups = np.arange(200) % 40
    many = rng.normal(size=(200, 12)) @ rng.normal(size=(12, 12))
    expected = [
        Ellipsoid.around(many[groups != group], 1e-6).log_distance(many[[case]])[0]
        for case, group in enumerate(groups)
    ]
    apart = Ellipsoid.around(many, 1e-6, groups)
    # standardisation and shrinkage are those of all cases
    np.testing.assert_allclose(apart.left_out, expected, atol=0.08)
    # eight copies of five cases, with a little noise: among its own kind none is far
    groups = np.arange(40) % 5
    alike = readings[groups] + 0.01 * rng.normal(size=readings.shape)
    whole, apart = Ellipsoid.around(alike, 1e-6), Ellipsoid.around(alike, 1e-6, groups)
    assert (apart.left_out > whole.left_out + 0.5).all()


@pytest.mark.parametrize("n_cases", [20, 60, 400])
def test_p_values_of_cases_like_those_of_training_are_uniform(n_cases: int) -> None:
    told = []
    # a training set is itself a draw, of which ranks deviate: over many of them they may not
    for draw in range(60):
        known = Novelty.of(*cases(n_cases, np.random.default_rng(100 + draw)))
        features, series = cases(200, np.random.default_rng(200 + draw))
        told.append(known.p_values(features[:, known.places], series))
    p = np.concatenate(told)
    # ranks among n cases are multiples of 1 / (n + 1)
    assert kstest(p, "uniform").statistic < 1 / n_cases + 0.035
    assert 0.007 < (p < 0.01).mean() < 0.012 + 0.4 / n_cases


@pytest.mark.parametrize("change", ["silent", "half", "noise", "offset", "features"])
def test_what_is_unlike_the_training_cases_has_a_tiny_p_value(change: str) -> None:
    known = Novelty.of(*cases(60, np.random.default_rng(1)))
    features, series = cases(200, np.random.default_rng(2))
    if change == "features":
        features[:, 3] += 100
    else:
        series = {
            "silent": 0 * series,
            "half": series / 2,
            "noise": series + 0.6 * rng.normal(size=series.shape),
            "offset": series + 5,
        }[change]
    assert (known.p_values(features[:, known.places], series) < 0.01).mean() > 0.95


def test_noise_is_noticed_beneath_what_is_rough_itself() -> None:
    """Of series with a few tall steps, which leave a deviation from step to step as it is."""

    def steps(n: int, generator: np.random.Generator, noise: float) -> np.ndarray:
        tall = generator.exponential(2.0, (n, 1, 6))[..., np.repeat(np.arange(6), 10)]
        return tall + noise * generator.normal(size=(n, 1, 60))

    generator = np.random.default_rng(3)
    features = generator.normal(size=(300, 12))
    known = Novelty.of(features[:100], steps(100, generator, 0.01))
    p = [
        known.p_values(features[100:, known.places], steps(200, generator, n)) for n in (0.01, 0.06)
    ]
    assert (p[0] < 0.01).mean() < 0.05
    assert (p[1] < 0.01).mean() > 0.95
    # of a model of before, whose ellipsoid knows three meters of the four
    readings = meters(steps(100, generator, 0.01), known.unit, known.zero)[:, :3]
    before = replace(known, metered=Ellipsoid.around(readings, 0.03))
    again = Novelty.from_arrays(before.to_arrays())
    series = steps(200, generator, 0.01)
    told = again.p_values(features[100:, known.places], series)
    np.testing.assert_array_equal(told, before.p_values(features[100:, known.places], series))
    assert (told < 0.01).mean() < 0.05


def test_units_of_the_series_change_nothing_however_large() -> None:
    features, series = cases(40, np.random.default_rng(1))
    new, strange = cases(20, np.random.default_rng(2))
    told = [
        Novelty.of(features, scale * series).p_values(new, scale * strange)
        for scale in (1.0, 2.0**-400, 2.0**500)
    ]
    np.testing.assert_allclose(told[1], told[0], rtol=1e-6)
    np.testing.assert_allclose(told[2], told[0], rtol=1e-6)


def test_far_cases_are_believed_as_far_as_disturbed_ones_were_right() -> None:
    features, series = cases(60, np.random.default_rng(1))
    known = Novelty.of(features, series)
    labels = rng.integers(0, 2, COPIES)
    far = features[np.arange(COPIES) % 60] * np.linspace(1, 9, COPIES)[:, None]
    sure = 0.98 * np.eye(2)[labels] + 0.01
    always_right = known.believed(far, sure, labels)
    np.testing.assert_allclose(always_right.tempered(sure[:20], far[:20]), sure[:20], atol=1e-6)
    guessed = known.believed(far, sure, rng.permutation(labels))
    assert guessed.tempered(sure, far)[-100:].max() < 0.65
    np.testing.assert_array_equal(guessed.tempered(sure[:60], 0.3 * features), sure[:60])


def test_the_order_of_classes_stays_where_nothing_was_right_and_nobody_looked() -> None:
    features, series = cases(60, np.random.default_rng(1))
    labels = rng.integers(0, 3, COPIES)
    far = features[np.arange(COPIES) % 60] * np.linspace(1, 9, COPIES)[:, None]
    # always wrong, so that the least Brier score is that of no belief at all
    wrong = 0.97 * np.eye(3)[(labels + 1) % 3] + 0.01
    known = Novelty.of(features, series).believed(far, wrong, labels)
    said = rng.dirichlet(np.ones(3), COPIES)
    for farther in (1.0, 1e3, 1e100):
        tempered = known.tempered(said, farther * far)
        np.testing.assert_array_equal(tempered.argsort(axis=1), said.argsort(axis=1))
        np.testing.assert_allclose(tempered.sum(axis=1), 1)
    assert tempered.max() < 1 / 3 + 2e-3


def test_copies_are_limited_by_the_memory_and_keep_their_parents() -> None:
    copies, parents = disturbed(np.ones((3, 2, 2**21)), np.ones(2), rng)
    assert (copies.shape, parents.tolist()) == ((1, 2, 2**21), [1])


def test_copies_are_of_cases_from_the_first_to_the_last_and_of_few_cases_are_few() -> None:
    many = np.arange(MOST_CASES)
    parents = disturbed(np.ones((len(many), 1, 4)), np.ones(1), rng)[1]
    # in the order of five classes, each of which is disturbed as often as another
    assert np.bincount(many[parents] // 100).tolist() == [COPIES // 5] * 5
    assert disturbed(np.ones((8, 1, 4)), np.ones(1), rng)[1].tolist() == [
        case for case in range(8) for _ in range(COPIES_OF_ONE)
    ]


def test_few_disturbed_cases_tell_how_far_confidence_goes_too() -> None:
    features, series = cases(8, np.random.default_rng(1))
    labels = np.repeat([0, 1], 16)
    far = np.repeat(9 * features, COPIES_OF_ONE, axis=0)
    known = Novelty.of(features, series)
    guessed = known.believed(far, 0.98 * np.eye(2)[rng.permutation(labels)] + 0.01, labels)
    assert guessed.belief.min() < 0.8


def test_arrays_make_the_same_again_and_others_are_refused() -> None:
    features, series = cases(40, np.random.default_rng(1))
    known = Novelty.of(features, series)
    arrays = known.to_arrays()
    again = Novelty.from_arrays(arrays)
    np.testing.assert_array_equal(
        again.p_values(features, series), known.p_values(features, series)
    )
    with pytest.raises(InvalidInputError, match="another network"):
        again.check_fits(8, {"n_channels": 1})
    with pytest.raises(InvalidInputError, match="shapes"):
        Novelty.from_arrays(arrays | {"detected.centre": np.zeros(3)})


def test_a_level_that_leaves_its_range_far_from_zero_is_news():
    """A pressure about 101,325 Pa, of a tank with three levels: a logarithm would not see it."""
    generator = np.random.default_rng(3)

    def windows(levels):
        noise = 100 * generator.standard_normal((len(levels), 1, 40))
        return 101_325 + np.asarray(levels, dtype=float)[:, None, None] + noise

    known = windows(500 * (np.arange(90) % 3))
    # of the features nothing is known
    novelty = Novelty.of(generator.standard_normal((90, 4)), known)
    assert novelty.zero[0] == pytest.approx(101_825, abs=20)
    stored = Novelty.from_arrays(novelty.to_arrays())
    readings = np.zeros((8, 4))
    for level in (-1500, 3000):
        assert stored.p_values(readings, windows([level] * 8)).max() < 0.01
    assert np.median(stored.p_values(readings, windows([250] * 8))) > 0.1
    about_zero = Novelty.of(generator.standard_normal((90, 4)), known - 101_325)
    assert "zero" not in about_zero.to_arrays()


def test_readings_that_meters_tell_too_are_passed_over_where_there_are_others() -> None:
    generator = np.random.default_rng(0)
    features, series = generator.standard_normal((30, 6)), generator.standard_normal((30, 1, 40))
    some = np.array([True, False, True, False, False, True])
    assert Novelty.of(features, series, some).places.tolist() == [1, 3, 4]
    features[:, [1, 3, 4]] = 1.0
    assert Novelty.of(features, series, some).places.tolist() == [0, 2, 5]
    assert Novelty.of(features, series).places.tolist() == [0, 2, 5]
    many = np.tile(series, (3, 1, 1)) + generator.standard_normal((90, 1, 40))
    assert len(Novelty.of(generator.standard_normal((90, 6)), many, some).places) == 6
