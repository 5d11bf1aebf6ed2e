"""A recording cut into windows, as those that a kept model was trained on."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from physembed.data.formats.text_table import TableOptions
    from physembed.data.own.cut_lines import Windows
    from physembed.data.own.description import Description
    from physembed.data.own.pace import Pace
    from physembed.data.own.stream import TableStream

STANDARD_INPUT = "-"


@dataclass(frozen=True, eq=False)
class OpenedWindows:
    """A recording, and which of its columns are what.

    Parameters
    ----------
    stream : TableStream
    channels : list of int
        Their places among the columns.
    case : str or None
        The column that tells recordings apart.
    pace : Pace or None
        How its times go on.
    """

    stream: "TableStream"
    channels: list[int]
    case: str | None
    pace: "Pace | None"

    def windows(self, description: "Description") -> "Iterator[tuple[Windows, NDArray[np.bool_]]]":
        """Windows after each other, and of which enough is there."""
        from physembed.data.pieces.windows import mostly_missing

        window, hop = description.window, description.hop or description.window
        assert window is not None and hop is not None
        for some in self.stream.windows(self.channels, window, hop, case=self.case, pace=self.pace):
            yield some, ~mostly_missing(some.series)


def opened_windows(
    estimator: Any, run: Path, file: Path, description: "Description", *, follow: bool
) -> OpenedWindows:
    """A recording whose columns are those of training, or what is said of them."""
    from physembed.data.formats.text_table import NO_COLUMN
    from physembed.errors import InvalidInputError
    from physembed.experiments.evaluation import own_data_of

    window = description.window
    n_channels, n_timepoints = (estimator.metadata_[k] for k in ("n_channels", "n_timepoints"))
    if window != n_timepoints and not estimator.unequal_length_:
        raise InvalidInputError(
            f"--window {window} is not the {n_timepoints} timepoints that the model was trained on."
        )
    stream = _opened(file, description.table, follow=follow)
    recorded = own_data_of(run) or {}
    said = recorded.get("description", {}).get("table", {})
    table = description.table
    time = _column(stream.names, file, "--time", table.time, said.get("time"))
    case = _column(stream.names, file, "--case", table.case, said.get("case"))
    case = None if case == NO_COLUMN else case
    label = table.label or said.get("label")
    wanted = description.channels or tuple(recorded.get("channels", ()))
    others = [name for name in (time, label, case) if name]
    channels = stream.channels(wanted, n_channels, others)
    if len(channels) != n_channels:
        raise InvalidInputError(
            f"--channels names {len(channels)} columns, where the model has {n_channels} channels."
        )
    form = description.time_format or recorded.get("description", {}).get("time_format")
    pace = _pace(stream, time, replace(description, time_format=form), case, estimator)
    return OpenedWindows(stream, channels, case, pace)


def windows_of_file(
    estimator: Any, run: Path, file: Path, description: "Description"
) -> "NDArray[np.float64]":
    """The windows of a recording of which :func:`rows_of_windows` predicts.

    Returns
    -------
    array of shape (windows, channels, timepoints)
        Missing values are NaN.

    Raises
    ------
    DatasetError
        Where there is none.
    """
    import numpy as np

    from physembed.errors import DatasetError

    opened = opened_windows(estimator, run, file, description, follow=False)
    parts, n_left_out = [], 0
    for some, there in opened.windows(description):
        n_left_out += int((~there).sum())
        parts.append(some.series[there])
    report_what_is_not_predicted(file, n_left_out, opened.stream.n_in_no_window, description)
    if not sum(map(len, parts)):
        raise DatasetError(f"{file} has no window of {description.window} timepoints.")
    return np.concatenate([part for part in parts if len(part)])


def windows_of_training(
    run: Path, file: Path, options: "TableOptions", channels: Sequence[str] | None, *, live: bool
) -> tuple[int, int] | None:
    """Timepoints of a window, and from one to the next, where a model knows recordings by them.

    None where it knows none, or the file may as well be a table with a case in every row.

    Raises
    ------
    InvalidInputError
        For a file that can be nothing but a recording, but has other channels.
    """
    from physembed.cli._errors import report
    from physembed.data.formats.frame_files import SUFFIXES as FRAME_SUFFIXES
    from physembed.data.own.reading import TEXT_SUFFIXES
    from physembed.data.own.stream import TableStream
    from physembed.data.own.text_lines import text_of
    from physembed.errors import DatasetError
    from physembed.experiments.evaluation import own_data_of

    recorded = own_data_of(run) or {}
    window = recorded.get("description", {}).get("window")
    if window is None:
        return None
    if not live:
        if file.suffix.lower() not in (*TEXT_SUFFIXES, *FRAME_SUFFIXES) or not file.is_file():
            return None
        try:
            stream = TableStream(text_of(file, follow=False), file, options)
        except DatasetError:
            # without a header, for one
            return None
        wanted = channels or recorded.get("channels") or ()
        if not wanted or not set(wanted) <= set(stream.names):
            # of a case in every line, or with a case's name, it would say otherwise
            unsaid = options.case is None and options.time is None
            if wanted and unsaid and len(stream.names) < window:
                stream.channels(wanted, len(wanted), ())
            return None
    hop = recorded["description"].get("hop") or window
    report(
        f"{file}: windows of {window} timepoints, one every {hop}, as in training "
        "(--window, --hop).",
        label="",
    )
    return window, hop


def report_what_is_not_predicted(
    file: Path, n_left_out: int, n_in_no_window: int, description: "Description"
) -> None:
    """Tell on standard error of which windows and lines of a recording nothing is predicted.

    Parameters
    ----------
    file : Path
    n_left_out : int
        Windows of which a channel lacks most of its values.
    n_in_no_window : int
        Lines of stretches that are shorter than a window.
    description : Description
        With the window.
    """
    from physembed.cli._errors import report
    from physembed.data.own.moments import LONGEST_GAP

    if n_left_out:
        windows = "one window" if n_left_out == 1 else f"{n_left_out:,} windows"
        report(
            f"{file}: nothing is predicted of {windows}, of which a channel lacks more than half "
            "of its values; training leaves such windows out.",
            label="",
        )
    if n_in_no_window:
        report(
            f"{file}: {n_in_no_window:,} lines are in no window: their recording, or its stretch "
            f"between gaps of more than {LONGEST_GAP} steps, is shorter than "
            f"{description.window} timepoints.",
            label="",
        )


def _pace(
    stream: "TableStream",
    time: str | None,
    description: "Description",
    case: str | None,
    estimator: Any,
) -> "Pace | None":
    """How the times of a file go on, of a rate as in training and by the step of training."""
    from physembed.cli._errors import report
    from physembed.data.own.clock import ONE_RATE

    pace = stream.pace(time, description, case)
    trained = estimator.preparation_
    # a rate that is said counts, whatever the unit of the times
    in_seconds = pace is not None and pace.in_seconds and description.interval is None
    told = pace.step if pace is not None and in_seconds else description.interval
    usual = trained.sampling_interval
    if pace is not None and pace.irregular and None not in (told, usual):
        # the median of few irregular steps is not that of all
        told = usual if abs(told - usual) <= ONE_RATE * usual else told
    trained.check_interval(told, str(stream.called))
    if pace is None:
        return None
    if in_seconds and trained.sampling_interval is not None:
        pace = replace(pace, step=trained.sampling_interval)
    if pace.irregular:
        report(
            f"{stream.called}: times are irregular: interpolated linearly every {pace.step:.4g}, "
            "as in training.",
            label="",
        )
    return pace


def _opened(file: Path, options: "TableOptions", *, follow: bool) -> "TableStream":
    """The lines of a file, or of standard input, and a word on how they are understood."""
    from physembed.cli._errors import report
    from physembed.data.own.stream import TableStream
    from physembed.data.own.text_lines import decoded, text_of

    live = follow or str(file) == STANDARD_INPUT
    from_input = str(file) == STANDARD_INPUT
    called = Path("standard input") if from_input else file
    text = decoded(sys.stdin, called) if from_input else text_of(file, follow=follow)
    stream = TableStream(iter(text), called, options, live=live)
    if stream.remarks:
        report(f"{called}: {'; '.join(stream.remarks)}.", label="")
    return stream


def _column(
    names: list[str], file: Path, option: str, said: str | None, trained: str | None
) -> str | None:
    """The column that an option says; else that of training, where there is one of its name."""
    from physembed.data.formats.text_table import NO_COLUMN
    from physembed.errors import InvalidInputError

    if said is None:
        return trained if trained in (*names, NO_COLUMN) else None
    if said not in (*names, NO_COLUMN):
        raise InvalidInputError(
            f"{file} has no column {said!r} ({option}); it has {', '.join(names[:8])}."
        )
    return said
