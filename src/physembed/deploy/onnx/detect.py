"""The detectors of a plan as nodes, from fields (cases, channels, arms, points) to features."""

from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.detectors import (
    Bands,
    Bins,
    CellStatistics,
    Points,
    Records,
    Winner,
)
from physembed.deploy.interpreter.detect import BAND_FLOOR, FAINTEST, FLOOR, LOG_FLOOR
from physembed.deploy.onnx.graph import Graph, Pair


@singledispatch
def detected(detector: object, graph: Graph, field: Pair, n_channels: int) -> str:
    """Features, by the detector's class; the field is (cases, channels, arms, points)."""
    raise TypeError(f"no ONNX is written for {type(detector).__name__}")


def intensity(graph: Graph, field: Pair) -> str:
    """|E|²."""
    squares = [graph.op("Mul", part, part) for part in field if part is not None]
    return squares[0] if len(squares) == 1 else graph.op("Add", *squares)


def recorded(graph: Graph, records: Records, field: Pair) -> str:
    """(cases, channels, arms, records, points)."""
    apart = graph.integers([3])
    if records.kind == "intensity":
        return graph.op("Unsqueeze", intensity(graph, field), apart)
    if records.kind == "amplitude":
        amplitude = graph.op("Sqrt", graph.plus(intensity(graph, field), FLOOR))
        return graph.op("Unsqueeze", amplitude, apart)
    parts = []
    for part, turn in zip(field, (np.cos, np.sin), strict=True):
        if part is not None:
            values = turn(np.asarray(records.angles))[:, None]
            lone = graph.op("Unsqueeze", part, apart)
            parts.append(
                lone if (values == 1).all() else graph.op("Mul", lone, graph.floats(values))
            )
    return parts[0] if len(parts) == 1 else graph.op("Add", *parts)


@detected.register
def _(detector: Points, graph: Graph, field: Pair, n_channels: int) -> str:
    return graph.shaped(recorded(graph, detector.records, field), 0, 0, 0, -1)


@detected.register
def _(detector: Bins, graph: Graph, field: Pair, n_channels: int) -> str:
    spans = np.stack([detector.starts, detector.stops], axis=1)
    means = means_of(graph, intensity(graph, field), spans)
    if detector.response == "linear":
        return means
    if detector.response == "sqrt":
        return graph.op("Sqrt", graph.plus(means, FLOOR))
    return _contrast(graph, means, LOG_FLOOR)


@detected.register
def _(detector: CellStatistics, graph: Graph, field: Pair, n_channels: int) -> str:
    binned = detected(detector.bins, graph, field, n_channels)
    cells = graph.shaped(binned, 0, 0, 0, detector.cells, -1)
    mean = graph.over("ReduceMean", cells, 3)
    apart = graph.op("Sub", cells, mean)
    variance = graph.over("ReduceMean", graph.op("Mul", apart, apart), 3, keep=False)
    deviation = graph.op("Sqrt", graph.plus(variance, FLOOR))
    return graph.joined([graph.op("Squeeze", mean, graph.integers([3])), deviation])


@detected.register
def _(detector: Bands, graph: Graph, field: Pair, n_channels: int) -> str:
    light = intensity(graph, field)
    spans = np.stack([detector.starts, detector.stops], axis=1)
    cells = spans.reshape(detector.cells, -1, 2)
    length = int(cells[1, 0, 0] - cells[0, 0, 0]) if detector.cells > 1 else 0
    moved = cells - np.arange(detector.cells)[:, None, None] * length
    if detector.cells > 1 and bool((moved == moved[0]).all()) and moved.max() <= length:
        # one matrix serves all cells
        rows = graph.shaped(
            graph.part(light, 0, detector.cells * length), 0, 0, 0, detector.cells, length
        )
        means = graph.shaped(means_of(graph, rows, moved[0], length), 0, 0, 0, -1)
    else:
        means = means_of(graph, light, spans)
    return contrast_of_cells(graph, means, detector.cells, alternating=detector.alternating)


@detected.register
def _(detector: Winner, graph: Graph, field: Pair, n_channels: int) -> str:
    records = recorded(graph, detector.records, field)
    shape = (n_channels, len(detector.gains) // n_channels, detector.records.n_records, 1)
    scaled = graph.op("Mul", records, graph.floats(detector.gains.reshape(shape)))
    scaled = graph.op("Add", scaled, graph.floats(detector.offsets.reshape(shape)))
    sides = []
    for kind, above in (("ReduceMax", "GreaterOrEqual"), ("ReduceMin", "LessOrEqual")):
        wins = graph.op(above, scaled, graph.over(kind, scaled, 1, 2, 3))
        counted = graph.op("Cast", wins, to=1)
        spans = zip(detector.gates[:-1], detector.gates[1:], strict=True)
        shares = [graph.over("ReduceMean", graph.part(counted, a, b), -1) for a, b in spans]
        sides.append(graph.op("Unsqueeze", graph.joined(shares), graph.integers([4])))
    return shares_of(graph, graph.joined(sides, axis=4), arcsine=detector.arcsine)


def means_of(graph: Graph, light: str, spans: NDArray[np.int64], points: int | None = None) -> str:
    """Means over spans of the last axis."""
    starts, stops = spans[:, 0], spans[:, 1]
    lengths = stops - starts
    if (lengths == lengths[0]).all() and (starts == np.arange(len(starts)) * lengths[0]).all():
        length = int(lengths[0])
        if length == 1:
            return graph.part(light, 0, len(starts))
        used = graph.part(light, 0, length * len(starts))
        rows = graph.shaped(used, 0, 0, 0, len(starts), length)
        return graph.over("ReduceMean", rows, 4, keep=False)
    n = int(stops.max()) if points is None else points
    place = np.arange(n)[:, None]
    weights = ((place >= starts) & (place < stops)) / lengths
    return graph.op("MatMul", graph.part(light, 0, n), graph.floats(weights))


def _contrast(graph: Graph, means: str, floor: float) -> str:
    mean = graph.over("ReduceMean", means, 3)
    some = graph.op("Greater", mean, graph.floats(0.0))
    unit = graph.op("Where", some, mean, graph.floats(1.0))
    return graph.op("Log", graph.plus(graph.op("Div", means, unit), floor))


def contrast_of_cells(graph: Graph, means: str, cells: int, *, alternating: bool) -> str:
    """Of means in a row, perhaps less what all cells have in common."""
    seen = _contrast(graph, means, BAND_FLOOR)
    if not alternating:
        return seen
    by_cell = graph.shaped(seen, 0, 0, 0, cells, -1)
    centred = graph.op("Sub", by_cell, graph.over("ReduceMean", by_cell, 3))
    return graph.shaped(centred, 0, 0, 0, -1)


def shares_of(graph: Graph, shares: str, *, arcsine: bool) -> str:
    flat = graph.shaped(shares, 0, 0, 0, -1)
    if not arcsine:
        return flat
    inner = graph.plus(graph.scaled(flat, 1 - 2 * FAINTEST), FAINTEST)
    return graph.op("Asin", graph.op("Sqrt", inner))
