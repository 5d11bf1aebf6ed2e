"""Where output goes: results to standard output, progress and errors to standard error."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@cache
def standard_output() -> "Console":
    """Results; plain text where it is not a terminal."""
    from rich.console import Console

    return Console(highlight=False)


@cache
def standard_error() -> "Console":
    """Progress, warnings and errors; plain text where it is not a terminal."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def say(text: str = "") -> None:
    """Print a line of results as it is, however long."""
    standard_output().print(text, markup=False, soft_wrap=True)


def say_facts(facts: dict[str, str]) -> None:
    """Print names and values, the values below each other."""
    width = max(map(len, facts))
    for name, value in facts.items():
        say(f"{name.ljust(width)}  {value}")


def say_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, n_text_columns: int = 1
) -> None:
    """Print a table: the first columns, which hold text, to the left, numbers to the right."""
    justify = ["left" if k < n_text_columns else "right" for k in range(len(columns))]
    if not standard_output().is_terminal:
        widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
        say(title)
        for line in (columns, *rows):
            cells = zip(line, widths, justify, strict=True)
            aligned = (c.ljust(w) if side == "left" else c.rjust(w) for c, w, side in cells)
            say("  ".join(aligned).rstrip())
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column, side in zip(columns, justify, strict=True):
        table.add_column(column, justify="left" if side == "left" else "right")
    for row in rows:
        table.add_row(*row)
    standard_output().print(table)
