"""What is counted behind comparators, as nodes."""

from collections.abc import Callable

from physembed.deploy.detectors import Counter
from physembed.deploy.interpreter.detect import references
from physembed.deploy.onnx.detect import detected, recorded, shares_of
from physembed.deploy.onnx.graph import INT64_MAX, Graph, Pair


@detected.register
def _(detector: Counter, graph: Graph, field: Pair, n_channels: int) -> str:
    records = graph.op("Unsqueeze", recorded(graph, detector.records, field), graph.integers([4]))
    n_arms = len(detector.thresholds) // n_channels
    shape = (n_channels, n_arms, *detector.thresholds.shape[1:], 1)
    excess = graph.op("Sub", records, graph.floats(detector.thresholds.reshape(shape)))
    outputs = _compared(graph, detector, excess, (*shape[:3], 1, 1))
    return shares_of(
        graph, _READINGS[detector.counted](graph, detector, outputs), arcsine=detector.arcsine
    )


def _compared(graph: Graph, detector: Counter, excess: str, shape: tuple[int, ...]) -> str:
    if detector.shape == "hard":
        return graph.op("Sign", excess)
    scaled = graph.op("Mul", excess, graph.floats(detector.gains.reshape(shape)))
    if detector.shape == "ramp":
        return graph.op("Clip", scaled, graph.floats(-1.0), graph.floats(1.0))
    return graph.op("Tanh", scaled)


def _time_above(graph: Graph, detector: Counter, outputs: str) -> str:
    means = [graph.over("ReduceMean", part, -1) for part, _ in _gated(graph, detector, outputs)]
    return graph.plus(graph.scaled(graph.joined(means), 0.5), 0.5)


def _crossings(graph: Graph, detector: Counter, outputs: str) -> str:
    crossings = []
    for part, points in _gated(graph, detector, outputs):
        total = _agreement(graph, part, 1)
        crossings.append(
            graph.plus(graph.scaled(total, -0.5 / points), 0.5 * (points - 1) / points)
        )
    return graph.joined(crossings)


def _gated(graph: Graph, detector: Counter, outputs: str) -> list[tuple[str, int]]:
    spans = zip(detector.gates[:-1], detector.gates[1:], strict=True)
    return [(graph.part(outputs, a, b), b - a) for a, b in spans]


def _agreement(graph: Graph, outputs: str, delay: int) -> str:
    """Σ o(t) o(t - delay)."""
    later, earlier = graph.part(outputs, delay, INT64_MAX), graph.part(outputs, 0, -delay)
    return graph.over("ReduceSum", graph.op("Mul", later, earlier), -1)


def _autocoincidence(graph: Graph, detector: Counter, outputs: str) -> str:
    points = detector.gates[-1]
    return graph.scaled(_agreement(graph, outputs, detector.delay), 1 / points)


def _lock_in(graph: Graph, detector: Counter, outputs: str) -> str:
    return graph.op("MatMul", outputs, graph.floats(references(detector)))


def _dwell(graph: Graph, detector: Counter, outputs: str) -> str:
    above = graph.op("Greater", outputs, graph.floats(0.0))
    runs = [
        _longest_run(graph, side, detector.gates[-1]) for side in (above, graph.op("Not", above))
    ]
    return graph.op("Sqrt", graph.scaled(graph.joined(runs), 1 / detector.gates[-1]))


def _longest_run(graph: Graph, here: str, points: int) -> str:
    """The longest run of True: how far each place is from the last False before it, at most."""
    numbers = graph.floats(range(1, points + 1))
    last = graph.op("Where", here, graph.floats(0.0), numbers)
    distance = 1
    while distance < points:
        # the running maximum, over twice as many places each time
        moved = graph.op(
            "Pad", graph.part(last, 0, -distance), graph.integers([0] * 5 + [distance] + [0] * 6)
        )
        last = graph.op("Max", last, moved)
        distance *= 2
    return graph.over("ReduceMax", graph.op("Sub", numbers, last), -1)


_READINGS: dict[str, Callable[[Graph, Counter, str], str]] = {
    "time": _time_above,
    "crossings": _crossings,
    "autocoincidence": _autocoincidence,
    "lock-in": _lock_in,
    "dwell": _dwell,
}
