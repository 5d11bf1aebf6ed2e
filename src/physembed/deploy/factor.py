"""What a field is multiplied by, at every frequency or every point: closed forms, tables, taps.

A phase that is a polynomial of the frequency's or the point's number k needs no table. Of its
coefficients in turns whole ones do nothing, since k is whole: p(k) = Σ c_j k^j is computed in
integers of 2⁻⁶⁴ turn, whose overflow is the reduction to one turn. It is exact to 2⁻⁶⁴ k^degree on
a processor that has neither a sine nor double precision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

TURN = 2**64
"""Parts of a turn in the integers by which phases are summed."""


@dataclass(frozen=True)
class Piece:
    """A polynomial Σ c_j k^j, in turns, from number ``first`` on up to the next piece.

    Parameters
    ----------
    first : int
        The least k it holds for.
    turns : tuple of float
        c_0, c_1, ...
    """

    first: int
    turns: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Factor:
    """gain · cos(2π q(k)) · exp(2πi p(k)) · Π 2i sin(2π a k) · Π (2 - 2 cos(2π b k)) · table(k).

    With taps w_j, j = -m ... m, times Σ w_j exp(-2πi j k / points) as well: a filter of whole
    numbers, which readers without transforms carry out point by point.

    Parameters
    ----------
    gain : float, default=1.0
    cosine : tuple of float, default=()
        Coefficients of q, in turns; none where there is no cosine.
    phase : tuple of Piece, default=()
        p, in ascending order; none is zero.
    sines, versines : tuple of float, default=()
        Every a, and every b, in turns.
    table : ndarray of shape (points,), complex128, or None
        In ascending order of k, from -⌊points / 2⌋ on.
    taps : tuple of int, default=()
        w_j in ascending order, an odd number of them; none where there is no filter.
    nyquist : float or None, default=None
        What stands at k = -points / 2 instead: the one frequency of a real field that has no
        partner, and so must stay real.
    """

    gain: float = 1.0
    cosine: tuple[float, ...] = ()
    phase: tuple[Piece, ...] = ()
    sines: tuple[float, ...] = ()
    versines: tuple[float, ...] = ()
    table: NDArray[np.complex128] | None = None
    taps: tuple[int, ...] = ()
    nyquist: float | None = None

    @property
    def is_tabulated(self) -> bool:
        """Whether it is written as a table where nothing is done point by point."""
        return self.table is not None or bool(self.taps)

    @property
    def is_filter(self) -> bool:
        """Whether taps are all that it has."""
        return bool(self.taps) and replace(self, taps=(), nyquist=None).is_identity

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing."""
        parts = self.cosine or self.sines or self.versines or self.taps
        phases = any(c for piece in self.phase for c in piece.turns)
        unit = self.table is None or bool((self.table == 1).all())
        return self.gain == 1 and not parts and not phases and unit

    @property
    def is_phase(self) -> bool:
        """Whether no intensity sees it."""
        parts = self.cosine or self.sines or self.versines or self.taps
        unit = self.table is None or bool(np.allclose(abs(self.table), 1, rtol=0, atol=1e-12))
        return self.gain == 1 and not parts and unit

    def __mul__(self, other: "Factor") -> "Factor":
        if self.cosine and other.cosine:
            raise ValueError("a factor holds one cosine.")
        tables = [table for table in (self.table, other.table) if table is not None]
        return Factor(
            gain=self.gain * other.gain,
            cosine=self.cosine or other.cosine,
            phase=_sum(self.phase, other.phase),
            sines=self.sines + other.sines,
            versines=self.versines + other.versines,
            table=np.prod(tables, axis=0) if tables else None,
            taps=_convolved(self.taps, other.taps),
        )

    def values(self, n_points: int) -> NDArray[np.complex128]:
        """The factor at k = -⌊n/2⌋ ... of a grid of n points, complex128."""
        k = np.arange(n_points) - n_points // 2
        values = np.full(n_points, self.gain, dtype=np.complex128)
        if self.cosine:
            values *= np.cos(2 * np.pi * _turns(self.cosine, k))
        if self.phase:
            values *= np.exp(2j * np.pi * self._phase_turns(k))
        for a in self.sines:
            values *= 2j * np.sin(2 * np.pi * a * k)
        for b in self.versines:
            values *= 2 - 2 * np.cos(2 * np.pi * b * k)
        if self.table is not None:
            values *= self.table
        if self.taps:
            delays = np.arange(len(self.taps)) - len(self.taps) // 2
            values *= np.exp(np.outer(k, delays) * (-2j * np.pi / n_points)) @ np.array(self.taps)
        if self.nyquist is not None:
            values[0] = self.nyquist
        return values

    def _phase_turns(self, k: NDArray[np.int64]) -> NDArray[np.float64]:
        turns = np.zeros(len(k))
        for piece in self.phase:
            later = k >= piece.first
            turns[later] = _turns(piece.turns, k[later])
        return turns

    def real_part(self, angle: float, n_points: int) -> "Factor":
        """The factor that gives Re(exp(-iφ) E) of a real field at once, φ ``angle`` radians.

        With H the factor, it is (H(k) exp(-iφ) + conj(H(-k) exp(-iφ))) / 2, which keeps a field
        real. Of a polynomial phase the odd part stays a phase, the even part becomes a cosine.
        """
        turned = self.values(n_points) * np.exp(-1j * angle)
        if self.is_filter and angle == 0:
            return replace(self, nyquist=None if n_points % 2 else float(turned[0].real))
        if self.is_tabulated or len(self.phase) > 1 or self.cosine:
            # the lowest frequency of an even number of points has no partner but itself
            mirrored = np.roll(turned[::-1], 1 - n_points % 2)
            return Factor(table=(turned + mirrored.conj()) / 2)
        turns = self.phase[0].turns if self.phase else (0.0,)
        even = tuple(c if j % 2 == 0 else 0.0 for j, c in enumerate(turns))
        odd = tuple(c if j % 2 else 0.0 for j, c in enumerate(turns))
        even = (even[0] - angle / (2 * np.pi), *even[1:])
        first = -(n_points // 2)
        return replace(
            self,
            cosine=_trimmed(even) if any(even) else (),
            phase=(Piece(first, _trimmed(odd)),) if any(odd) else (),
            nyquist=None if n_points % 2 else float(turned[0].real),
        )


def polynomial(turns: Sequence[float], n_points: int) -> Factor:
    """exp(2πi Σ c_j k^j) over a whole grid."""
    trimmed = _trimmed(tuple(float(c) for c in turns))
    return Factor(phase=(Piece(-(n_points // 2), trimmed),)) if any(trimmed) else Factor()


def whole_turns(turns: Sequence[float]) -> tuple[int, ...]:
    """Numbers of turns, without the whole ones, in 2⁻⁶⁴ turn."""
    return tuple(round(Fraction(value) * TURN) % TURN for value in turns)


def _convolved(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    if not one or not other:
        return one or other
    return tuple(int(w) for w in np.convolve(one, other))


def _trimmed(turns: tuple[float, ...]) -> tuple[float, ...]:
    last = max((j for j, c in enumerate(turns) if c), default=0)
    return turns[: last + 1]


def _turns(coefficients: Sequence[float], k: NDArray[np.int64]) -> NDArray[np.float64]:
    # k^j first: Horner's rule would round a phase of thousands of turns once more
    return np.asarray(sum(c * k.astype(np.float64) ** j for j, c in enumerate(coefficients)))


def _sum(one: tuple[Piece, ...], other: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Two piecewise polynomials that begin at the same k, added."""
    if not one or not other:
        return one or other
    added = []
    for first in sorted({piece.first for piece in (*one, *other)}):
        here = [[p for p in pieces if p.first <= first][-1].turns for pieces in (one, other)]
        degree = max(map(len, here))
        padded = [(*turns, *[0.0] * (degree - len(turns))) for turns in here]
        added.append(Piece(first, tuple(a + b for a, b in zip(*padded, strict=True))))
    return tuple(added)
