"""Detectors of a plan: what is taken from a row of the field, as plain data.

A new detector is a class here with its number of features, one lowering, and one function in each
reader; it is entered in :data:`DETECTORS`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Records:
    """What is read at every point.

    Parameters
    ----------
    kind : {"quadratures", "intensity", "amplitude"}
        Re(exp(-iφ) E), |E|², or sqrt(|E|² + 1e-12).
    angles : tuple of float, default=()
        φ of every quadrature, in radians.
    """

    kind: str
    angles: tuple[float, ...] = ()

    @property
    def n_records(self) -> int:
        """Of a row."""
        return max(1, len(self.angles))


@dataclass(frozen=True)
class Points:
    """Every record at every point."""

    records: Records
    points: int

    @property
    def n_features(self) -> int:
        """Records times points."""
        return self.records.n_records * self.points


@dataclass(frozen=True)
class Bins:
    """The mean |E|² of every bin, then its response.

    Parameters
    ----------
    starts, stops : tuple of int
        Of every bin, the last point excluded.
    response : {"linear", "sqrt", "log"}
        I, sqrt(I + 1e-12), or log(I / mean + 0.01) with the mean over the bins.
    """

    starts: tuple[int, ...]
    stops: tuple[int, ...]
    response: str

    @property
    def n_features(self) -> int:
        """One for every bin."""
        return len(self.starts)


@dataclass(frozen=True)
class CellStatistics:
    """Mean and deviation over cells of what :class:`Bins` gives, the cells one after the other."""

    bins: Bins
    cells: int

    @property
    def n_features(self) -> int:
        """Two for every bin of a cell."""
        return 2 * self.bins.n_features // self.cells


@dataclass(frozen=True)
class Bands:
    """log(I / mean + 0.001) of the mean |E|² in every band of every cell.

    Parameters
    ----------
    starts, stops : tuple of int
        Of every band, the cells one after the other; between them points may be left out.
    cells : int
    alternating : bool
        Whether every band's mean over the cells is taken from it.
    """

    starts: tuple[int, ...]
    stops: tuple[int, ...]
    cells: int
    alternating: bool

    @property
    def n_features(self) -> int:
        """One for every band of every cell."""
        return len(self.starts)


@dataclass(frozen=True, eq=False)
class Counter:
    """What is counted behind comparators.

    A comparator gives o = f(u g), u what a record is above its threshold, from -1 to 1: the sign
    where it is hard, a ramp, or tanh. Over n points its reading is

    =================  ======================================================================
    "time"             (1 + mean o) / 2, in every gate
    "crossings"        (n - 1 - Σ o o') / 2n, o' its neighbour's, in every gate
    "autocoincidence"  Σ o(t) o(t - delay) / n
    "lock-in"          Σ o(t) cos(k π (t + 1/2) / n) / n for k = 1 ... harmonics
    "dwell"            sqrt(m / n), m the longest run of o > 0, and of the others
    =================  ======================================================================

    Parameters
    ----------
    records : Records
    thresholds : ndarray of shape (rows, records, thresholds), float64
    gains : ndarray of shape (rows, records), float64
        g.
    shape : {"hard", "ramp", "logistic"}
    counted : str
        As above.
    gates : tuple of int
        The first point of every gate, then the number of points.
    arcsine : bool, default=False
        Whether arcsin(sqrt(1e-4 + (1 - 2e-4) p)) is given in place of a share p.
    delay, harmonics : int, default=0
    """

    records: Records
    thresholds: NDArray[np.float64]
    gains: NDArray[np.float64]
    shape: str
    counted: str
    gates: tuple[int, ...]
    arcsine: bool = False
    delay: int = 0
    harmonics: int = 0

    @property
    def n_each(self) -> int:
        """Features that are read from a comparator."""
        return {"lock-in": self.harmonics, "dwell": 2}.get(self.counted, len(self.gates) - 1)

    @property
    def n_features(self) -> int:
        """Of a row: records, then thresholds, then what is read."""
        return self.records.n_records * self.thresholds.shape[2] * self.n_each


@dataclass(frozen=True, eq=False)
class Peak:
    """arsinh((r - mean) / spread) of the highest, and of the lowest, value r of every record.

    Parameters
    ----------
    records : Records
    means, spreads : ndarray of shape (rows, records), float64
    held : tuple of {"highest", "lowest"}
    points : int
    """

    records: Records
    means: NDArray[np.float64]
    spreads: NDArray[np.float64]
    held: tuple[str, ...]
    points: int

    @property
    def n_features(self) -> int:
        """Of a row: records, then what is held."""
        return self.records.n_records * len(self.held)


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


@dataclass(frozen=True, eq=False)
class Winner:
    """The share of time for which a record, scaled, is the largest, and the smallest, of all rows.

    Parameters
    ----------
    records : Records
    offsets, gains : ndarray of shape (rows, records), float64
        A record r is scaled to offset + gain r.
    gates : tuple of int
    arcsine : bool
        As of :class:`Counter`.
    """

    records: Records
    offsets: NDArray[np.float64]
    gains: NDArray[np.float64]
    gates: tuple[int, ...]
    arcsine: bool

    @property
    def n_features(self) -> int:
        """Of a row: records, then largest and smallest, then gates."""
        return 2 * self.records.n_records * (len(self.gates) - 1)


DETECTORS = (
    *(Points, Bins, CellStatistics, Bands, Counter, Winner),
    *(Peak, Power, Level, Spectrum, Spectrogram),
)
"""Every detector of a plan."""

Detector = (
    Points
    | Bins
    | CellStatistics
    | Bands
    | Counter
    | Winner
    | Peak
    | Power
    | Level
    | Spectrum
    | Spectrogram
)
