"""Room and writing that all of Plotly's panels share."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from physembed.charts.arrays import Numbers

HEIGHT = 320
"""Pixels of a panel, unless its names need more."""

LETTERS_BESIDE, LETTERS_BELOW = 24, 14
"""Of a name on one line: beside rows, where more would leave no room on a phone; below columns."""

LETTERS_OF_A_LABEL, LETTERS_BESIDE_NAMES = 40, 28
"""Of an axis's label on one line of a phone, and below rows whose names take a third of it."""

LINE, LETTER = 13, 5.5
"""Pixels of a line of names, and of a letter in it."""


def short(values: Numbers) -> Any:
    """Four bytes a number: more than a screen can show."""
    return np.asarray(values, dtype=np.float32)


def wrapped(words: str, letters: int) -> str:
    """Words on as few lines of so many letters as will do, about as long as each other.

    A word that is longer is not broken.
    """

    def lines(most: int) -> list[str]:
        return textwrap.wrap(words, most, break_long_words=False, break_on_hyphens=False)

    fewest = len(lines(letters))
    # a last line of one letter reads badly
    even = next(most for most in range(1, letters + 1) if len(lines(most)) <= max(fewest, 1))
    return "<br>".join(lines(even))


def row_height(names: Sequence[str], least: float) -> float:
    """Pixels of each of some rows that have names."""
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    return max(least, LINE * lines + 6.0)


def below_columns(names: Sequence[str]) -> int:
    """Pixels that names of columns take below them where there is no room to be level."""
    longest = max((len(line) for name in names for line in name.split("<br>")), default=0)
    is_level = longest * len(names) * LETTER < HEIGHT / 2
    return 0 if is_level else int(LETTER * longest)
