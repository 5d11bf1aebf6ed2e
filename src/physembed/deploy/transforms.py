"""Fourier transforms of the lengths that a plan needs."""

RADICES = (5, 4, 3, 2)
"""Those with a butterfly of their own, in the order in which they are tried."""


def radices(points: int) -> tuple[int, ...]:
    """The factors by which a length is divided, the largest first."""
    radices = []
    for radix in RADICES:
        while points % radix == 0:
            radices.append(radix)
            points //= radix
    factor = 7
    while points > 1:
        while points % factor == 0:
            radices.append(factor)
            points //= factor
        factor += 2
    return tuple(sorted(radices, reverse=True))


def stages(points: int) -> list[tuple[int, int]]:
    """Length of the parts that a stage divides, and by how much."""
    stages, length = [], points
    for radix in radices(points):
        stages.append((length, radix))
        length //= radix
    # a transform of one point does nothing, but C has no empty array
    return stages or [(1, 1)]


def place(frequency: int, points: int) -> int:
    """Where a frequency, from 0 on, is left by the transform: its digits read backwards."""
    at = 0
    for length, radix in stages(points):
        at += frequency % radix * (length // radix)
        frequency //= radix
    return at
