"""Cells of tables in Markdown: any text as one, and the texts of a line again."""

import re


def as_cell(text: str) -> str:
    """Text as one cell of a table, on one line, its bars escaped."""
    return " ".join(text.splitlines()).replace("|", r"\|")


def cells_of(line: str) -> list[str]:
    """The texts of a line of a table, between its first bar and its last."""
    cells = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    return [cell.strip().replace(r"\|", "|") for cell in cells]
