"""Floating-point additions and multiplications that a plan takes, about."""

from functools import singledispatch

from physembed.deploy.detectors import (
    Bands,
    Bins,
    CellStatistics,
    Counter,
    Peak,
    Points,
    Records,
    Winner,
)
from physembed.deploy.factor import Factor
from physembed.deploy.integers.whole_plan import WholePlan
from physembed.deploy.meters import Level, Power, Spectrogram, Spectrum
from physembed.deploy.plan import Detect, Kerr, Multiply, Path, Plan, Split, Step, Transform
from physembed.deploy.transforms import radices

BUTTERFLY = {2: 4, 3: 16, 4: 16, 5: 48}
"""Of a radix with a butterfly of its own; any other radix r takes 8 r²."""
ROTATION, SINE = 6, 8
ELEMENTARY = 25
"""Of a root, a logarithm, or a hyperbolic tangent."""
ENCODING = 8
"""A timepoint is scaled, shifted, squared for its deviation, and scaled again."""
READING = {"quadratures": 3, "intensity": 3, "amplitude": 3 + ELEMENTARY}


def operations(plan: Plan) -> int:
    """Additions and multiplications in single precision of a window, to about a fifth.

    Comparisons count as additions; loads, stores and the arithmetic of places are not counted.

    Parameters
    ----------
    plan : Plan
    """
    readout = plan.readout.weights
    return 2 * readout.size + sum(_of_path(path, plan.n_timepoints) for path in plan.paths)


def of_whole(plan: WholePlan) -> int:
    """Additions and multiplications of whole numbers: two taps at once, then comparators."""
    of_filters = sum(3 * f.half + 1 + 2 * len(f.comparators) for f in plan.filters)
    of_encoding = 8 * len({f.channel for f in plan.filters})
    return plan.n_timepoints * (of_filters + of_encoding) + 2 * plan.weights.size


def of_transform(points: int) -> int:
    """Of a complex transform: every stage divides all points by butterflies and turns them."""
    return sum(
        points // r * (BUTTERFLY.get(r, 8 * r * r) + (r - 1) * ROTATION) for r in radices(points)
    )


def _of_path(path: Path, n_timepoints: int) -> int:
    encoding = path.encoding
    total = ENCODING * n_timepoints * (1 + encoding.derivatives)
    total += n_timepoints * encoding.channel_differences
    if encoding.envelope:
        even = n_timepoints % 2 == 0
        total += of_transform(encoding.points) + of_transform(
            encoding.points if even else n_timepoints
        )
    total += _of_steps(path, path.steps, at_points=True)
    return total * len(path.channels)


def _of_steps(path: Path, steps: tuple[Step, ...], *, at_points: bool) -> int:
    window, total = path.encoding.window, 0
    for step in steps:
        match step:
            case Transform():
                total += of_transform(window // 2 if step.real else window)
                if step.real and not step.inverse:
                    total += window // 4 * (2 * SINE + 20)
                at_points = step.inverse
            case Multiply():
                # a real field is put together as one of half its points
                real = not at_points and step.becomes == "same" and _is_half(path)
                together = window // 4 * (20 + ROTATION) if real else 0
                total += together + (window // 2 if real else window) * of_factor(step.factor)
            case Kerr():
                total += window * (4 + 2 * SINE + ROTATION)
            case Detect():
                detection = path.detections[step.detection]
                total += sum(of_detector(d, detection.points) for d in detection.detectors)
            case Split():
                total += sum(_of_steps(path, arm, at_points=at_points) for arm in step.arms)
    return total


def _is_half(path: Path) -> bool:
    first = path.steps[0]
    return isinstance(first, Transform) and first.real


def of_factor(factor: Factor) -> int:
    """Of a factor at one point, and of the product with it."""
    if factor.is_identity:
        return 0
    turned = bool(factor.phase) or factor.is_tabulated
    return (
        SINE * (bool(factor.cosine) + 2 * bool(factor.phase))
        + (SINE + 3) * (len(factor.sines) + len(factor.versines))
        + (ROTATION if turned else 2)
    )


@singledispatch
def of_detector(detector: object, points: int) -> int:
    """Of a detector on a row of so many points, by its class."""
    raise TypeError(f"no operations are known of {type(detector).__name__}")


def _of_records(records: Records) -> int:
    return records.n_records * READING[records.kind]


@of_detector.register
def _(detector: Points, points: int) -> int:
    return points * _of_records(detector.records)


@of_detector.register(Bins)
@of_detector.register(Bands)
def _(detector: Bins | Bands, points: int) -> int:
    seen = sum(b - a for a, b in zip(detector.starts, detector.stops, strict=True))
    return 4 * seen + ELEMENTARY * detector.n_features


@of_detector.register
def _(detector: CellStatistics, points: int) -> int:
    return of_detector(detector.bins, points) + 4 * detector.bins.n_features


@of_detector.register
def _(detector: Counter, points: int) -> int:
    compared = 3 + (ELEMENTARY if detector.shape == "logistic" else 2)
    again = {"lock-in": (SINE + 2) * detector.harmonics, "autocoincidence": 2 * compared}
    per_point = READING[detector.records.kind] + compared + again.get(detector.counted, 0)
    lanes = detector.records.n_records * detector.thresholds.shape[2]
    return lanes * (points * per_point + ELEMENTARY * detector.n_each)


@of_detector.register
def _(detector: Peak, points: int) -> int:
    return points * (_of_records(detector.records) + 2) + ELEMENTARY * detector.n_features


@of_detector.register
def _(detector: Power, points: int) -> int:
    return 4 * points + ELEMENTARY


@of_detector.register
def _(detector: Level, points: int) -> int:
    return 8 * points + ELEMENTARY * detector.n_features


@of_detector.register
def _(detector: Spectrum, points: int) -> int:
    return of_transform(points if points % 2 else points // 2) + 4 * points


@of_detector.register
def _(detector: Spectrogram, points: int) -> int:
    half = detector.length // 2
    # two series in one, taken apart, and the intensity
    each = of_transform(half) + half // 2 * (2 * SINE + 20) + 5 * half
    read = half * len(detector.sections)
    opened = detector.openings * (detector.length + each + read)
    return opened + ELEMENTARY * detector.n_features


@of_detector.register
def _(detector: Winner, points: int) -> int:
    return points * (_of_records(detector.records) + 4 * detector.records.n_records)
