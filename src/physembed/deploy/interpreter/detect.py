"""The detectors of a plan, carried out by numpy."""

import itertools
from collections.abc import Callable
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray
from scipy import fft

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
from physembed.deploy.meters import Level, Power, Spectrogram, Spectrum

Array = NDArray[np.inexact]
Reals = NDArray[np.floating]

FLOOR = 1e-12
LOG_FLOOR = 0.01
BAND_FLOOR = 1e-3
FAINTEST = 1e-4
POWER_FLOOR = 1e-8
SPECTRUM_FLOOR = 1e-4
LEAST_DEVIATION = 2e-9


@singledispatch
def detect(detector: object, field: Array) -> Reals:
    """Features (cases, rows, features) of fields (cases, rows, points), by the detector's class."""
    raise TypeError(f"the interpreter knows no {type(detector).__name__}")


def intensity(field: Array) -> Reals:
    """|E|²."""
    return field.real**2 + field.imag**2 if np.iscomplexobj(field) else field.real**2


def records_of(records: Records, field: Array) -> Reals:
    """(cases, rows, records, points)."""
    if records.kind == "intensity":
        return intensity(field)[:, :, None]
    if records.kind == "amplitude":
        return np.sqrt(intensity(field) + field.real.dtype.type(FLOOR))[:, :, None]
    cosines = np.cos(records.angles).astype(field.real.dtype)
    sines = np.sin(records.angles).astype(field.real.dtype)
    quadratures = cosines[:, None] * field.real[:, :, None]
    return (
        quadratures + sines[:, None] * field.imag[:, :, None]
        if np.iscomplexobj(field)
        else quadratures
    )


@detect.register
def _(detector: Points, field: Array) -> Reals:
    records = records_of(detector.records, field)
    return records.reshape(*records.shape[:2], -1)


@detect.register
def _(detector: Bins, field: Array) -> Reals:
    means = _means(detector.starts, detector.stops, intensity(field))
    if detector.response == "linear":
        return means
    if detector.response == "sqrt":
        return np.sqrt(means + means.dtype.type(FLOOR))
    return _log_contrast(means, LOG_FLOOR)


@detect.register
def _(detector: CellStatistics, field: Array) -> Reals:
    binned = detect(detector.bins, field)
    cells = binned.reshape(*binned.shape[:2], detector.cells, -1)
    mean = cells.mean(axis=2)
    variance = np.square(cells - mean[:, :, None]).mean(axis=2)
    return np.concatenate([mean, np.sqrt(variance + variance.dtype.type(FLOOR))], axis=2)


@detect.register
def _(detector: Bands, field: Array) -> Reals:
    means = _means(detector.starts, detector.stops, intensity(field))
    return _contrast_of_cells(means, detector.cells, alternating=detector.alternating)


@detect.register
def _(detector: Counter, field: Array) -> Reals:
    records = records_of(detector.records, field)
    dtype = records.dtype
    thresholds, gains = detector.thresholds.astype(dtype), detector.gains.astype(dtype)
    excess = records[:, :, :, None] - thresholds[..., None]
    outputs = _response(detector.shape, excess * gains[:, :, None, None])
    read = _READINGS[detector.counted](detector, outputs)
    return _shares(read, arcsine=detector.arcsine)


@detect.register
def _(detector: Peak, field: Array) -> Reals:
    records = records_of(detector.records, field)
    dtype = records.dtype
    peaks = {"highest": records.max(axis=-1), "lowest": records.min(axis=-1)}
    extremes = np.stack([peaks[kind] for kind in detector.held], axis=-1)
    means, spreads = (v.astype(dtype)[..., None] for v in (detector.means, detector.spreads))
    return np.arcsinh((extremes - means) / spreads).reshape(*extremes.shape[:2], -1)


@detect.register
def _(detector: Power, field: Array) -> Reals:
    light = intensity(field)
    return np.log(light.mean(axis=-1, keepdims=True) + light.dtype.type(POWER_FLOOR)) / 2


@detect.register
def _(detector: Level, field: Array) -> Reals:
    n_points = detector.points
    series = field.real / detector.units.astype(field.real.dtype)[:, None]
    # the first value goes first: of a large offset rounding would be left
    shifted = series - series[..., :1]
    mean_shift = shifted.mean(axis=-1)
    mean = series[..., 0] + mean_shift
    centred = shifted - mean_shift[..., None]
    deviation = np.sqrt(np.square(centred).mean(axis=-1) + LEAST_DEVIATION**2)
    t = np.arange(n_points) - (n_points - 1) / 2
    slope = t.astype(series.dtype) * series.dtype.type(n_points / max(np.square(t).sum(), 1))
    rise, extent = centred @ slope, series.max(axis=-1) - series.min(axis=-1)
    every = (
        *(np.log(deviation), mean, np.arcsinh(mean)),
        *(deviation, np.arcsinh(rise), np.arcsinh(extent)),
    )
    return np.stack([every[k] for k in detector.quantities], axis=-1)


@detect.register
def _(detector: Spectrum, field: Array) -> Reals:
    spectrum = fft.rfft(field.real, axis=-1)
    power = intensity(spectrum) / detector.points
    means = _means(detector.starts, detector.stops, power)
    return np.log(means + means.dtype.type(SPECTRUM_FLOOR))


