"""Tables in Markdown: any text as a cell of one, and the texts of a line again."""

import re
from collections.abc import Collection, Iterable, Sequence


def markdown_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    n_text_columns: int = 1,
    further_text_columns: Collection[int] = (),
    padded: bool = False,
) -> str:
    """A table: the first columns, which hold text, to the left, numbers to the right.

    Any text may stand in a cell: its bars are escaped, its lines joined.

    Parameters
    ----------
    columns : sequence of str
    rows : iterable of sequence of str
        Each with as many texts as there are columns.
    n_text_columns : int, default=1
    further_text_columns : collection of int, default=()
        Which columns after the first hold text as well, counted from 0.
    padded : bool, default=False
        Whether the cells of a column are made equally wide, to be read as they stand.
    """
    is_text = [k < n_text_columns or k in further_text_columns for k in range(len(columns))]
    widths = [3] * len(columns)
    table = [[_as_cell(text) for text in line] for line in (columns, *rows)]
    if padded:
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        table = [
            [c.ljust(w) if t else c.rjust(w) for c, w, t in zip(line, widths, is_text, strict=True)]
            for line in table
        ]
    rule = [
        "-" * w if t else "-" * max(3, w - 1) + ":" for w, t in zip(widths, is_text, strict=True)
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (table[0], rule, *table[1:]))


def cells_of(line: str) -> list[str]:
    """The texts of a line of a table, between its first bar and its last."""
    cells = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    return [cell.strip().replace(r"\|", "|") for cell in cells]


def _as_cell(text: str) -> str:
    return " ".join(text.splitlines()).replace("|", r"\|")
