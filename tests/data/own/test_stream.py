"""Windows of a table that is read line by line, beside those that are trained on."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from physembed.data.formats.text_table import TableOptions
from physembed.data.own.cut_lines import Windows
from physembed.data.own.description import Description
from physembed.data.own.pace import Pace
from physembed.data.own.reading import read_labelled
from physembed.data.own.stream import TableStream
from physembed.errors import DatasetError


def streamed(
    frame: pd.DataFrame, window: int, *, case: str | None = None, step: float | None = None
) -> tuple[TableStream, Pace | None, list[Windows]]:
    """The windows of channel x, with no hop; of a step that was trained on where one is said."""
    text = iter(frame.to_csv(index=False).splitlines(keepends=True))
    stream = TableStream(text, Path("file.csv"), TableOptions())
    pace = stream.pace("time", Description(), case)
    if pace is not None and step is not None:
        # a part of irregular times may have a median of its own
        pace = replace(pace, step=step)
    channels = [stream.names.index("x")]
    return stream, pace, list(stream.windows(channels, window, window, case=case, pace=pace))


def series_of(windows: Sequence[Windows]) -> np.ndarray:
    return np.concatenate([some.series for some in windows if not some.ends])


def by_turns(n_machines: int, n_lines: int = 40) -> pd.DataFrame:
    """Machines that take turns, each silent for five seconds after its 20th line."""
    times = np.arange(n_lines) * 0.01 + 5.0 * (np.arange(n_lines) >= 20)
    lines = [(f"m{k}", t, t) for t in times for k in range(n_machines)]
    return pd.DataFrame(lines, columns=["machine", "time", "x"])


@pytest.mark.parametrize("at_once", [7, 20_000])
def test_a_recording_is_predicted_on_the_grid_that_it_was_trained_on(
    tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three lines of every forty lack; a part of ten steps that lack is still one stretch."""
    monkeypatch.setattr("physembed.data.own.stream._TIMED", at_once)
    n = np.arange(400)
    frame = pd.DataFrame({"time": n * 0.01, "x": np.sin(n / 5), "state": np.where(n < 200, 1, 2)})
    frame = frame[(n < 40) | (n % 40 > 2)].drop(index=range(70, 79))
    frame.to_csv(tmp_path / "file.csv", index=False)
    said = Description(TableOptions(label="state", time="time"), window=100)
    trained = np.stack(read_labelled(tmp_path / "file.csv", said).series)
    assert np.isnan(trained).sum() == 3 * 9 + 9
    monkeypatch.setattr("physembed.data.own.stream._AT_ONCE", at_once)
    _, _, windows = streamed(frame, 100)
    np.testing.assert_array_equal(series_of(windows), trained)
    # a window that begins or ends where lines lack is told by the line before
    for told, places in (("first", [0, 100, 200, 300]), ("last", [99, 199, 299, 399])):
        lines = [line for some in windows for line in getattr(some, told)]
        assert lines == [int((frame.index <= place).sum()) + 1 for place in places]


@pytest.mark.parametrize("at_once", [7, 150, 20_000])
def test_irregular_times_are_interpolated_as_in_training(
    tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps that vary by two fifths, some lines and some values lacking, and one long gap."""
    generator = np.random.default_rng(0)
    times = np.cumsum(0.01 * generator.uniform(0.6, 1.4, 600)) + 3.0 * (np.arange(600) >= 300)
    frame = pd.DataFrame({"time": times, "x": np.sin(30 * times), "state": np.arange(600) // 300})
    frame.loc[[40, 41, 42, 43, 44, 120, 200], "x"] = np.nan
    frame = frame.drop(index=[60, 61, 62, 63, 90, *range(400, 407)])
    frame.to_csv(tmp_path / "file.csv", index=False)
    said = Description(TableOptions(label="state", time="time"), window=30)
    cases = read_labelled(tmp_path / "file.csv", said)
    trained = np.stack(cases.series)
    monkeypatch.setattr("physembed.data.own.stream._AT_ONCE", at_once)
    monkeypatch.setattr("physembed.data.own.stream._TIMED", max(40, at_once))
    _, pace, windows = streamed(frame, 30, step=cases.sampling_interval)
    assert pace is not None
    assert pace.irregular
    assert np.isnan(trained).any()
    np.testing.assert_allclose(series_of(windows), trained, atol=1e-9)
    begun = [line for some in windows for line in some.first]
    starts = times[0] + 30 * pace.step * np.arange(3)
    assert begun[:3] == [2 + int(np.abs(frame["time"] - t).argmin()) for t in starts]


@pytest.mark.parametrize("n_machines", [2, 19, 25])
def test_no_window_spans_a_gap_however_many_recordings_take_turns(n_machines: int) -> None:
    stream, pace, windows = streamed(by_turns(n_machines), 15, case="machine")
    assert pace is not None
    assert pace.step == pytest.approx(0.01)
    of_one = series_of([some for some in windows if some.recording == "m0"])[:, 0]
    np.testing.assert_allclose(of_one[:, [0, -1]], [[0, 0.14], [5.2, 5.34]])
    # two stretches of every machine have ended
    assert sum(some.ends for some in windows) == 2 * n_machines
    assert stream.n_in_no_window == 0


def test_turns_of_more_recordings_than_are_looked_at_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("physembed.data.own.stream._AT_ONCE", 25)
    with pytest.raises(DatasetError, match=r"no two of its first 25 lines.*--time none"):
        streamed(by_turns(25, n_lines=2), 15, case="machine")


def test_the_step_is_that_of_training_and_lines_in_no_window_are_counted() -> None:
    times = np.concatenate([np.arange(20) * 0.01, 0.2 + np.arange(200) * 0.2])
    frame = pd.DataFrame({"time": times, "x": times})
    # as training takes it, the median of many steps
    stream, pace, windows = streamed(frame, 15)
    assert pace is not None
    assert pace.step == pytest.approx(0.2)
    # twenty lines in one step are irregular, and lie on a grid of 201 timepoints
    assert len(series_of(windows)) == 201 // 15
    stream, _, windows = streamed(frame, 15, step=0.01)
    assert len(series_of(windows)) == 1
    # the line at 0.2 s goes on with the first twenty
    assert stream.n_in_no_window == 199


def test_times_that_are_rounded_lack_no_line() -> None:
    times = np.rint(np.arange(100) * 1.1)
    _, _, windows = streamed(pd.DataFrame({"time": times, "x": times}), 50)
    np.testing.assert_array_equal(series_of(windows).ravel(), times)


def test_a_recording_that_is_silent_is_closed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("physembed.data.own.stream._MOST_OPEN", 1)
    monkeypatch.setattr("physembed.data.own.stream._AT_ONCE", 20)
    frame = pd.concat(
        [pd.DataFrame({"machine": name, "time": np.arange(20) / 100, "x": 0.0}) for name in "abc"]
    )
    _, _, windows = streamed(frame, 15, case="machine")
    told = [(some.recording, some.ends) for some in windows]
    assert [name for name, ends in told if not ends] == ["a", "b", "c"]
    # the first before anything is heard of the third
    assert told.index(("a", True)) < told.index(("c", False))
    assert [name for name, ends in told if ends] == ["a", "b", "c"]
