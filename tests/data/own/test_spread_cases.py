"""An estimate looks at some of many cases: of every class, of every group, over all the time."""

from pathlib import Path

import numpy as np
import pytest

from physembed.data.own.description import Description
from physembed.data.own.division import divided
from physembed.data.own.loading import WHOLE, load_own
from physembed.data.own.spread_cases import (
    FEWEST_CASES,
    MOST_CASES,
    MOST_NUMBERS,
    n_looked_at,
    spread_evenly,
)
from physembed.data.own.told import division_in_words
from tests.data.own.test_division import cases_of

LABELS = np.repeat(["a", "b", "a", "rare"], [4000, 3000, 2000, 80])
GROUPS = np.arange(len(LABELS)) // 40


def test_classes_keep_their_shares() -> None:
    some = spread_evenly(LABELS, None, 1000)
    names, counts = np.unique(LABELS[some], return_counts=True)
    expected = {"a": round(1000 * 6000 / 9080), "b": round(1000 * 3000 / 9080), "rare": 9}
    assert dict(zip(names, counts, strict=True)) == expected
    assert (np.diff(some) > 0).all()


@pytest.mark.parametrize(("n_cases", "n_taken", "period"), [(20_000, 2_000, 5), (3_000, 2_000, 3)])
def test_a_condition_that_is_periodic_keeps_its_share(
    n_cases: int, n_taken: int, period: int
) -> None:
    """Equal steps took one condition in five alone."""
    rows = np.arange(n_cases)
    some = spread_evenly(np.array(["a", "b"])[rows // 50 % 2], None, n_taken)
    counts = np.bincount(some % period, minlength=period)
    # five deviations of as many drawn without any order, which deviate more than of stretches
    assert np.abs(counts - n_taken / period).max() < 5 * np.sqrt(n_taken / period)


def test_every_group_is_looked_at_and_no_stretch_of_time_is_left_out() -> None:
    some = spread_evenly(LABELS, GROUPS, 1000)
    # those of the rare class are no larger than four of its stretches
    assert set(GROUPS[some]) == set(GROUPS)
    # from the begin of one stretch to the end of the next, of at most ten cases each
    assert np.diff(some).max() < 2 * np.ceil(len(LABELS) / 1000)


def test_groups_of_unequal_sizes_keep_their_shares_and_are_counted() -> None:
    sizes = np.array([1] * 150 + [200] * 50)
    groups = np.repeat(np.arange(200), sizes)
    labels = np.array(["a", "b"])[np.arange(len(groups)) % 2]
    some = spread_evenly(labels, groups, 500)
    counts = np.bincount(groups[some], minlength=200)
    shares = 500 * sizes / len(groups)
    # a stretch more or fewer at either end, in both classes
    assert np.abs(counts - shares).max() <= 4
    assert abs(counts[:150].sum() - shares[:150].sum()) <= 2
    names = np.array([f"{group:03}" for group in groups])
    cases = cases_of(labels.tolist(), groups=names)
    told = division_in_words(divided(cases, Description(estimate_cases=500)))
    assert f"spread evenly over {(counts > 0).sum()} of the 200 groups" in told


def test_a_rare_class_is_tested_on_by_its_share_and_always_trained_on() -> None:
    labels = np.repeat(["common", "rare", "rarest"], [9_870, 100, 30])
    cases = cases_of(labels.tolist())
    division = divided(cases, Description(estimate_cases=100, folds=5))
    tested = np.concatenate(division.tested)
    # what always says "common" is right so often
    assert (labels[tested] == "common").mean() == 0.99
    assert all(set(labels[train]) == set(labels) for train in division.trained)
    assert "of 100 of the 10,000 cases, spread evenly, with 3 more of rare" in division_in_words(
        division
    )


def test_so_many_cases_as_are_asked_for_also_of_many_classes() -> None:
    cases = cases_of([f"class {k % 40:02}" for k in range(4_000)])
    for n_asked in (100, 500):
        division = divided(cases, Description(estimate_cases=n_asked))
        assert sum(map(len, division.tested)) == division.n_cases == n_asked
        assert division.n_rare == 0


def test_repeats_look_at_other_cases() -> None:
    first, second = (set(spread_evenly(LABELS, None, 1000, repeat=k)) for k in (0, 1))
    assert len(first & second) < len(first) / 10


def test_few_cases_are_all_looked_at() -> None:
    assert spread_evenly(LABELS[:50], None, 50).tolist() == list(range(50))


def test_how_many_goes_by_their_number_and_length() -> None:
    cases = cases_of(["a", "b"] * 1500)
    assert n_looked_at(cases, None) == MOST_CASES
    assert n_looked_at(cases, 300) == 300
    assert n_looked_at(cases, 9_999) == 3000
    shared = np.zeros((1, MOST_NUMBERS // 800))
    cases.series[:] = [shared] * 3000
    assert n_looked_at(cases, None) == 800
    cases.series[:] = [np.zeros((1, MOST_NUMBERS // 10))] * 3000
    assert n_looked_at(cases, None) == FEWEST_CASES


def test_a_division_of_some_says_so_and_keeps_both_sides_apart() -> None:
    # windows of eight timepoints, one every two
    starts = 2 * np.arange(1200)
    cases = cases_of(
        (["a"] * 100 + ["b"] * 100) * 6,
        recordings=np.zeros(1200, dtype=int),
        spans=np.stack([starts, starts + 8], axis=1),
    )
    division = divided(cases, Description(estimate_cases=600))
    assert "5 stratified folds of 600 of the 1,200 cases, spread evenly" in division_in_words(
        division
    )
    assert sum(map(len, division.tested)) == 600
    for train, test in zip(division.trained, division.tested, strict=True):
        begins, tested = 2 * train[:, np.newaxis], 2 * test
        assert not ((begins < tested + 8) & (tested < begins + 8)).any()
        assert set(cases.labels[train]) == {"a", "b"}


def test_a_whole_data_set_trains_on_all_and_looks_at_some(tmp_path: Path) -> None:
    file = tmp_path / "cases.npz"
    np.savez(file, X=np.random.default_rng(0).standard_normal((300, 8)), y=np.arange(300) % 2)
    whole = load_own(file, Description(estimate_cases=100), split=WHOLE)
    assert (len(whole.X_train), len(whole.X_test)) == (300, 100)
    assert np.isin(whole.X_test[:, 0, 0], whole.X_train[:, 0, 0]).all()


def test_what_was_kept_before_goes_on_looking_at_all() -> None:
    cases = cases_of(["a", "b"] * (MOST_CASES // 2 + 100))
    earlier = Description().to_plain()
    assert n_looked_at(cases, Description.from_plain(earlier).estimate_cases) < len(cases)
    del earlier["estimate_cases"]
    assert n_looked_at(cases, Description.from_plain(earlier).estimate_cases) == len(cases)
