"""A plan of filters, comparators and counters, in whole numbers.

A channel of n samples is brought to about 14 bits, x (:func:`encode` in the interpreter), and D is
the root of Σ x²: its deviation times √n. A filter gives y = Σ w_j x(t - j), the series continued by
its first and last values; a comparator says where y exceeds a threshold, which moves with D instead
of the series being divided by its deviation; a counter counts these points, or the changes; whole
weights make scores of the counts, or of arcsin √p, p the share of points that is counted.

No sum exceeds 32 bits, whatever comes in. Samples lie within 2^14 of the first one, so that
|x| < 2^15, and Σ |w_j| < 2^16 (:data:`MOST_OF_TAPS`): |y| < 2^31. Of z-scored series the values
reach √n, where all but one are alike; in units of D they reach 1, and records Σ |w_j|, however long
a series is. D itself is at most 2^14 √n < 2^22. A threshold that is calibrated on bursts (large in
units of D) and meets a series without any (large D) may be beyond 32 bits; it is put at their end,
which no y reaches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from physembed.deploy.detectors import Counter
from physembed.deploy.factor import Factor
from physembed.deploy.integers.readout import WholeReadout, of_columns, plain, whole_weights
from physembed.deploy.integers.scales import (
    ANGLE_BITS,
    RIGHT_ANGLE,
    refused,
    whole_levels,
)
from physembed.deploy.plan import Detect, Encoding, Multiply, Path, Plan, Split, Step, Transform
from physembed.errors import InvalidInputError

SERIES_BITS = 14
"""Of the largest distance from the first sample; the mean taken off, a sample has one bit more."""
MOST_OF_TAPS = 2 ** (31 - SERIES_BITS - 1) - 1
"""Largest Σ |w_j|, so that no y exceeds 32 bits."""
MOST_TIMEPOINTS = 2**15
MOST_COMPARATORS = 255


@dataclass(frozen=True)
class Comparator:
    """Where y exceeds level · D / 2^shift, brought into 32 bits.

    Parameters
    ----------
    level : int
    crossings : bool
        Whether changes from one point to the next are counted, in place of points above.
    column : int
        Of its count among the weights.
    """

    level: int
    crossings: bool
    column: int


@dataclass(frozen=True)
class WholeFilter:
    """A filter of a channel, and the comparators behind it.

    Parameters
    ----------
    channel : int
    taps : tuple of int
        w_j for j = -m ... m, the same forwards and backwards, or up to their signs.
    shift : int
        Of the comparators' levels, from -1 to 30.
    comparators : tuple of Comparator
        In ascending order of the level; those behind which crossings are counted come last.
    """

    channel: int
    taps: tuple[int, ...]
    shift: int
    comparators: tuple[Comparator, ...]

    @property
    def half(self) -> int:
        """m."""
        return len(self.taps) // 2

    @property
    def is_odd(self) -> bool:
        """Whether w_-j = -w_j."""
        return self.taps != self.taps[::-1]


@dataclass(frozen=True, eq=False)
class WholePlan(WholeReadout):
    """What :class:`~physembed.deploy.plan.Plan` is, in whole numbers.

    Parameters
    ----------
    n_channels, n_timepoints : int
    labels : tuple of str
    filters : tuple of WholeFilter
        In ascending order of the channel.
    weights, bias, signed, arcsine, unit
        As of :class:`~physembed.deploy.integers.readout.WholeReadout`.
    """

    n_channels: int
    n_timepoints: int
    labels: tuple[str, ...]
    filters: tuple[WholeFilter, ...]

    @property
    def margin(self) -> int:
        """Points by which the series is continued on either side; even."""
        return max(f.half + f.half % 2 for f in self.filters)


def in_whole_numbers(plan: Plan, bits: int = 16) -> WholePlan:
    """A plan of short filters and counters, in whole numbers.

    Parameters
    ----------
    plan : Plan

    Raises
    ------
    InvalidInputError
        If anything in it is no filter of whole numbers, no ideal comparator or no counter.
    """
    if plan.n_timepoints > MOST_TIMEPOINTS:
        raise refused(f"series of more than {MOST_TIMEPOINTS:,} timepoints")
    gathered: dict[tuple[int, tuple[int, ...]], list[tuple[float, bool, int]]] = {}
    first = plan.paths[0].detections[0].detectors[0]
    arcsine = isinstance(first, Counter) and first.arcsine
    for path in plan.paths:
        check_encoding(path.encoding)
        if any(d.arcsine != arcsine for d in _counters(path)):
            raise refused("counters of shares beside counters of arcsines")
        for taps, step in _arms(path):
            _gather(gathered, plan, path, taps, step)
    filters = []
    columns: list[int] = []
    # a filter is computed once, whatever looks at it
    for (channel, taps), behind in sorted(gathered.items(), key=lambda item: item[0][0]):
        if len(behind) > MOST_COMPARATORS:
            raise refused(f"more than {MOST_COMPARATORS} comparators behind a filter")
        ordered = sorted(behind, key=lambda entry: (entry[1], entry[0]))
        thresholds = [threshold for threshold, _, _ in ordered]
        # no |x| exceeds D, so that no |y| exceeds that times the sum of the taps' magnitudes
        levels, shift = whole_levels(thresholds, plan.n_timepoints, sum(map(abs, taps)))
        comparators = tuple(
            Comparator(level, crossings, len(columns) + k)
            for k, (level, (_, crossings, _)) in enumerate(zip(levels, ordered, strict=True))
        )
        columns += [feature for _, _, feature in ordered]
        filters.append(WholeFilter(channel, taps, shift, comparators))
    largest, one = (RIGHT_ANGLE, 2**ANGLE_BITS) if arcsine else 2 * (plan.n_timepoints,)
    whole = whole_weights(of_columns(plain(plan.readout), columns), bits, largest, one)
    return WholePlan(
        plan.n_channels,
        plan.n_timepoints,
        plan.labels,
        tuple(filters),
        **vars(whole),
        signed=plan.readout.signed,
        arcsine=arcsine,
    )


def whole_if_possible(plan: Plan, bits: int = 16) -> WholePlan | None:
    """The plan in whole numbers, or None where it has anything else."""
    try:
        return in_whole_numbers(plan, bits)
    except InvalidInputError:
        return None


def check_encoding(encoding: Encoding) -> None:
    plain = (
        encoding.normalisation == "z-score"
        and not (encoding.derivatives or encoding.channel_differences)
        and (encoding.modulation, encoding.carrier) == (1.0, 0.0)
        and not encoding.envelope
        and (encoding.alignment, encoding.padding) == ("left", "edge")
    )
    if not plain:
        raise refused("another encoder than that of the series itself, continued at its edges")


def _arms(path: Path) -> list[tuple[tuple[int, ...], Detect]]:
    """The taps of every arm, and what detects behind it."""
    encoding = path.encoding
    room = (encoding.window - encoding.points) // 2
    return [(_taps(factor, room), step) for factor, step in _ends(path.steps, Factor())]


def _ends(
    steps: Sequence[Step], factor: Factor, *, at_points: bool = True
) -> Iterator[tuple[Factor, Detect]]:
    """What the spectrum is multiplied by on the way to every detection."""
    for step in steps:
        match step:
            case Transform():
                at_points = step.inverse
            case Multiply() if at_points and step.factor.is_identity:
                pass
            case Multiply() if not at_points:
                factor = factor * step.factor
            case Split():
                for arm in step.arms:
                    yield from _ends(arm, factor, at_points=at_points)
            case Detect():
                yield factor, step
            case _:
                raise refused("a medium that is no filter")


def _taps(factor: Factor, room: int) -> tuple[int, ...]:
    if factor.is_identity:
        return (1,)
    taps = factor.taps
    if not factor.is_filter:
        raise refused("a medium that is no filter of whole numbers")
    if taps[::-1] not in (taps, tuple(-w for w in taps)):
        raise refused("a filter that is neither even nor odd")
    if len(taps) // 2 > room:
        raise refused("a filter that is longer than its guard band")
    if sum(map(abs, taps)) > MOST_OF_TAPS or max(map(abs, taps)) >= 2**15:
        raise refused(f"taps whose magnitudes sum to more than {MOST_OF_TAPS:,}")
    return taps


def _gather(
    gathered: dict[tuple[int, tuple[int, ...]], list[tuple[float, bool, int]]],
    plan: Plan,
    path: Path,
    taps: tuple[int, ...],
    step: Detect,
) -> None:
    """Enter the comparators behind a filter: threshold, whether crossings, and feature."""
    detection = path.detections[step.detection]
    for place, channel in enumerate(path.channels):
        row = place * detection.n_arms + step.arm
        feature = detection.first_feature + row * detection.n_features
        for detector in detection.detectors:
            if not isinstance(detector, Counter) or not _is_whole(detector, plan.n_timepoints):
                raise refused("another detector than ideal comparators with counters")
            for threshold in detector.thresholds[row, 0].tolist():
                entry = (threshold, detector.counted == "crossings", feature)
                gathered.setdefault((channel, taps), []).append(entry)
                feature += 1


def _counters(path: Path) -> list[Counter]:
    detectors = [d for detection in path.detections for d in detection.detectors]
    return [d for d in detectors if isinstance(d, Counter)]


def _is_whole(counter: Counter, n_timepoints: int) -> bool:
    return (
        counter.shape == "hard"
        and counter.counted in ("time", "crossings")
        and counter.records.kind == "quadratures"
        and counter.records.angles == (0.0,)
        and counter.gates == (0, n_timepoints)
    )
