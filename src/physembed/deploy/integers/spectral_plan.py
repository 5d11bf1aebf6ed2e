"""A plan of dispersion, interferometers and soft comparators, in 16-bit integers.

A channel of n samples is brought to 14 bits and D, as in :mod:`whole_plan`; the rest is a spectrum
and records of 16 bits with an exponent of their own (block floating point). A filter is, at the
frequency k, cos(2π q(k)) times nothing, 2i sin(2π a k), or 4 sin²(π b k); behind it a comparator
gives f(u), u = (record - threshold) times its gain in 2^-12, f in 2^-15. The record's unit holds
D, so that its gain is divided by D once a window.
"""

from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from physembed.deploy.detectors import Counter
from physembed.deploy.factor import Factor, whole_turns
from physembed.deploy.integers.readout import WholeReadout, of_columns, plain, whole_weights
from physembed.deploy.integers.scales import ANGLE_BITS, RIGHT_ANGLE, refused
from physembed.deploy.integers.whole_plan import check_encoding
from physembed.deploy.plan import Detect, Multiply, Path, Plan, Split, Transform
from physembed.deploy.transforms import radices

LEAST_WINDOW = 4
LARGEST_WINDOW = 2**14 - 2
"""Of which no sum of 16 bits exceeds 30."""
LARGEST_RADIX = 127
"""Of half a window: of larger ones sums of 16 bits are wrong by more than a few thousandths."""
MANTISSA_BITS = 15
EXCESS_BITS = 12
MOST_OF_LEVELS = 2**30
"""u is in 2^-12."""


@dataclass(frozen=True)
class SoftComparator:
    """f(record · mantissa · 2^exponent / D - level).

    Parameters
    ----------
    mantissa, exponent : int
        Of the gain; the mantissa has 15 bits.
    level : int
        The threshold times the gain, in 2^-12.
    is_ramp : bool
        Whether f is a straight line between -1 and 1, else tanh.
    column : int
        Of its reading among the weights.
    """

    mantissa: int
    exponent: int
    level: int
    is_ramp: bool
    column: int


@dataclass(frozen=True)
class SpectralFilter:
    """What a channel's spectrum is multiplied by, and the comparators behind it.

    Parameters
    ----------
    channel : int
    cosine : (int, int)
        q = c_0 + c_1 k², in 2^-32 and in 2^-48 turn.
    interference : {0, 1, 2}
        None, 2i sin, 4 sin²; the factor is stored without its 2 or 4.
    delay : int
        Turns of the sine from one k to the next, in 2^-32.
    nyquist : int
        What stands at the last frequency, in 2^-15.
    comparators : tuple of SoftComparator
    """

    channel: int
    cosine: tuple[int, int]
    interference: int
    delay: int
    nyquist: int
    comparators: tuple[SoftComparator, ...]


@dataclass(frozen=True, eq=False)
class SpectralPlan(WholeReadout):
    """What :class:`~physembed.deploy.plan.Plan` is, in 16-bit integers.

    Parameters
    ----------
    n_channels, n_timepoints, window : int
    labels : tuple of str
    filters : tuple of SpectralFilter
        In ascending order of the channel.
    weights, bias, signed, arcsine, unit
        As of :class:`~physembed.deploy.integers.readout.WholeReadout`; shares are in 2^-12 too.
    """

    n_channels: int
    n_timepoints: int
    window: int
    labels: tuple[str, ...]
    filters: tuple[SpectralFilter, ...]


