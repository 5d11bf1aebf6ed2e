"""The steps of a plan as nodes; arms of one kind go through them together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.detectors import Counter
from physembed.deploy.factor import Factor
from physembed.deploy.onnx import counters, meters  # noqa: F401, they enter their detectors
from physembed.deploy.onnx.detect import detected, intensity
from physembed.deploy.onnx.encode import encoded
from physembed.deploy.onnx.graph import Graph, Pair
from physembed.deploy.onnx.transform import factors, transformed
from physembed.deploy.plan import (
    Detect,
    Detection,
    Kerr,
    Multiply,
    Path,
    Plan,
    Split,
    Step,
    Transform,
)


@dataclass
class PathNodes:
    """A path while its nodes are written.

    Parameters
    ----------
    graph : Graph
    plan : Plan
    path : Path
    fellows : tuple of Path, default=()
        Others whose fields go through their steps together with that of the path.
    rows : dict of (int, int, int) to (Pair, int)
        Of every path, detection and arm a field, (cases, channels, some arms, points), and which
        of its arms it is.
    """

    graph: Graph
    plan: Plan
    path: Path
    fellows: tuple[Path, ...] = ()
    rows: dict[tuple[int, int, int], tuple[Pair, int]] = field(default_factory=dict)

    def features(self, x: str) -> tuple[list[str], list[int]]:
        """Features, (cases, some) each, and which of the plan's features they are."""
        encoding, n_channels = self.path.encoding, self.plan.n_channels
        start = encoded(self.graph, x, encoding, n_channels, self.plan.n_timepoints)
        channels = self.path.channels
        if len(channels) < n_channels - encoding.channel_differences:
            some = self.graph.integers(channels)
            re, im = (
                None if p is None else self.graph.op("Gather", p, some, axis=1) for p in start
            )
            assert re is not None
            start = re, im
        self._run(self.path.steps, start, at_points=True)
        readings: list[str] = []
        order: list[int] = []
        for which, path in enumerate((self.path, *self.fellows)):
            for numbers in _alike(path.detections):
                detection, places = _as_one(path.detections, numbers, len(channels))
                parts = self._rows(which, path, numbers, detection.points)
                taken = [
                    detected(detector, self.graph, parts, len(channels))
                    for detector in detection.detectors
                ]
                readings.append(self.graph.shaped(self.graph.joined(taken, axis=3), 0, -1))
                order += places
        return readings, order

    def _rows(self, which: int, path: Path, numbers: Sequence[int], points: int) -> Pair:
        """The field of all arms of some detections, as one."""
        places = [
            self.rows[which, number, arm]
            for number in numbers
            for arm in range(path.detections[number].n_arms)
        ]
        runs: list[list[tuple[Pair, int]]] = []
        for place in places:
            # neighbours that went through their steps together are cut out together
            if runs and runs[-1][-1] == (place[0], place[1] - 1):
                runs[-1].append(place)
            else:
                runs.append([place])
        cut = [
            None if p is None else self._cut(runs, part, points)
            for part, p in enumerate(places[0][0])
        ]
        assert cut[0] is not None
        return cut[0], cut[1]

    def _cut(self, runs: Sequence[Sequence[tuple[Pair, int]]], part: int, points: int) -> str:
        stretches = []
        for run in runs:
            name = run[0][0][part]
            assert name is not None
            stretches.append(self.graph.part(name, run[0][1], run[-1][1] + 1, axis=2))
        return self.graph.part(self.graph.joined(stretches, axis=2), 0, points)

    def _run(self, steps: Sequence[Step], held: Pair, *, at_points: bool) -> None:
        for number, step in enumerate(steps):
            match step:
                case Transform():
                    held, at_points = self._transformed(step, held), step.inverse
                case Multiply():
                    factors = [step.factor]
                    for fellow in self.fellows:
                        other = fellow.steps[number]
                        assert isinstance(other, Multiply)
                        factors.append(other.factor)
                    held = self._multiplied(step, factors, held, at_points=at_points)
                case Kerr():
                    held = self._turned(step, held)
                case Detect():
                    for which in range(1 + len(self.fellows)):
                        self.rows[which, step.detection, step.arm] = held, which
                case Split():
                    self._split(step, held, at_points=at_points)

    def _split(self, step: Split, held: Pair, *, at_points: bool) -> None:
        for together, group in groupby(step.arms, key=_kind_of_arm):
            arms = list(group)
            if together is None:
                for arm in arms:
                    self._run(arm, held, at_points=at_points)
                continue
            first, back, _ = arms[0]
            assert isinstance(first, Multiply)
            assert isinstance(back, Transform)
            factors = [arm[0].factor for arm in arms]  # type: ignore[union-attr]
            ends = self._multiplied(first, factors, held, at_points=False)
            ends = self._transformed(back, ends)
            for place, arm in enumerate(arms):
                detect = arm[2]
                assert isinstance(detect, Detect)
                self.rows[0, detect.detection, detect.arm] = ends, place

    def _transformed(self, step: Transform, held: Pair) -> Pair:
        graph, window = self.graph, self.path.encoding.window
        if not step.real:
            return transformed(graph, held, window, inverse=step.inverse)
        given = self._given()
        if step.inverse:
            # no detector behind arms sees more
            points = max(detection.points for detection in self.path.detections)
            return transformed(
                graph, held, window, inverse=True, real=True, wanted=points, given=given
            )
        re, im = transformed(graph, held, window, inverse=False, wanted=given)
        assert im is not None
        return graph.part(re, 0, given), graph.part(im, 0, given)

    def _given(self) -> int:
        """Frequencies of a real field that are held: its half, up to whole rows of a transform."""
        window = self.path.encoding.window
        _, columns = factors(window)
        return -(-(window // 2 + 1) // columns) * columns

    def _whole(self, held: Pair) -> Pair:
        """All frequencies of a real field, of its half."""
        window = self.path.encoding.window
        order = [min(k, window - k) for k in range(window)]
        signs = [1.0 if k <= window // 2 else -1.0 for k in range(window)]
        re, im = (self.graph.op("Gather", p, self.graph.integers(order), axis=3) for p in held if p)
        return re, self.graph.op("Mul", im, self.graph.floats(signs))

    def _multiplied(
        self, step: Multiply, factors: Sequence[Factor], held: Pair, *, at_points: bool
    ) -> Pair:
        window = self.path.encoding.window
        if all(factor.is_identity for factor in factors) and at_points:
            return held
        values = np.stack([factor.values(window) for factor in factors])
        if not at_points:
            values = np.fft.ifftshift(values, axes=1)
            if step.becomes == "same" and self._is_half(step):
                values = self._one_sided(values)
            elif step.becomes == "full":
                held = self._whole(held)
        return self.graph.product(held, self.graph.pair(values))

    def _one_sided(self, values: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Factors of a half: the real part of twice the positive frequencies is the field."""
        half = self.path.encoding.window // 2
        analytic = np.zeros((len(values), self._given()), dtype=np.complex128)
        analytic[:, : half + 1] = values[:, : half + 1]
        analytic[:, 1:half] *= 2
        return analytic

    def _is_half(self, step: Multiply) -> bool:
        first = self.path.steps[0]
        return isinstance(first, Transform) and first.real

    def _turned(self, step: Kerr, held: Pair) -> Pair:
        if held[1] is None:
            held = held[0], self.graph.scaled(held[0], 0.0)
        phase = self.graph.op("Mul", intensity(self.graph, held), self.graph.floats(step.slope))
        return self.graph.product(held, (self.graph.op("Cos", phase), self.graph.op("Sin", phase)))


def together(paths: Sequence[Path]) -> list[list[Path]]:
    """Neighbouring paths whose steps are alike but for what they multiply by."""
    return [list(group) for _, group in groupby(paths, key=_kind_of_path)]


def _kind_of_path(path: Path) -> tuple[object, ...]:
    kinds: list[object] = [path.encoding, path.channels]
    for step in path.steps:
        match step:
            case Multiply():
                kinds.append(step.becomes)
            case Transform() | Detect():
                kinds.append(step)
            case _:
                return (id(path),)
    first = path.steps[0]
    # what a factor makes several fields of
    parts = isinstance(first, Multiply) and not first.factor.is_identity
    return tuple(kinds) if parts else (id(path),)


def _kind_of_arm(arm: Sequence[Step]) -> tuple[str, bool] | None:
    """What arms have in common that a product, a transform and a detection make up."""
    match arm:
        case [Multiply() as multiply, Transform() as back, Detect()]:
            return multiply.becomes, back.real
    return None


def _alike(detections: Sequence[Detection]) -> list[list[int]]:
    """Numbers of neighbouring detections that differ in thresholds alone."""
    groups = groupby(range(len(detections)), key=lambda k: _structure(detections[k], k))
    return [list(numbers) for _, numbers in groups]


def _structure(detection: Detection, number: int) -> tuple[object, ...]:
    signature: list[object] = [detection.points]
    for detector in detection.detectors:
        if not isinstance(detector, Counter):
            return (number,)
        size = detector.thresholds.shape[2]
        signature.append((detector.records, size, detector.shape, detector.counted))
        signature.append((detector.gates, detector.arcsine, detector.delay, detector.harmonics))
    return tuple(signature)


def _as_one(
    detections: Sequence[Detection], numbers: Sequence[int], n_channels: int
) -> tuple[Detection, list[int]]:
    """Detections that are alike as one, and which of the plan's features its features are."""
    some = [detections[number] for number in numbers]
    each = some[0].n_features
    places = [
        one.first_feature + (channel * one.n_arms + arm) * each + feature
        for channel in range(n_channels)
        for one in some
        for arm in range(one.n_arms)
        for feature in range(each)
    ]
    if len(some) == 1:
        return some[0], places
    detectors = []
    for alike in zip(*(one.detectors for one in some), strict=True):
        same = [detector for detector in alike if isinstance(detector, Counter)]
        arrays = [
            np.concatenate(
                [v.reshape(n_channels, -1, *v.shape[1:]) for v in values], axis=1
            ).reshape(-1, *values[0].shape[1:])
            for values in (
                [counter.thresholds for counter in same],
                [counter.gains for counter in same],
            )
        ]
        detectors.append(replace(same[0], thresholds=arrays[0], gains=arrays[1]))
    n_arms = sum(one.n_arms for one in some)
    return replace(some[0], detectors=tuple(detectors), n_arms=n_arms), places
