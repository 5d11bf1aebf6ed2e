"""A section of a report: words, tables and charts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from physembed.charts import Chart


@dataclass(frozen=True)
class Table:
    """A table of text; the first column names the row.

    Parameters
    ----------
    caption : str
    columns : sequence of str
    rows : sequence of sequence of str
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A heading with what belongs to it.

    Parameters
    ----------
    title : str
    text : sequence of str
        Paragraphs.
    charts : sequence of Chart
    tables : sequence of Table
    folded : bool, default=False
        Whether a reader opens it to see more than its title.
    """

    title: str
    text: Sequence[str] = ()
    charts: Sequence[Chart] = field(default=())
    tables: Sequence[Table] = field(default=())
    folded: bool = False
