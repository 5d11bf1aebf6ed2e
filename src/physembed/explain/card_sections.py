"""The card of a model as sections of its report."""

import re

from physembed._markdown import cells_of
from physembed.explain.report import Section
from physembed.explain.report.section import Table


def card_sections(card: str) -> list[Section]:
    """What a card in Markdown says, a section for each of its headings.

    How to use the model is left out: the card itself stands beside the report.

    Parameters
    ----------
    card : str
        As :func:`~physembed.explain.card_of` gives it.
    """
    _, *parts = re.split(r"^## ", card, flags=re.MULTILINE)
    sections = []
    for part in parts:
        title, _, body = part.partition("\n")
        if "```" in body:
            continue
        blocks = [
            block.strip().splitlines() for block in re.split(r"\n\s*\n", body) if block.strip()
        ]
        tables = [_table(title, lines) for lines in blocks if lines[0].startswith("|")]
        words = [line for lines in blocks if not lines[0].startswith("|") for line in lines]
        sections.append(
            Section(
                f"The card: {title[0].lower()}{title[1:]}",
                [line.removeprefix("- ").replace("`", "") for line in words],
                tables=tables,
                folded=True,
            )
        )
    return sections


def _table(title: str, lines: list[str]) -> Table:
    head, _, *rows = map(cells_of, lines)
    return Table("" if any(head) else title, head, rows)
