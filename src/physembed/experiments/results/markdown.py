"""Tables as Markdown, and the numbers in them as text."""

from collections.abc import Sequence

from physembed._markdown import as_cell


def markdown_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    n_text_columns: int = 1,
    padded: bool = False,
) -> str:
    """A table: the first columns, which hold text, to the left, numbers to the right.

    Any text may stand in a cell: its bars are escaped, its lines joined.

    Parameters
    ----------
    columns : sequence of str
    rows : sequence of sequence of str
    n_text_columns : int, default=1
    padded : bool, default=False
        Whether the cells of a column are made equally wide, to be read as they stand.
    """
    is_text = [k < n_text_columns for k in range(len(columns))]
    widths = [3] * len(columns)
    table = [[as_cell(text) for text in line] for line in (columns, *rows)]
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


def as_range(extremes: tuple[int, int]) -> str:
    """A count, or the smallest and the largest where they differ."""
    smallest, largest = extremes
    return f"{smallest:,}" if smallest == largest else f"{smallest:,}-{largest:,}"


def as_mean(mean: float, deviation: float | None) -> str:
    """An accuracy in %, with its deviation where there is one."""
    return f"{mean:.1f}" + ("" if deviation is None else f" ± {deviation:.1f}")


def as_interval(interval: tuple[float, float] | None, *, signed: bool = False) -> str:
    """An interval in words; empty where there is none."""
    if interval is None:
        return ""
    low, high = interval
    return f"{low:+.1f} to {high:+.1f}" if signed else f"{low:.1f} to {high:.1f}"


def as_seconds(value: float | None) -> str:
    """Seconds to two digits, whole from ten on; empty where they are not known."""
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
