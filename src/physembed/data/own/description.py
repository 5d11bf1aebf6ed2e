"""What a user says of data of their own; what they do not say is found out by rule, and told."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from physembed._checks import check_choice, check_integer, check_number
from physembed.data.formats.text_table import TableOptions
from physembed.errors import InvalidInputError

LAYOUTS = ("wide", "long", "recording")
"""A line is a case; or a moment of a case that a column names; or a moment of a recording."""
MIXED = ("majority", "drop")
"""What becomes of a window in which the label changes."""
FOLDS = 5


ALL_CASES = 2**31
"""Of an estimate: more than there are."""


@dataclass(frozen=True)
class Description:
    """How a file or folder is to be understood.

    Parameters
    ----------
    table : TableOptions
        Delimiter, decimal mark, header, and the columns of labels, cases and times.
    layout : {None, "wide", "long", "recording"}
        None: "recording" where a window is given, of each case where a column names these; else
        "long" where a column of cases is named.
    channels : tuple of str or None
        Columns of the channels; None is every column of numbers that is nothing else.
    group : str or None
        The column that says what belongs together: a machine, a subject, a day.
    window, hop : int or None
        Timepoints of a window of a recording, and from one window to the next (as many).
    intervals : str or None
        A table with the columns start, end and label, in place of a column of labels.
    mixed : {"majority", "drop"}
        What a window in which the label changes is called by, or that it is left out.
    sampling_rate : float or None
        Timepoints a second.
    time_format : str or None
        Of times as text, such as "%d.%m.%Y %H:%M:%S".
    test : str or None
        A file or folder of the same kind, whose cases are tested on.
    folds : int
        Parts that are left out in turn where there is no test set.
    repeats : int or None
        How often cases are divided so; None goes by their number.
    estimate_cases : int or None
        Of many cases, how many are tested on for that, spread evenly; None goes by their size.

    Raises
    ------
    InvalidInputError
    """

    table: TableOptions = field(default_factory=TableOptions)
    layout: str | None = None
    channels: tuple[str, ...] | None = None
    group: str | None = None
    window: int | None = None
    hop: int | None = None
    intervals: str | None = None
    mixed: str = "majority"
    sampling_rate: float | None = None
    time_format: str | None = None
    test: str | None = None
    folds: int = FOLDS
    repeats: int | None = None
    estimate_cases: int | None = None

    def __post_init__(self) -> None:
        if self.layout is not None:
            check_choice("layout", self.layout, LAYOUTS)
        check_choice("mixed", self.mixed, MIXED)
        check_integer("window", self.window, least=2, optional=True)
        check_integer("hop", self.hop, least=1, optional=True)
        check_integer("folds", self.folds, least=2)
        check_integer("repeats", self.repeats, least=1, optional=True)
        check_integer("estimate_cases", self.estimate_cases, least=self.folds, optional=True)
        check_number("sampling_rate", self.sampling_rate, above=0, optional=True)
        if self.hop is not None and self.window is None:
            raise InvalidInputError(f"hop={self.hop} is from window to window; give window too.")
        if self.intervals is not None and self.window is None:
            raise InvalidInputError(
                f"intervals={self.intervals!r} label the windows of a recording; give window too."
            )

    @classmethod
    def from_plain(cls, data: Mapping[str, Any] | None) -> Self:
        """What :meth:`to_plain` gave."""
        # what was kept before estimates looked at some cases had looked at all
        data = {"estimate_cases": ALL_CASES} | dict(data) if data else {}
        data["table"] = TableOptions(**data.get("table", {}))
        if data.get("channels") is not None:
            data["channels"] = tuple(data["channels"])
        return cls(**data)

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)

    @property
    def interval(self) -> float | None:
        """Seconds between two timepoints, where a rate is given."""
        return None if self.sampling_rate is None else 1 / self.sampling_rate

    @property
    def layout_said(self) -> str | None:
        """The layout that follows from what is said; None where nothing does."""
        if self.layout is not None:
            return self.layout
        if self.window is not None:
            return "recording"
        return "long" if self.table.case not in (None, "none") else None


BY_RULE = Description()
