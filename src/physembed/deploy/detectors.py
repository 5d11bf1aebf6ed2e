"""Detectors of a plan: what is taken from a row of the field, as plain data.

Those of records, and of bins of the intensity, are here; slow ones are in
:mod:`~physembed.deploy.meters`. A new detector is a class with its number of features, one
lowering, and one function in each reader; it is entered in :data:`DETECTORS`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.meters import Level, Power, Spectrogram, Spectrum


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
