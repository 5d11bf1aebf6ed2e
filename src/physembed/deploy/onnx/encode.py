"""The encoding of a plan as nodes."""

import math

import numpy as np

from physembed.deploy.onnx.graph import Graph, Pair
from physembed.deploy.onnx.transform import factors, transformed
from physembed.deploy.plan import Encoding

LARGEST_EXPONENT = 120.0
"""Of the powers of two by which series are scaled."""


def encoded(graph: Graph, x: str, encoding: Encoding, n_channels: int, n_timepoints: int) -> Pair:
    """The field (cases, channels, 1, window) of series (cases, channels, timepoints)."""
    if encoding.channel_differences:
        earlier = np.arange(n_channels - 1)
        sides = (graph.op("Gather", x, graph.integers(k), axis=1) for k in (earlier + 1, earlier))
        x = graph.op("Sub", *sides)
    if encoding.zero:
        x = graph.op("Sub", x, graph.floats(np.array(encoding.zero)[:, None]))
    normalised = _normalised(graph, x, encoding.normalisation)
    for _ in range(encoding.derivatives):
        difference = _difference(graph, normalised, n_timepoints)
        normalised = _normalised(graph, difference, encoding.normalisation)
    if encoding.modulation != 1:
        normalised = graph.scaled(normalised, encoding.modulation)
    if encoding.carrier:
        normalised = graph.plus(normalised, encoding.carrier)
    series: Pair = (normalised, None)
    if encoding.envelope:
        series = _envelope(graph, normalised, n_timepoints)
    laid = tuple(None if part is None else _padded(graph, part, encoding) for part in series)
    places = _places(graph, series, encoding)
    if places is not None:
        # channels of a case move together
        assert laid[0] is not None
        shape = graph.op("Shape", laid[0])
        wide = graph.op("Expand", places, shape)
        laid = tuple(
            None if part is None else graph.op("GatherElements", part, wide, axis=2)
            for part in laid
        )
    re, im = (None if p is None else graph.op("Unsqueeze", p, graph.integers([2])) for p in laid)
    assert re is not None
    return re, im


def _normalised(graph: Graph, x: str, name: str) -> str:
    if name == "none":
        return x
    scaled = graph.op("Mul", x, _power_of_two(graph, x))
    if name == "peak":
        largest = graph.over("ReduceMax", graph.op("Abs", scaled), 2)
        return graph.op("Div", scaled, _where_positive(graph, largest))
    shifted = graph.op("Sub", scaled, graph.part(scaled, 0, 1))
    # no smaller than the last digit of what is near one, so that no square is an underflow
    centred = graph.op("Sub", shifted, graph.over("ReduceMean", shifted, 2))
    square = graph.over("ReduceMean", graph.op("Mul", centred, centred), 2)
    # a constant series is zero, whatever it is divided by
    return graph.op("Div", centred, _where_positive(graph, graph.op("Sqrt", square)))


def _where_positive(graph: Graph, x: str) -> str:
    return graph.op("Where", graph.op("Greater", x, graph.floats(0.0)), x, graph.floats(1.0))


def _power_of_two(graph: Graph, x: str) -> str:
    """2^-e with e near the logarithm of the largest magnitude: it changes no digit."""
    largest = _where_positive(graph, graph.over("ReduceMax", graph.op("Abs", x), 2))
    exponent = graph.op("Floor", graph.scaled(graph.op("Log", largest), -1 / math.log(2)))
    limits = (graph.floats(-LARGEST_EXPONENT), graph.floats(LARGEST_EXPONENT))
    return graph.op("Pow", graph.floats(2.0), graph.op("Clip", exponent, *limits))


def _difference(graph: Graph, x: str, n: int) -> str:
    if n == 1:
        return graph.op("Sub", x, x)
    after, before = graph.part(x, 1, n), graph.part(x, 0, n - 1)
    ends = graph.op("Sub", after, before)
    parts = [graph.part(ends, 0, 1)]
    if n > 2:
        inner = graph.op("Sub", graph.part(x, 2, n), graph.part(x, 0, n - 2))
        parts.append(graph.scaled(inner, 0.5))
    return graph.joined([*parts, graph.part(ends, n - 2, n - 1)])


def _envelope(graph: Graph, x: str, n: int) -> Pair:
    half = (n + 1) // 2
    lone = graph.op("Unsqueeze", x, graph.integers([2]))
    spectrum = transformed(graph, (lone, None), n, inverse=False, wanted=half)
    upper = (graph.part(part, 0, half) for part in spectrum if part is not None)
    # the upper half of the spectrum about zero
    re, im = transformed(
        graph, (next(upper), next(upper)), half, inverse=True, carrier=half // 2,
        gain=2**0.5 * half / n,
    )  # fmt: skip
    assert im is not None
    squeezed = [graph.op("Squeeze", p, graph.integers([2])) for p in (re, im)]
    return squeezed[0], squeezed[1]


def _padded(graph: Graph, part: str, encoding: Encoding) -> str:
    points, window = encoding.points, encoding.window
    if window == points:
        return part
    if encoding.padding == "zeros":
        pads = graph.integers([0, 0, 0, 0, 0, window - points])
        return graph.op("Pad", part, pads)
    after = points + (window - points) // 2
    source = [min(k, points - 1) if k < after else 0 for k in range(window)]
    return graph.op("Gather", part, graph.integers(source), axis=2)


def _places(graph: Graph, series: Pair, encoding: Encoding) -> str | None:
    """From which point of the window each is taken, (cases or 1, 1, window); None: its own."""
    window, points = encoding.window, encoding.points
    if encoding.alignment == "left":
        return None
    if encoding.alignment == "centre":
        start = window // 2 - points // 2
        return graph.integers((np.arange(window)[None, None] - start) % window) if start else None
    squares = [graph.op("Mul", part, part) for part in series if part is not None]
    energy = squares[0] if len(squares) == 1 else graph.op("Add", *squares)
    energy = graph.over("ReduceSum", energy, 1)
    total = _summed(graph, energy, points)
    middle = points // 2
    places = graph.floats(np.arange(points) - middle)
    moment = _summed(graph, graph.op("Mul", energy, places), points)
    # from the middle: a small number keeps more digits
    away = graph.op("Div", moment, _where_positive(graph, total))
    nearest = graph.op("Cast", graph.op("Round", away), to=7)
    # point p comes from p - start, and start is the middle less the centroid
    first = window // 2 - middle
    shifted = graph.op("Add", nearest, graph.integers(np.arange(window)[None, None] - first))
    return graph.op("Mod", shifted, graph.integers(window))


def _summed(graph: Graph, x: str, n: int) -> str:
    """The sum over n points of (cases, 1, n), as sums of sums: rounding in one long sum moves a
    centroid by a thousandth of a point, and with it a case that lies half way between two."""
    rows = graph.shaped(x, 0, 0, *factors(n))
    return graph.over("ReduceSum", graph.over("ReduceSum", rows, 3, keep=False), 2)