@detect.register
def _(detector: Spectrogram, field: Array) -> Reals:
    points = places_of(detector)
    passed = field.real[..., points] * transmission(detector).astype(field.real.dtype)
    power = intensity(fft.rfft(passed, axis=-1))
    seen = []
    for read in detector.sections:
        bands = _means(read.starts, read.stops, power)
        spans = itertools.pairwise(read.firsts)
        means = np.stack([bands[:, :, a:b].mean(axis=2) for a, b in spans], axis=2)
        flat = means.reshape(*means.shape[:2], -1)
        seen.append(_contrast_of_cells(flat, read.n_sections, alternating=read.alternating))
    return np.concatenate(seen, axis=2)


def places_of(detector: Spectrogram) -> NDArray[np.int64]:
    """Points of the window at every opening, (openings, length)."""
    firsts = np.arange(detector.openings) * detector.points // detector.openings
    return np.asarray((firsts[:, None] + np.arange(detector.length)) % detector.points)


def transmission(detector: Spectrogram) -> NDArray[np.float64]:
    """Of the shutter at its points."""
    return np.asarray(np.sin(np.pi * np.arange(detector.length) / detector.length) ** 2)


@detect.register
def _(detector: Winner, field: Array) -> Reals:
    records = records_of(detector.records, field)
    gains, offsets = (v.astype(records.dtype) for v in (detector.gains, detector.offsets))
    scaled = records * gains[..., None] + offsets[..., None]
    wins = (
        scaled == scaled.max(axis=(1, 2), keepdims=True),
        scaled == scaled.min(axis=(1, 2), keepdims=True),
    )
    shares = [
        [win[..., a:b].mean(axis=-1, dtype=records.dtype) for a, b in _spans(detector.gates)]
        for win in wins
    ]
    # (cases, rows, records, largest and smallest, gates)
    stacked = np.moveaxis(np.array(shares, dtype=records.dtype), (0, 1), (3, 4))
    return _shares(stacked, arcsine=detector.arcsine)


def _means(starts: tuple[int, ...], stops: tuple[int, ...], light: Reals) -> Reals:
    spans = zip(starts, stops, strict=True)
    return np.stack([light[..., a:b].mean(axis=-1) for a, b in spans], axis=-1)


def _log_contrast(means: Reals, floor: float) -> Reals:
    mean = means.mean(axis=-1, keepdims=True)
    return np.log(means / np.where(mean > 0, mean, 1) + means.dtype.type(floor))


def _contrast_of_cells(means: Reals, cells: int, *, alternating: bool) -> Reals:
    """Of means (cases, rows, cells times bands), perhaps less what all cells have in common."""
    seen = _log_contrast(means, BAND_FLOOR)
    if not alternating:
        return seen
    by_cell = seen.reshape(*seen.shape[:2], cells, -1)
    return (by_cell - by_cell.mean(axis=2, keepdims=True)).reshape(seen.shape)


def _response(shape: str, scaled: Reals) -> Reals:
    if shape == "hard":
        return np.sign(scaled)
    return np.clip(scaled, -1, 1) if shape == "ramp" else np.tanh(scaled)


def _time_above(detector: Counter, outputs: Reals) -> Reals:
    parts = [outputs[..., a:b].mean(axis=-1) for a, b in _spans(detector.gates)]
    return (1 + np.stack(parts, axis=-1)) / 2


def _crossings(detector: Counter, outputs: Reals) -> Reals:
    crossings = []
    for a, b in _spans(detector.gates):
        part, n = outputs[..., a:b], b - a
        agreeing = (part[..., 1:] * part[..., :-1]).sum(axis=-1)
        crossings.append((n - 1 - agreeing) / (2 * n))
    return np.stack(crossings, axis=-1)


def _autocoincidence(detector: Counter, outputs: Reals) -> Reals:
    products = outputs[..., detector.delay :] * outputs[..., : -detector.delay]
    return products.sum(axis=-1, keepdims=True) / outputs.shape[-1]


def _lock_in(detector: Counter, outputs: Reals) -> Reals:
    return outputs @ references(detector).astype(outputs.dtype)


def references(detector: Counter) -> NDArray[np.float64]:
    """cos(k π (t + 1/2) / n) / n, (points, harmonics)."""
    n_points = detector.gates[-1]
    t = (np.arange(n_points) + 0.5) * np.pi / n_points
    return np.asarray(np.cos(np.outer(t, np.arange(1, detector.harmonics + 1))) / n_points)


def _dwell(detector: Counter, outputs: Reals) -> Reals:
    above = outputs > 0
    longest = np.stack([_longest_run(above), _longest_run(~above)], axis=-1)
    return np.sqrt(longest.astype(outputs.dtype) / outputs.shape[-1])


def _longest_run(here: NDArray[np.bool_]) -> NDArray[np.int64]:
    numbers = np.arange(1, here.shape[-1] + 1)
    last_other = np.maximum.accumulate(np.where(here, 0, numbers), axis=-1)
    return np.asarray((numbers - last_other).max(axis=-1))


_READINGS: dict[str, Callable[[Counter, Reals], Reals]] = {
    "time": _time_above,
    "crossings": _crossings,
    "autocoincidence": _autocoincidence,
    "lock-in": _lock_in,
    "dwell": _dwell,
}


def _spans(gates: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(gates))


def _shares(shares: Reals, *, arcsine: bool) -> Reals:
    flat = shares.reshape(*shares.shape[:2], -1)
    if not arcsine:
        return flat
    faintest = flat.dtype.type(FAINTEST)
    return np.arcsin(np.sqrt(faintest + (1 - 2 * faintest) * flat))
