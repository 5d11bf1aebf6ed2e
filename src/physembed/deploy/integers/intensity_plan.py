"""A plan of envelopes, phases and bands of intensity, in 16-bit integers.

A channel of n samples is brought to 14 bits about its mean, and its complex envelope of m = n / 2
points is made in the memory of the series. Lenses and dispersion are phases, in turn at the points
and at the frequencies; what is seen of the field is the intensity in bands, beside their mean. So
neither a deviation nor an exponent is ever needed: every transform brings the field to the bits
that it has room for (block floating point), and forgets by how much.

Readings are log2(I / mean + floor) in 2^-12. What their mean over the cells takes from them is
taken from the weights instead, for both are sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from physembed.deploy.detectors import Bands
from physembed.deploy.factor import Factor, Piece
from physembed.deploy.integers.readout import WholeReadout, plain, whole_weights
from physembed.deploy.integers.scales import refused
from physembed.deploy.interpreter.detect import BAND_FLOOR
from physembed.deploy.plan import Detect, Encoding, Multiply, Path, Plan, Step, Transform
from physembed.deploy.transforms import radices

LEAST_POINTS, MOST_POINTS = 4, 2**12
"""Of a field; of more no sum of 12 bits of every point's energy is below 2^32."""
LARGEST_RADIX = 127
READING_BITS = 12
FLOOR = round(1 / BAND_FLOOR)
"""The mean is divided by this before it is added to a band."""


@dataclass(frozen=True)
class PhasePiece:
    """A quadratic phase over some points in a row, in 2^-64 turn, by its differences.

    Parameters
    ----------
    value, slope, curvature : int
        Of the first point (in whole 2^-32), what is added for the second, and to that for the
        third.
    points : int
    """

    value: int
    slope: int
    curvature: int
    points: int


