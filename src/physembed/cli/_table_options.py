"""What every command takes that reads tables of one's own: one list."""

from pathlib import Path
from typing import Annotated, Any

import typer

TABLES = "Tables and recordings of one's own, where it is not found out by rule"

PARTS = "Estimate without a test set, of data of one's own"


def _of_tables(text: str, metavar: str | None = None) -> Any:
    return typer.Option(metavar=metavar, help=text, rich_help_panel=TABLES)


def _of_parts(text: str, metavar: str) -> Any:
    return typer.Option(metavar=metavar, help=text, rich_help_panel=PARTS)


Delimiter = Annotated[str | None, _of_tables("What divides cells, or \\t.", metavar="CHARACTER")]
Decimal = Annotated[str | None, _of_tables("The decimal mark: . or ,", metavar="MARK")]
Header = Annotated[bool | None, _of_tables("Whether the first line holds names or times.")]
Label = Annotated[
    str | None,
    _of_tables("Class labels: a name, a number from 1, or `none`.", metavar="COLUMN"),
]
Case = Annotated[
    str | None,
    _of_tables(
        "The case, or with --window the recording, that a row is a moment of.", metavar="COLUMN"
    ),
]
Time = Annotated[str | None, _of_tables("Times, or `none`.", metavar="COLUMN")]
Channels = Annotated[
    str | None,
    _of_tables("Columns of the channels, else all, or those of training.", metavar="A,B,..."),
]
Window = Annotated[int | None, _of_tables("Timepoints of a window of a recording.", metavar="N")]
Hop = Annotated[
    int | None,
    _of_tables("Timepoints from one window to the next; default: a window.", metavar="N"),
]
Layout = Annotated[
    str | None,
    _of_tables(
        "A row is a case; a moment of a case that --case names; a moment of a recording.",
        metavar="wide|long|recording",
    ),
]
Group = Annotated[
    str | None,
    typer.Option(
        "--group",
        "--group-column",
        metavar="COLUMN",
        help="What belongs together and is left out together, by folds and by the fit of "
        "`compact`: a machine, a subject, a day.",
        rich_help_panel=TABLES,
    ),
]
Intervals = Annotated[
    Path | None,
    _of_tables("A table of start, end and label, in place of --label.", metavar="FILE"),
]
Mixed = Annotated[
    str,
    _of_tables(
        "A window in which the label changes has that of most timepoints, or is left out.",
        metavar="majority|drop",
    ),
]
SamplingRate = Annotated[float | None, _of_tables("Timepoints a second.", metavar="HERTZ")]
TimeFormat = Annotated[
    str | None, _of_tables("Of times, such as '%d.%m.%Y %H:%M:%S'.", metavar="FORMAT")
]
TestSet = Annotated[Path | None, _of_parts("Cases to test on, in place of folds.", metavar="FILE")]
Folds = Annotated[int, _of_parts("Parts that are left out in turn.", metavar="N")]
Repeats = Annotated[
    int | None,
    _of_parts("How often cases are divided anew; default: by their number.", metavar="N"),
]
EstimateCases = Annotated[
    int | None,
    _of_parts(
        "Of many cases, how many it tests on, in proportion; default: by their size.", metavar="N"
    ),
]


def delimiter_said(text: str | None) -> str | None:
    """The character, of what a shell lets one write."""
    return "\t" if text == "\\t" else text
