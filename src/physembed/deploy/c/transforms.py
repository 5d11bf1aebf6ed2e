"""Fourier transforms of the lengths that a plan needs."""

RADICES = (5, 4, 3, 2)
"""Those with a butterfly of their own, in the order in which they are tried."""


def radices(points: int) -> tuple[int, ...]:
    """The factors by which a length is divided, the largest first."""
    found = []
    for radix in RADICES:
        while points % radix == 0:
            found.append(radix)
            points //= radix
    factor = 7
    while points > 1:
        while points % factor == 0:
            found.append(factor)
            points //= factor
        factor += 2
    return tuple(sorted(found, reverse=True))


def stages(points: int) -> list[tuple[int, int]]:
    """Length of the parts that a stage divides, and by how much."""
    found, length = [], points
    for radix in radices(points):
        found.append((length, radix))
        length //= radix
    # a transform of one point does nothing, but C has no empty array
    return found or [(1, 1)]


def place(frequency: int, points: int) -> int:
    """Where a frequency, from 0 on, is left by the transform: its digits read backwards."""
    at = 0
    for length, radix in stages(points):
        at += frequency % radix * (length // radix)
        frequency //= radix
    return at