def in_integers(plan: Plan, bits: int = 16) -> SpectralPlan:
    """A plan of one real spectrum, filters and soft comparators, in 16-bit integers.

    Raises
    ------
    InvalidInputError
        If it has anything else.
    """
    windows = {path.encoding.window for path in plan.paths}
    if len(windows) > 1:
        raise refused("windows of several lengths")
    if min(windows) < LEAST_WINDOW:
        raise refused(f"a window of fewer than {LEAST_WINDOW} points")
    if max(windows) > LARGEST_WINDOW:
        raise refused(f"a window of more than {LARGEST_WINDOW:,} points")
    if max(radices(max(windows) // 2), default=1) > LARGEST_RADIX:
        raise refused(
            f"a window of {max(windows):,} points, half of which has a prime factor above "
            f"{LARGEST_RADIX}"
        )
    filters: list[SpectralFilter] = []
    columns: list[int] = []
    for path in plan.paths:
        check_encoding(path.encoding)
        if path.encoding.window % 2:
            raise refused(_odd(plan.n_timepoints, path.encoding.window))
        for factor, step in _arms(path):
            filters += _filters(plan.n_timepoints, path, (factor, step), columns)
    counters = [d for p in plan.paths for part in p.detections for d in part.detectors]
    shares = {bool(getattr(d, "arcsine", False)) for d in counters}
    if len(shares) > 1:
        raise refused("counters of shares beside counters of arcsines")
    # a channel is transformed once
    filters.sort(key=lambda f: f.channel)
    arcsine = shares == {True}
    whole = whole_weights(
        of_columns(plain(plan.readout), columns),
        bits,
        RIGHT_ANGLE if arcsine else 2**ANGLE_BITS,
        2**ANGLE_BITS,
    )
    return SpectralPlan(
        plan.n_channels,
        plan.n_timepoints,
        windows.pop(),
        plan.labels,
        tuple(filters),
        **vars(whole),
        signed=plan.readout.signed,
        arcsine=arcsine,
    )


def _odd(n_timepoints: int, window: int) -> str:
    """What an odd window lacks, and which lengths have an even one."""

    def is_even(length: int) -> bool:
        # as long as the series again, up to a product of 2, 3, 5, 7 and 11
        return next(n for n in count(2 * length) if max(radices(n)) <= 11) % 2 == 0

    shorter = next((n for n in range(n_timepoints - 1, 0, -1) if is_even(n)), 1)
    longer = next(n for n in count(n_timepoints + 1) if is_even(n))
    return (
        f"a window of {window:,} points, an odd number, whose spectrum has no half; of series of "
        f"{shorter:,} or {longer:,} timepoints with a guard band as long as themselves, and of an "
        "even number without one, the window is even"
    )


def _arms(path: Path) -> list[tuple[Factor, Detect]]:
    match path.steps:
        case (Transform(inverse=False, real=True), Split(arms)):
            pass
        case _:
            raise refused("a medium or elements before its arms, or no filter at all")
    taken = []
    for arm in arms:
        match arm:
            case (Multiply(factor, "same"), Transform(inverse=True, real=True), Detect() as step):
                taken.append((_of_known_parts(factor), step))
            case _:
                raise refused("a detector that looks at more than one quadrature")
    return taken


def _of_known_parts(factor: Factor) -> Factor:
    plain = replace(factor, cosine=(), sines=(), versines=(), gain=1.0, nyquist=None)
    even = len(factor.cosine) <= 3 and not any(factor.cosine[1::2])
    delays = len(factor.sines) + len(factor.versines)
    if not plain.is_identity or not even or delays > 1:
        raise refused("a medium or elements other than dispersion and one interferometer")
    return factor


def _filters(
    n_timepoints: int, path: Path, arm: tuple[Factor, Detect], columns: list[int]
) -> list[SpectralFilter]:
    """A filter for every channel, with its comparators; features are entered in ``columns``."""
    factor, step = arm
    detection = path.detections[step.detection]
    kind = 1 if factor.sines else 2 if factor.versines else 0
    delay = (*factor.sines, *factor.versines, 0.0)[0]
    turns = [*whole_turns(factor.cosine[::2]), 0, 0][:2]
    assert factor.nyquist is not None
    size = factor.gain * 2**kind
    made = []
    for place, channel in enumerate(path.channels):
        row = place * detection.n_arms + step.arm
        feature = detection.first_feature + row * detection.n_features
        comparators = []
        for detector in detection.detectors:
            if not isinstance(detector, Counter) or not _is_soft(detector, n_timepoints):
                raise refused("another detector than soft comparators that count time")
            gain = float(detector.gains[row, 0])
            for threshold in detector.thresholds[row, 0].tolist():
                exact = gain * factor.gain * n_timepoints**0.5 / (path.encoding.window // 2)
                mantissa, exponent = _floating(exact)
                level = round(threshold * gain * 2**EXCESS_BITS)
                if abs(level) > MOST_OF_LEVELS:
                    raise refused(f"a threshold {abs(threshold * gain):,.0f} widths from zero")
                ramp = detector.shape == "ramp"
                comparators.append(SoftComparator(mantissa, exponent, level, ramp, len(columns)))
                columns.append(feature)
                feature += 1
        made.append(
            SpectralFilter(
                channel,
                (_rounded(turns[0], 32), _rounded(turns[1], 48)),
                kind,
                _rounded(whole_turns((delay,))[0], 32),
                round(np.clip(factor.nyquist / size, -1, 1) * (2**15 - 1)),
                tuple(comparators),
            )
        )
    return made


def _is_soft(counter: Counter, n_timepoints: int) -> bool:
    return (
        counter.shape in ("ramp", "logistic")
        and counter.counted == "time"
        and counter.records.kind == "quadratures"
        and counter.records.angles == (0.0,)
        and counter.gates == (0, n_timepoints)
    )


def _rounded(turn: int, bits: int) -> int:
    """What is in 2^-64 turn in 2^-bits."""
    return ((turn + (1 << (63 - bits))) >> (64 - bits)) % 2**bits


def _floating(value: float) -> tuple[int, int]:
    """A mantissa of 15 bits, and an exponent of 8, beyond which a comparator is ideal or deaf."""
    fraction, exponent = np.frexp(value)
    mantissa = round(float(fraction) * 2**MANTISSA_BITS)
    whole = int(np.clip(int(exponent) - MANTISSA_BITS, -128, 127))
    return min(mantissa, 2**MANTISSA_BITS - 1), whole