@dataclass(frozen=True)
class IntensityPath:
    """What an envelope goes through, and the bands in which it is seen.

    Parameters
    ----------
    phases : tuple of tuples of PhasePiece
        At the points and at the frequencies in turn, from -m / 2 on each; an even number.
    bands : tuple of (int, int)
        First point and number of points.
    columns : tuple of int
        Of the bands among the weights.
    """

    phases: tuple[tuple[PhasePiece, ...], ...]
    bands: tuple[tuple[int, int], ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class IntensityPlan(WholeReadout):
    """What :class:`~physembed.deploy.plan.Plan` is, in 16-bit integers.

    Parameters
    ----------
    n_timepoints : int
        Twice the points of the field.
    labels : tuple of str
    aligned : bool
        Whether the centroid of the energy is brought to the middle.
    paths : tuple of IntensityPath
    weights, bias, signed, arcsine, unit
        As of :class:`~physembed.deploy.integers.readout.WholeReadout`; readings are in 2^-12.
    """

    n_timepoints: int
    labels: tuple[str, ...]
    aligned: bool
    paths: tuple[IntensityPath, ...]

    @property
    def n_channels(self) -> int:
        """One."""
        return 1

    @property
    def points(self) -> int:
        """Of the field."""
        return self.n_timepoints // 2


def energy_bits(path: IntensityPath) -> int:
    """Bits of the energy of a point, so that neither a band nor their sum exceeds 32."""
    longest = max(points for _, points in path.bands)
    return min(29, 32 - max(longest.bit_length(), len(path.bands).bit_length()))


def of_intensities(plan: Plan, bits: int = 16) -> IntensityPlan:
    """A plan of one channel's envelope, phases and bands, in 16-bit integers.

    Raises
    ------
    InvalidInputError
        If it has anything else.
    """
    if plan.n_channels > 1:
        raise refused("several channels whose envelopes are aligned together")
    aligned = {path.encoding.alignment == "energy-centroid" for path in plan.paths}
    if len(aligned) > 1:
        raise refused("fields aligned in several ways")
    paths = []
    readout = plain(plan.readout)
    weights = readout.weights.copy()
    for path in plan.paths:
        _check_encoding(path.encoding, plan.n_timepoints)
        bands, first = _bands(path)
        columns = np.arange(first, first + bands.n_features)
        if bands.alternating:
            cells = weights[:, columns].reshape(len(weights), bands.cells, -1)
            centred = cells - cells.mean(axis=1, keepdims=True)
            weights[:, columns] = centred.reshape(len(weights), -1)
        spans = tuple((a, b - a) for a, b in zip(bands.starts, bands.stops, strict=True))
        paths.append(IntensityPath(_phases(path), spans, tuple(columns.tolist())))
    largest = max(np.log2(FLOOR), *(np.log2(len(path.bands) + 1) for path in paths))
    whole = whole_weights(
        # of logarithms of two
        replace(readout, weights=weights * np.log(2)),
        bits,
        int(np.ceil((largest + 0.01) * 2**READING_BITS)),
        2**READING_BITS,
    )
    return IntensityPlan(
        plan.n_timepoints,
        plan.labels,
        aligned.pop(),
        tuple(paths),
        **vars(whole),
        signed=readout.signed,
        arcsine=False,
    )


def _check_encoding(encoding: Encoding, n_timepoints: int) -> None:
    points = n_timepoints // 2
    plain = (
        (encoding.normalisation, encoding.derivatives) == ("z-score", 0)
        and (encoding.modulation, encoding.carrier, encoding.envelope) == (1.0, 0.0, True)
        and encoding.points == encoding.window == points
    )
    if not plain or n_timepoints % 2:
        raise refused("another encoder than the envelope of an even number of points")
    if not LEAST_POINTS <= points <= MOST_POINTS:
        raise refused(f"a field of {points:,} points, not {LEAST_POINTS} to {MOST_POINTS:,}")
    if max(radices(points)) > LARGEST_RADIX:
        raise refused(f"a field of {points:,} points, with a prime factor above {LARGEST_RADIX}")


def _bands(path: Path) -> tuple[Bands, int]:
    if len(path.detections) == 1 and len(path.detections[0].detectors) == 1:
        detection = path.detections[0]
        detector = detection.detectors[0]
        if isinstance(detector, Bands) and detection.n_arms == 1:
            return detector, detection.first_feature
    raise refused("another detector than bands of the intensity behind one arm")


def _phases(path: Path) -> tuple[tuple[PhasePiece, ...], ...]:
    """At the points, at the frequencies, and so on; what is behind the last transform is unseen."""
    window = path.encoding.window
    # the envelope's spectrum is about zero: its frequencies are as many down as this
    roll = Factor(phase=(Piece(-(window // 2), (0.0, -(window // 2) / window)),))
    factors, at_points = [roll], True
    for step in path.steps:
        match step:
            case Transform(real=False) if step.inverse != at_points:
                factors.append(Factor())
                at_points = step.inverse
            case Multiply(factor, "same"):
                factors[-1] = _quadratic(factors[-1] * factor, step)
            case Detect() if at_points and step is path.steps[-1]:
                pass
            case _:
                raise refused("a medium or elements other than lenses and dispersion")
    return tuple(_pieces(factor.phase, window) for factor in factors[: len(factors) // 2 * 2])


def _quadratic(factor: Factor, step: Step) -> Factor:
    pieces_only = not (factor.cosine or factor.sines or factor.versines or factor.taps)
    closed = factor.table is None and all(len(piece.turns) <= 3 for piece in factor.phase)
    if not (pieces_only and closed) or factor.nyquist is not None:
        raise refused("a factor that is no quadratic phase")
    return factor


def _pieces(pieces: Sequence[Piece], window: int) -> tuple[PhasePiece, ...]:
    first = -(window // 2)
    given = pieces or (Piece(first, (0.0,)),)
    ends = [*(piece.first for piece in given[1:]), first + window]
    made = []
    for piece, end in zip(given, ends, strict=True):
        c0, c1, c2 = (Fraction(c) for c in [*piece.turns, 0.0, 0.0][:3])
        k = piece.first
        differences = (c0 + c1 * k + c2 * k * k, c1 + c2 * (2 * k + 1), 2 * c2)
        value, slope, curvature = (round(d * 2**64) % 2**64 for d in differences)
        made.append(PhasePiece(value >> 32 << 32, slope, curvature, end - k))
    return tuple(made)
