"""A bill of materials: for every layer the medium in which least stands in the way."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from physembed.explain.media.layer import BuiltLayer

LARGEST_GAIN = 30.0
"""Decibels of one erbium-doped amplifier, from which its own spontaneous emission saturates it
(Agrawal, Fiber-Optic Communication Systems (2021), chapter 7)."""


@dataclass(frozen=True)
class Item:
    """A layer in the medium that suits it best.

    Parameters
    ----------
    layer : str
        Which one.
    medium : str
    built : BuiltLayer
    n_amplifiers : int
        Behind it, of :data:`LARGEST_GAIN` at most each.
    """

    layer: str
    medium: str
    built: BuiltLayer
    n_amplifiers: int

    @property
    def can_be_built(self) -> bool:
        """Whether nothing stands in the way but what an amplifier does."""
        return not self.built.in_the_way


def bill_of_materials(in_media: Mapping[str, Sequence[tuple[str, BuiltLayer]]]) -> list[Item]:
    """For every layer the medium in which the fewest things stand in the way, and the least loss.

    Parameters
    ----------
    in_media : mapping of str to sequence of (str, BuiltLayer)
        For every medium the same layers, each with its name.
    """
    media = list(in_media)
    items = []
    for place in range(len(in_media[media[0]]) if media else 0):
        choices = [(name, *in_media[name][place]) for name in media]
        medium, layer, built = min(choices, key=lambda c: (len(c[2].in_the_way), abs(c[2].gain)))
        n_amplifiers = math.ceil(built.gain / LARGEST_GAIN) if built.needs_amplifier else 0
        items.append(Item(layer, medium, built, n_amplifiers))
    return items


def in_a_sentence(items: Sequence[Item]) -> str:
    """What the bill amounts to."""
    possible = [item for item in items if item.can_be_built]
    pieces = Counter(item.medium for item in possible)
    words = ", ".join(f"{count} of {name}" for name, count in pieces.items())
    n_amplifiers = sum(item.n_amplifiers for item in possible)
    amplifiers = f"{n_amplifiers} amplifier{'' if n_amplifiers == 1 else 's'}"
    missing = [item.layer for item in items if not item.can_be_built]
    if not missing:
        return f"All layers can be built: {words}, and {amplifiers}."
    can = f"; the others can: {words}, and {amplifiers}" if possible else ""
    return f"{len(missing)} of {len(items)} layers cannot be built ({', '.join(missing)}){can}."
