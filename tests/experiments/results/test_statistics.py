"""Tests over pairs against scipy's, and against numbers worked out by hand."""

import math

import numpy as np
import pytest
from scipy.stats import ttest_rel

from physembed.experiments.results.statistics import holm, mean_interval, paired_test
from physembed.experiments.results.statistics import test_case_interval as wilson_interval


def test_over_seeds_it_is_the_paired_t_test_of_scipy() -> None:
    a, b = np.random.default_rng(0).normal([[90], [89]], 0.7, (2, 10))
    ours, theirs = paired_test(a, b), ttest_rel(a, b)
    assert ours is not None
    interval = theirs.confidence_interval(0.95)
    # both in float64: rounding of a few operations
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-10)
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high), rel=1e-10)
    assert ours.difference == pytest.approx(float(np.mean(a - b)), rel=1e-12)


def test_folds_widen_the_interval_as_nadeau_and_bengio_have_it() -> None:
    a, b = np.random.default_rng(1).normal([[90], [89]], 0.7, (2, 10))
    plain, corrected = paired_test(a, b), paired_test(a, b, test_share=1 / 9)
    assert plain is not None and corrected is not None
    wider = (corrected.high - corrected.low) / (plain.high - plain.low)
    assert wider == pytest.approx(math.sqrt((1 / 10 + 1 / 9) / (1 / 10)), rel=1e-12)
    assert corrected.p_value > plain.p_value


@pytest.mark.slow
def test_under_no_difference_the_test_is_wrong_as_often_as_it_says() -> None:
    draws = np.random.default_rng(2).normal(size=(4000, 2, 5))
    tests = [paired_test(a, b) for a, b in draws]
    share = np.mean([test is not None and test.p_value < 0.05 for test in tests])
    # 4000 draws of a chance of 0.05: a standard error of 0.0034
    assert share == pytest.approx(0.05, abs=0.014)


def test_without_a_spread_there_is_no_test() -> None:
    assert paired_test([90.0, 91.0], [80.0, 82.0]) is None
    assert paired_test([90.0] * 5, [80.0] * 5) is None
    assert mean_interval([90.0] * 10) is None
    with pytest.raises(ValueError, match="zip"):
        paired_test([1.0, 2.0, 3.0], [1.0, 2.0])


def test_interval_of_a_mean_and_of_the_test_cases() -> None:
    # mean 2, standard deviation 1, t of 2 degrees of freedom 4.302653
    assert mean_interval([1.0, 2.0, 3.0]) == pytest.approx(
        (2 - 4.302653 / math.sqrt(3), 2 + 4.302653 / math.sqrt(3)), rel=1e-6
    )
    # Wilson (1927) for 9 of 10
    assert wilson_interval(0.9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
