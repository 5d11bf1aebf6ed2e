"""The detectors of a plan, carried out by numpy."""

import itertools
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.detectors import (
    Bands,
    Bins,
    CellStatistics,
    Counter,
    Points,
    Records,
    Winner,
)

Array = NDArray[np.inexact]
Reals = NDArray[np.floating]

FLOOR = 1e-12
LOG_FLOOR = 0.01
BAND_FLOOR = 1e-3
FAINTEST = 1e-4


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
    found = cosines[:, None] * field.real[:, :, None]
    return found + sines[:, None] * field.imag[:, :, None] if np.iscomplexobj(field) else found


@detect.register
def _(detector: Points, field: Array) -> Reals:
    found = records_of(detector.records, field)
    return found.reshape(*found.shape[:2], -1)


@detect.register
def _(detector: Bins, field: Array) -> Reals:
    means = _means(detector.starts, detector.stops, field)
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
    seen = _log_contrast(_means(detector.starts, detector.stops, field), BAND_FLOOR)
    if not detector.alternating:
        return seen
    cells = seen.reshape(*seen.shape[:2], detector.cells, -1)
    return (cells - cells.mean(axis=2, keepdims=True)).reshape(seen.shape)


@detect.register
def _(detector: Counter, field: Array) -> Reals:
    records = records_of(detector.records, field)
    dtype = records.dtype
    thresholds, gains = detector.thresholds.astype(dtype), detector.gains.astype(dtype)
    excess = records[:, :, :, None] - thresholds[..., None]
    outputs = _response(detector.shape, excess * gains[:, :, None, None])
    count = _crossings if detector.crossings else _time_above
    shares = [count(outputs[..., a:b]) for a, b in _spans(detector.gates)]
    return _shares(np.stack(shares, axis=-1), arcsine=detector.arcsine)


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


def _means(starts: tuple[int, ...], stops: tuple[int, ...], field: Array) -> Reals:
    light = intensity(field)
    spans = zip(starts, stops, strict=True)
    return np.stack([light[..., a:b].mean(axis=-1) for a, b in spans], axis=-1)


def _log_contrast(means: Reals, floor: float) -> Reals:
    mean = means.mean(axis=-1, keepdims=True)
    return np.log(means / np.where(mean > 0, mean, 1) + means.dtype.type(floor))


def _response(shape: str, scaled: Reals) -> Reals:
    if shape == "hard":
        return np.sign(scaled)
    return np.clip(scaled, -1, 1) if shape == "ramp" else np.tanh(scaled)


def _time_above(outputs: Reals) -> Reals:
    return (1 + outputs.mean(axis=-1)) / 2


def _crossings(outputs: Reals) -> Reals:
    n_points = outputs.shape[-1]
    return (n_points - 1 - (outputs[..., 1:] * outputs[..., :-1]).sum(axis=-1)) / (2 * n_points)


def _spans(gates: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(gates))


def _shares(shares: Reals, *, arcsine: bool) -> Reals:
    flat = shares.reshape(*shares.shape[:2], -1)
    if not arcsine:
        return flat
    faintest = flat.dtype.type(FAINTEST)
    return np.arcsin(np.sqrt(faintest + (1 - 2 * faintest) * flat))
