"""A layer as it would be built."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

DEEPEST_MODULATION = 20 * math.pi
"""Radians that a time lens reaches with several lithium-niobate modulators in a row (Kolner, IEEE
J. Quantum Electronics 30 (1994) 1951); more must be wrapped."""

NOTICEABLE_GAIN = 0.1
"""Decibels below which no amplifier is asked for."""

PASSIVE = "passive: "
"""How begins what stands in the way of a layer without an amplifier alone."""

_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"),
             (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"), (1e-15, "f"))  # fmt: skip


@dataclass(frozen=True)
class BuiltLayer:
    """Quantities with their units, in words, and what stands in the way.

    Parameters
    ----------
    quantities : dict of str to str
    impossible : tuple of str
        Empty where it can be built.
    gain : float, default=0.0
        In dB, which an amplifier behind it makes up for; negative where light must be taken away.
    """

    quantities: dict[str, str]
    impossible: Sequence[str] = ()
    gain: float = 0.0

    @property
    def needs_amplifier(self) -> bool:
        """Whether it is more gain than nobody would notice."""
        return self.gain > NOTICEABLE_GAIN

    @property
    def in_the_way(self) -> list[str]:
        """What is impossible even with an amplifier."""
        return [words for words in self.impossible if not words.startswith(PASSIVE)]


def in_units(value: float, unit: str) -> str:
    """A value with a prefix, such as "12.3 km"."""
    if value == 0:
        return f"0 {unit}"
    for factor, prefix in _PREFIXES:
        if abs(value) >= factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"
