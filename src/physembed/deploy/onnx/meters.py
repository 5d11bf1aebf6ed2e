"""Peaks, powers, levels and spectra, as nodes."""

import numpy as np

from physembed.deploy.detectors import Peak
from physembed.deploy.interpreter.detect import (
    LEAST_DEVIATION,
    POWER_FLOOR,
    SPECTRUM_FLOOR,
    places_of,
    transmission,
)
from physembed.deploy.meters import Level, Power, Spectrogram, Spectrum
from physembed.deploy.onnx.detect import (
    contrast_of_cells,
    detected,
    intensity,
    means_of,
    recorded,
)
from physembed.deploy.onnx.graph import Graph, Pair
from physembed.deploy.onnx.transform import transformed


@detected.register
def _(detector: Peak, graph: Graph, field: Pair, n_channels: int) -> str:
    records = recorded(graph, detector.records, field)
    kinds = {"highest": "ReduceMax", "lowest": "ReduceMin"}
    extremes = graph.joined([graph.over(kinds[kind], records, -1) for kind in detector.held])
    shape = (n_channels, len(detector.means) // n_channels, detector.records.n_records, 1)
    away = graph.op("Sub", extremes, graph.floats(detector.means.reshape(shape)))
    scaled = graph.op("Div", away, graph.floats(detector.spreads.reshape(shape)))
    return graph.shaped(graph.op("Asinh", scaled), 0, 0, 0, -1)


@detected.register
def _(detector: Power, graph: Graph, field: Pair, n_channels: int) -> str:
    mean = graph.over("ReduceMean", intensity(graph, field), -1)
    return graph.scaled(graph.op("Log", graph.plus(mean, POWER_FLOOR)), 0.5)


@detected.register
def _(detector: Level, graph: Graph, field: Pair, n_channels: int) -> str:
    points = detector.points
    units = detector.units.reshape(n_channels, -1, 1)
    series = graph.op("Div", field[0], graph.floats(units))
    first = graph.part(series, 0, 1)
    shifted = graph.op("Sub", series, first)
    shift = graph.over("ReduceMean", shifted, -1)
    mean = graph.op("Add", first, shift)
    centred = graph.op("Sub", shifted, shift)
    square = graph.over("ReduceMean", graph.op("Mul", centred, centred), -1)
    deviation = graph.op("Sqrt", graph.plus(square, LEAST_DEVIATION**2))
    t = np.arange(points) - (points - 1) / 2
    slope = t * (points / max(np.square(t).sum(), 1))
    rise = graph.op("MatMul", centred, graph.floats(slope[:, None]))
    highest, lowest = (graph.over(kind, shifted, -1) for kind in ("ReduceMax", "ReduceMin"))
    extent = graph.op("Sub", highest, lowest)
    every = (
        *(graph.op("Log", deviation), mean, graph.op("Asinh", mean)),
        *(deviation, graph.op("Asinh", rise), graph.op("Asinh", extent)),
    )
    return graph.joined([every[k] for k in detector.quantities])


@detected.register
def _(detector: Spectrum, graph: Graph, field: Pair, n_channels: int) -> str:
    points = detector.points
    half = points // 2 + 1
    spectrum = transformed(graph, (field[0], None), points, inverse=False, wanted=half)
    power = graph.scaled(intensity(graph, spectrum), 1 / points)
    spans = np.stack([detector.starts, detector.stops], axis=1)
    means = means_of(graph, power, spans)
    return graph.op("Log", graph.plus(means, SPECTRUM_FLOOR))


@detected.register
def _(detector: Spectrogram, graph: Graph, field: Pair, n_channels: int) -> str:
    openings, length = detector.openings, detector.length
    opened = graph.op("Gather", field[0], graph.integers(places_of(detector).ravel()), axis=3)
    frames = graph.shaped(opened, 0, 0, 0, openings, length)
    most = max(read.stops[-1] for read in detector.sections)
    turns = np.outer(np.arange(length), np.arange(most)) / length
    waves = transmission(detector)[:, None] * np.exp(-2j * np.pi * turns)
    spectrum = (
        graph.op("MatMul", frames, graph.floats(waves.real)),
        graph.op("MatMul", frames, graph.floats(waves.imag)),
    )
    power = intensity(graph, spectrum)
    seen = []
    for read in detector.sections:
        bands = means_of(graph, power, np.stack([read.starts, read.stops], axis=1))
        firsts = np.array(read.firsts)
        opening = np.arange(openings)
        within = (opening >= firsts[:-1, None]) & (opening < firsts[1:, None])
        means = graph.op("MatMul", graph.floats(within / np.diff(firsts)[:, None]), bands)
        flat = graph.shaped(means, 0, 0, 0, -1)
        seen.append(contrast_of_cells(graph, flat, read.n_sections, alternating=read.alternating))
    return graph.joined(seen, axis=3)
