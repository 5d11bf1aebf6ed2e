"""Slow detectors of a plan, which see a whole row of the field at once, as plain data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Power:
    """log(mean |E|² + 1e-8) / 2."""

    points: int

    @property
    def n_features(self) -> int:
        """One."""
        return 1


@dataclass(frozen=True, eq=False)
class Level:
    """What a voltmeter reads of the real part, in units u of the row.

    With mean m, deviation d, and D = sqrt(d² / u² + (2e-9)²): log D, m / u, arsinh(m / u), D, the
    arsinh of the rise of the straight line through the series, and of its range.

    Parameters
    ----------
    units : ndarray of shape (rows,), float64
    quantities : tuple of int
        Which of the six are read.
    points : int
    """

    units: NDArray[np.float64]
    quantities: tuple[int, ...]
    points: int

    @property
    def n_features(self) -> int:
        """One for every quantity."""
        return len(self.quantities)


@dataclass(frozen=True)
class Spectrum:
    """log(mean |X_k|² / n + 1e-4) over bands of the real part's Fourier transform over n points.

    Parameters
    ----------
    starts, stops : tuple of int
        Frequencies of every band, from 1 to n / 2.
    points : int
        n.
    """

    starts: tuple[int, ...]
    stops: tuple[int, ...]
    points: int

    @property
    def n_features(self) -> int:
        """One for every band."""
        return len(self.starts)


@dataclass(frozen=True)
class Sections:
    """How the openings of a shutter are read: band by band, over stretches of time.

    Parameters
    ----------
    starts, stops : tuple of int
        Frequencies of every band, from 1 to length / 2.
    firsts : tuple of int
        The first opening of every section, then their number.
    alternating : bool
        Whether every band's mean over the sections is taken from it.
    """

    starts: tuple[int, ...]
    stops: tuple[int, ...]
    firsts: tuple[int, ...]
    alternating: bool

    @property
    def n_sections(self) -> int:
        """Of time."""
        return len(self.firsts) - 1

    @property
    def n_features(self) -> int:
        """One for every band of every section."""
        return len(self.starts) * self.n_sections


@dataclass(frozen=True)
class Spectrogram:
    """log(I / mean + 0.001) of the mean |X_k|² in every band of every section.

    X_k is the Fourier transform of what passes a shutter of the real part, sin²(π j / length) at
    its points j, which opens on the window, a ring, at points o · points // openings.

    Parameters
    ----------
    points, openings, length : int
        Of the window, of the shutter, and for how many points it is open, an even number.
    sections : tuple of Sections
        Of the same openings, the features of one after those of the other.
    """

    points: int
    openings: int
    length: int
    sections: tuple[Sections, ...]

    @property
    def n_features(self) -> int:
        """Of all sections."""
        return sum(read.n_features for read in self.sections)
