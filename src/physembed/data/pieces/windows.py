"""Long series as their windows, a few at a time."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_integer
from physembed.data.irregular import on_one_grid
from physembed.data.pieces.sources import Source, source_of
from physembed.errors import InvalidInputError

NUMBERS_AT_ONCE = 2**21
"""Numbers of the windows of a piece."""

_MOST_MISSING = 0.5
"""Share of missing values in a channel beyond which nobody learns or predicts of a window."""


def mostly_missing(windows: NDArray[Any]) -> NDArray[np.bool_]:
    """Of windows (..., channels, timepoints), whether a channel lacks more than half its values.

    Such windows are left out of training, and nothing is predicted of them: most of such a series
    would be the lines that are drawn between what is left.
    """
    missing = np.isnan(windows)
    if not missing.any():
        return np.zeros(missing.shape[:-2], dtype=bool)
    mostly: NDArray[np.bool_] = (missing.mean(axis=-1) > _MOST_MISSING).any(axis=-1)
    return mostly


def windows_of(
    recordings: Sequence[tuple[Any, Any]], window: int, hop: int | None = None
) -> Source:
    """A source of the windows of long series, for ``fit``.

    Parameters
    ----------
    recordings : sequence of (series, labels)
        Each series (timepoints,) or (channels, timepoints), in memory or mapped from a file; its
        labels one value, or one for each timepoint, of which a window has that of its middle.
    window : int
        Timepoints of a window: those of the series that the model takes.
    hop : int or None, default=None
        From the beginning of one to that of the next; None is a window, without an overlap.

    Returns
    -------
    Source
        Whose groups are the recordings, where there are several: windows of one are left out
        together. Windows of which a channel lacks more than half of its values are no cases; fewer
        missing values lie on the line between their neighbours.

    Raises
    ------
    InvalidInputError
        If a series is shorter than a window, or has other labels than described; when the source
        is read, if all windows lack too many values.
    """
    step = checked_hop(window, hop)
    for number, (series, labels) in enumerate(recordings):
        n_points = np.shape(series)[-1]
        if np.ndim(series) not in (1, 2) or n_points < window:
            raise InvalidInputError(
                f"recording {number} has shape {np.shape(series)}; (timepoints,) or (channels, "
                f"timepoints) of at least a window of {window} is accepted."
            )
        if np.ndim(labels) > 0 and len(labels) != n_points:
            raise InvalidInputError(
                f"recording {number} has {len(labels)} labels for {n_points} timepoints; one for "
                "all, or one for each, is accepted."
            )
    source = source_of(partial(_pieces, tuple(recordings), window, step))
    assert source is not None
    return source


def _pieces(
    recordings: tuple[tuple[Any, Any], ...], window: int, hop: int
) -> Iterator[tuple[Any, ...]]:
    n_cases = 0
    for number, (series, labels) in enumerate(recordings):
        for first, windows in window_blocks(series, window, hop):
            middles = (first + hop * np.arange(len(windows))) + window // 2
            y = np.full(len(windows), labels) if np.ndim(labels) == 0 else np.take(labels, middles)
            if np.isnan(windows).any():
                there = ~mostly_missing(windows)
                if not there.any():
                    continue
                y = y[there]
                # as series with missing values are laid down that are held in memory
                windows = on_one_grid(list(windows[there])).astype(windows.dtype)  # noqa: PLW2901
            n_cases += len(windows)
            if len(recordings) > 1:
                yield windows, y, np.full(len(windows), number)
            else:
                yield windows, y
    if recordings and not n_cases:
        raise InvalidInputError(
            f"recordings must hold a window of {window} timepoints with at least half of the "
            "values of every channel; all were left out, since more are missing."
        )


def window_blocks(series: Any, window: int, hop: int) -> Iterator[tuple[int, NDArray[Any]]]:
    """Windows (windows, channels, timepoints) of a series, some at a time.

    Each block comes with the timepoint at which it begins. What is left beyond the last whole
    window is no window.
    """
    series = series[np.newaxis] if np.ndim(series) == 1 else series
    n_windows = (series.shape[1] - window) // hop + 1
    at_once = max(1, NUMBERS_AT_ONCE // (len(series) * window))
    for number in range(0, n_windows, at_once):
        n_here = min(at_once, n_windows - number)
        first = number * hop
        # copied once: of a map no more than these pages are looked at
        part = np.array(series[:, first : first + (n_here - 1) * hop + window])
        views = np.lib.stride_tricks.sliding_window_view(part, window, axis=1)[:, ::hop]
        yield first, views.transpose(1, 0, 2)


def checked_hop(window: int, hop: int | None) -> int:
    """Timepoints from one window to the next, a window where nobody says.

    Raises
    ------
    InvalidInputError
    """
    check_integer("window", window, least=2)
    check_integer("hop", hop, least=1, optional=True)
    return window if hop is None else hop
