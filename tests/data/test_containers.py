"""Every container gives the same cases, or says by name what it does not tell."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import DataConversionWarning

from physembed.data import check_collection
from physembed.data.containers import cases_in
from physembed.data.label_checks import by_case
from physembed.errors import InvalidInputError, PhysembedWarning

N_CASES, N_CHANNELS, N_TIMEPOINTS = 4, 2, 6
X = np.random.default_rng(0).normal(size=(N_CASES, N_CHANNELS, N_TIMEPOINTS))
CASES = ["b", "d", "e", "f"]


def long_frame(cases=None, times=None):
    """One row per case and time, one column per channel."""
    cases = range(N_CASES) if cases is None else cases
    times = range(N_TIMEPOINTS) if times is None else times
    index = pd.MultiIndex.from_product([cases, times], names=["case", "time"])
    return pd.DataFrame(X.transpose(0, 2, 1).reshape(-1, N_CHANNELS), index, columns=["p", "q"])


def read(frame):
    return check_collection(frame, missing=True, unequal=True)


HOURS = pd.date_range("2024-02-28", periods=N_TIMEPOINTS, freq="h")
TIMES = {
    "counted": range(N_TIMEPOINTS),
    "counted from 5": range(5, 5 + N_TIMEPOINTS),
    "seconds": np.arange(N_TIMEPOINTS) / 8000,
    "dates": HOURS,
    "dates with a zone": HOURS.tz_localize("Europe/Berlin"),
    "durations": pd.to_timedelta(np.arange(N_TIMEPOINTS), unit="ms"),
    "days of a zone": pd.date_range("2024-03-29", periods=N_TIMEPOINTS, tz="Europe/Berlin"),
    "first days of months": pd.date_range("2024-01-01", periods=N_TIMEPOINTS, freq="MS"),
    "working days": pd.bdate_range("2024-01-04", periods=N_TIMEPOINTS),
    "periods": pd.period_range("2024-01", periods=N_TIMEPOINTS, freq="M"),
}


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize(
    "cases", [range(N_CASES), CASES, HOURS[:N_CASES]], ids=["0..", "text", "t"]
)
def test_the_order_of_rows_does_not_matter(times, cases):
    frame = long_frame(cases, TIMES[times])
    for order in (frame, frame.iloc[::-1], frame.sample(frac=1, random_state=0)):
        np.testing.assert_array_equal(read(order), X)
        assert cases_in(order).names.tolist() == list(cases)


def test_as_aeon_reads_it():
    from aeon.utils.conversion import convert_collection

    frame = long_frame().sample(frac=1, random_state=1)
    np.testing.assert_array_equal(convert_collection(frame, "numpy3D"), read(frame))


@pytest.mark.parametrize("times", TIMES)
def test_a_row_that_is_missing_shifts_nothing(times):
    frame = long_frame(times=TIMES[times])
    missing = [(1, 3), (2, 0), (2, 4), (3, N_TIMEPOINTS - 1)]
    expected = np.array(X)
    for case, point in missing:
        expected[case, :, point] = np.nan
    holes = read(frame.drop(index=[(case, TIMES[times][point]) for case, point in missing]))
    np.testing.assert_allclose(holes, read(expected))


def test_two_level_series_and_nested_cells_are_collections_too():
    np.testing.assert_array_equal(read(long_frame()["q"]), X[:, 1:])
    cells = pd.DataFrame({name: [pd.Series(case[k]) for case in X] for k, name in enumerate("pq")})
    np.testing.assert_array_equal(read(cells), X)
    np.testing.assert_array_equal(read(cells["p"]), X[:, :1])
    backwards = cells.map(lambda cell: cell.iloc[::-1])
    np.testing.assert_array_equal(read(backwards), X)
    arrays = cells.map(lambda cell: cell.to_numpy())
    np.testing.assert_array_equal(read(arrays), X)


def test_a_list_of_series_is_ordered_by_time():
    series = [pd.Series(case[0], HOURS).iloc[::-1] for case in X]
    np.testing.assert_array_equal(read(series), X[:, :1])
    assert cases_in(series).sampling_interval == 3600


def test_pieces_of_a_recording_begin_each_at_its_own_time():
    frame = long_frame(times=HOURS)
    later = [
        HOURS + pd.Timedelta(days=case) + pd.Timedelta(minutes=case) for case in range(N_CASES)
    ]
    frame.index = pd.MultiIndex.from_arrays(
        [np.repeat(range(N_CASES), N_TIMEPOINTS), later[0].append(later[1:])]
    )
    np.testing.assert_array_equal(read(frame), X)
    assert cases_in(frame).sampling_interval == 3600


def test_shorter_cases_are_shorter():
    frame = long_frame().drop(index=[(1, 4), (1, 5)])
    assert cases_in(frame).lengths_differ
    assert [series.shape for series in cases_in(frame).series][:2] == [(2, 6), (2, 4)]


def with_times(frame, times):
    return frame.set_index([frame.index.get_level_values(0), pd.Index(times)])


FRAME = long_frame()
OVERLAPPING = np.concatenate([np.arange(N_TIMEPOINTS) + 2 * case for case in range(N_CASES)])
REFUSED = {
    "levels swapped, by name": (FRAME.swaplevel(), "case comes first and the time second"),
    "levels swapped, by kind": (
        long_frame(times=HOURS).rename_axis([None, None]).swaplevel(),
        "case comes first and the time second",
    ),
    "three levels": (pd.concat([FRAME, FRAME], keys=["u", "v"]), "3 levels .* two are accepted"),
    "columns of two levels": (
        FRAME.unstack(),
        "columns of 2 levels; with one case per row",
    ),
    "a time twice": (pd.concat([FRAME, FRAME.iloc[:1]]), "case 0 has more than one value at the"),
    "no times": (
        with_times(FRAME, [f"t{k}" for k in range(N_TIMEPOINTS)] * N_CASES),
        "has 't0' among its times; numbers, dates or durations",
    ),
    "a missing time": (with_times(FRAME, [None, *range(1, 24)]), "case 0 has a missing time"),
    "a missing case": (
        FRAME.set_index([pd.Index([np.nan, *[1.0] * 23]), FRAME.index.get_level_values(1)]),
        "case is missing",
    ),
    "uneven times": (with_times(FRAME, [0, 1, 2, 3.5, 4, 5] * 4), " is not evenly sampled"),
    "times far apart": (with_times(FRAME, [0, 1, 2, 3, 4, 10**9] * 4), "case 0 is not evenly"),
    "overlapping": (with_times(FRAME, OVERLAPPING), "overlap in time, and no case spans all"),
    "columns against time": (
        pd.DataFrame(X[:, 0], columns=range(N_TIMEPOINTS)[::-1]),
        "do not ascend: 4 comes after 5",
    ),
    "dates as columns against time": (
        pd.DataFrame(X[:, 0], columns=HOURS[::-1]),
        "do not ascend",
    ),
    "a single series": (pd.Series(X[0, 0]), "Series of single values"),
    "cells of unequal lengths": (
        pd.DataFrame({"a": [pd.Series([1.0, 2])], "b": [pd.Series([1.0, 2, 3])]}),
        "channels of unequal lengths",
    ),
    "frames and arrays": ([FRAME, X[0]], "case 1 is a ndarray, case 0 a DataFrame"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_by_name(name):
    container, message = REFUSED[name]
    with pytest.raises(InvalidInputError, match=f"^series.*{message}") as caught:
        check_collection(container, argument="series", missing=True, unequal=True)
    assert len(str(caught.value)) < 400


def test_frames_that_look_transposed_are_named():
    upright = [pd.DataFrame(case) for case in X]
    np.testing.assert_array_equal(read(upright), X)
    with pytest.warns(PhysembedWarning, match=r"6 rows and 2 columns, .* 6 channels of 2"):
        lying = read([frame.T for frame in upright])
    assert lying.shape == (N_CASES, N_TIMEPOINTS, N_CHANNELS)
    with pytest.warns(PhysembedWarning, match=r"500 channels of 3 timepoints"):
        read(np.zeros((2, 500, 3)))


def test_labels_go_by_the_index_of_the_cases():
    labels = pd.Series(["p", "q", "r", "s"], CASES)
    of_frame = cases_in(long_frame(CASES).iloc[::-1])
    assert by_case(labels, of_frame).tolist() == ["p", "q", "r", "s"]
    assert by_case(labels.iloc[[2, 0, 3, 1]], of_frame).tolist() == ["p", "q", "r", "s"]
    assert by_case(labels.to_frame().iloc[::-1], of_frame)[0].tolist() == ["p", "q", "r", "s"]
    wide = cases_in(pd.DataFrame(X[:, 0], index=CASES).iloc[::-1])
    assert by_case(labels, wide).tolist() == ["s", "r", "q", "p"]
    assert by_case(labels.reset_index(drop=True), wide).tolist() == ["p", "q", "r", "s"]
    assert by_case(labels.to_numpy(), wide).tolist() == ["p", "q", "r", "s"]
    assert by_case(labels, cases_in(X)).tolist() == ["p", "q", "r", "s"]
    with pytest.raises(InvalidInputError, match=r"y has another index .* it has no 'f'"):
        by_case(labels.rename({"f": "g"}), wide)
    with pytest.raises(InvalidInputError, match="y has an index of 2 levels"):
        by_case(long_frame()["p"], of_frame)


def test_labels_without_an_index_beside_cases_out_of_order_are_warned_of():
    backwards = cases_in(long_frame(CASES).iloc[::-1])
    with pytest.warns(DataConversionWarning, match="labels of the sorted cases"):
        by_case(np.array(["p", "q", "r", "s"]), backwards)


def test_other_libraries_that_give_an_array():
    class Frame:
        def __array__(self, dtype=None, copy=None):
            return X[:, 0]

    class DataArray(Frame):
        dims, coords = ("time", "case"), ()

    np.testing.assert_array_equal(read(Frame()), X[:, :1])
    with pytest.raises(InvalidInputError, match="X is a DataArray, whose dimensions"):
        read(DataArray())
