"""Cases and single values as they come out of a container or a file, before they are checked."""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

ACCEPTED = (
    "a (cases, timepoints) or (cases, channels, timepoints) array of real numbers, a list of such "
    "series, or a DataFrame with one case per row, or with an index of case and time,"
)
"""What collections may be, in a message."""


LONGEST_SHOWN = 60
"""Characters of a value that a message shows."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Series in the order in which they are predicted, before their numbers are checked.

    Parameters
    ----------
    series : array or list of array
        (cases, timepoints) or (cases, channels, timepoints); or one (timepoints,) or
        (channels, timepoints) array per case.
    names : pandas.Index or None
        What the container calls each case.
    labels : array of shape (cases,) or None
        Class labels or targets, where a file tells them.
    sampling_interval : float or None
        Seconds between two timepoints, where the container or file tells.
    frame : pandas.DataFrame or None
        The frame that they are from, whose columns scikit-learn's estimators remember.
    columns : tuple of str
        What a file calls the columns of a table with a case in each row; empty where it does not.
    reordered : bool
        Whether the container lists its cases in another order.
    remarks : tuple of str
        What in a file was taken for what, where it could be taken otherwise.
    """

    series: Any
    names: "pd.Index | None" = None
    labels: NDArray[Any] | None = None
    sampling_interval: float | None = None
    frame: "pd.DataFrame | None" = None
    reordered: bool = False
    remarks: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.series)

    @property
    def lengths_differ(self) -> bool:
        """Whether there are series of different numbers of timepoints."""
        return isinstance(self.series, list) and len({_length(s) for s in self.series}) > 1


def _length(series: Any) -> int:
    shape = np.shape(series)
    return shape[-1] if shape else 0


def plain(value: Any) -> Any:
    """Return a numpy scalar as Python shows it."""
    return value.item() if isinstance(value, np.generic) else value


def shown(value: Any) -> str:
    """A value in a message: one line, of a length that can be read."""
    text = " ".join(repr(plain(value)).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def place_of(position: Sequence[Any], first_case: int) -> str:
    """An index of an array of cases in words, whose first row is the case of that number."""
    case, *rest = (int(index) for index in position)
    names: Iterator[str] = iter(("channel", "timepoint") if len(rest) == 2 else ("timepoint",))
    return ", ".join(
        [f"case {case + first_case}", *(f"{n} {i}" for n, i in zip(names, rest, strict=False))]
    )


def is_real_number(value: Any) -> bool:
    return isinstance(value, int | float | np.bool_ | np.integer | np.floating)


def as_float(value: Any) -> float:
    """Of a real number."""
    try:
        return float(value)
    except OverflowError:
        # an integer of hundreds of digits, refused like any other infinite value
        return math.inf if value > 0 else -math.inf


def is_missing(value: Any) -> bool:
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    pandas = sys.modules.get("pandas")
    return pandas is not None and (value is pandas.NA or value is pandas.NaT)
