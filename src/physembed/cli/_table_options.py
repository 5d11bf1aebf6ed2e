"""What every command takes that reads tables of one's own: one list."""

from typing import Annotated, Any

import typer

TABLES = "Tables and recordings of one's own, where it is not found out by rule"


def _of_tables(text: str, metavar: str | None = None) -> Any:
    return typer.Option(metavar=metavar, help=text, rich_help_panel=TABLES)


Delimiter = Annotated[str | None, _of_tables("What divides cells, or \\t.", metavar="CHARACTER")]
Decimal = Annotated[str | None, _of_tables("The decimal mark: . or ,", metavar="MARK")]
Header = Annotated[bool | None, _of_tables("Whether the first line holds names or times.")]
Label = Annotated[
    str | None,
    _of_tables("Class labels: a name, a number from 1, or `none`.", metavar="COLUMN"),
]
Case = Annotated[str | None, _of_tables("The case that a row is a moment of.", metavar="COLUMN")]
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


def delimiter_said(text: str | None) -> str | None:
    """The character, of what a shell lets one write."""
    return "\t" if text == "\\t" else text
