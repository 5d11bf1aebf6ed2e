"""Units of a source: cases that are read, and whatever is made of them, as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.data.pieces.piece import Block, Kind, OpenPart
from physembed.data.pieces.sources import Reader

UNIT_CASES = 2**16
"""Cases of a unit, which is summed by one worker, taken up as a whole, and written down."""


@dataclass(frozen=True)
class Span:
    """Cases of one part.

    Parameters
    ----------
    number : int
        Of the part.
    name : str
    first, end : int
        The cases of the part, from the first to before the end.
    before : int
        Cases of all parts before these.
    digest : int
        Checksum of what they were when they were first read.
    """

    number: int
    name: str
    first: int
    end: int
    before: int
    digest: int


@dataclass(frozen=True)
class Unit:
    """Cases that are summed together, of one part or of several after each other.

    Parameters
    ----------
    spans : tuple of Span
    """

    spans: tuple[Span, ...]

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return sum(span.end - span.first for span in self.spans)

    @property
    def name(self) -> str:
        """What it is called, by its first and last case."""
        first, last = self.spans[0], self.spans[-1]
        return f"{first.name}[{first.first}] to {last.name}[{last.end - 1}]"


def blocks_of(
    unit: Unit, reader: Reader, at_once: int, *, of_classes: bool, kind: Kind
) -> Iterator[tuple[Block, NDArray[np.int64]]]:
    """The blocks of a unit and the numbers of their cases, each at most ``at_once`` cases.

    Raises
    ------
    InvalidInputError
        If a part is no longer what it was when it was first read; its last block has been given
        then, and what was made of the unit is to be thrown away.
    """
    for span in unit.spans:
        opened = OpenPart(reader.part(span.number), of_classes=of_classes)
        if len(opened) < span.end:
            raise reader.source.changed(span.name, f"it has {len(opened)} cases")
        digest = 0
        for first in range(span.first, span.end, at_once):
            end = min(first + at_once, span.end)
            block = opened.block(first, end, kind)
            digest = block.digest(digest)
            yield block, span.before - span.first + np.arange(first, end)
        if digest != span.digest:
            raise reader.source.changed(span.name)
