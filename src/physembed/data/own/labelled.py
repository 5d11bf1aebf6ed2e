"""Labelled cases as they were understood, before they are divided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.errors import DatasetError


@dataclass(frozen=True, eq=False)
class Labelled:
    """Cases with their labels, and what is known of where they come from.

    Parameters
    ----------
    name : str
        What they are called in folders and tables.
    source : str
        The file or folder.
    series : list of array of shape (channels, timepoints)
        NaN is a missing value.
    labels : array of str, shape (cases,)
    layout : str
        In words.
    channels : tuple of str
    names : tuple of str
        What each case is called.
    recordings : array of int64, shape (cases,), or None
        The recording that a window was cut out of.
    spans : array of int64, shape (cases, 2), or None
        The first timepoint of a window in its recording, and the one after its last.
    groups : array of str, shape (cases,), or None
        What a column says belongs together.
    sampling_interval : float or None
        Seconds.
    clock : str
        How time was found.
    remarks : tuple of str
        What was taken for what, and what was left out.
    warnings : tuple of str
        What may make an estimate too good.
    columns : tuple of str
        Of a table of a case a row, those of its timepoints, in the order in which they are read.
    """

    name: str
    source: str
    series: list[NDArray[np.float64]]
    labels: NDArray[np.str_]
    layout: str
    channels: tuple[str, ...]
    names: tuple[str, ...]
    recordings: NDArray[np.int64] | None = None
    spans: NDArray[np.int64] | None = None
    groups: NDArray[np.str_] | None = None
    sampling_interval: float | None = None
    clock: str = ""
    remarks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.series)

    @property
    def classes(self) -> list[str]:
        """The labels that occur, sorted."""
        return sorted({str(label) for label in self.labels})

    @property
    def lengths(self) -> list[int]:
        """Timepoints of every case."""
        return [series.shape[1] for series in self.series]

    def collection(self, which: NDArray[Any] | None = None) -> Any:
        """Some cases as an array, or as a list where lengths differ."""
        chosen = range(len(self)) if which is None else which
        series = [self.series[int(case)] for case in chosen]
        return np.stack(series) if len({s.shape for s in self.series}) == 1 else series


def check_rates(parts: Sequence[Labelled]) -> None:
    """Refuse files of one folder that are sampled at several rates.

    Raises
    ------
    DatasetError
    """
    first = parts[0]
    for part in parts:
        mine, theirs = part.sampling_interval, first.sampling_interval
        if (mine is None) != (theirs is None) or (
            mine is not None and theirs is not None and abs(mine - theirs) > 1e-3 * theirs
        ):
            told = ["unknown" if i is None else f"{1 / i:.6g} a second" for i in (mine, theirs)]
            raise DatasetError(
                f"{part.source} is sampled at another rate ({told[0]}) than {first.source} "
                f"({told[1]}); resample one of them."
            )
