"""The encoding of a plan, in the order in which a processor without double precision does it."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from physembed.deploy.plan import Encoding

Array = NDArray[np.inexact]


def encode(encoding: Encoding, x: NDArray[np.floating]) -> Array:
    """Fields (cases, channels, window), real or full, of series (cases, channels, timepoints).

    Parameters
    ----------
    encoding : Encoding
    x : ndarray, float64 or float32
        The arithmetic is of its precision.
    """
    x = np.diff(x, axis=1) if encoding.channel_differences else x
    if encoding.zero:
        x = x - np.array(encoding.zero, dtype=x.dtype)[:, None]
    normalised = _normalise(encoding.normalisation, x)
    for _ in range(encoding.derivatives):
        normalised = _normalise(encoding.normalisation, _difference(normalised))
    real = x.dtype.type
    series: Array = normalised * real(encoding.modulation) + real(encoding.carrier)
    if encoding.envelope:
        series = _envelope(series)
    window, points = encoding.window, encoding.points
    laid = np.zeros((*series.shape[:2], window), dtype=series.dtype)
    laid[..., :points] = series
    if encoding.padding == "edge":
        after = points + (window - points) // 2
        laid[..., points:after] = series[..., -1:]
        laid[..., after:] = series[..., :1]
    starts = _starts(encoding, series)
    places = (np.arange(window) - starts[:, None]) % window
    return np.take_along_axis(laid, places[:, None, :], axis=2)


def _normalise(name: str, x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Each channel of each case; powers of two change no digit, so 1e30 is no special case."""
    if name == "none":
        return x
    scaled = x * _power_of_two(x)
    if name == "peak":
        largest = np.abs(scaled).max(axis=2, keepdims=True)
        return scaled / np.where(largest > 0, largest, 1)
    # the first value goes first: of a large offset nothing is left that rounding could spoil
    shifted = scaled - scaled[..., :1]
    shifted = shifted * _power_of_two(shifted)
    centred = shifted - shifted.mean(axis=2, keepdims=True)
    deviation = np.sqrt(np.square(centred).mean(axis=2, keepdims=True))
    if x.dtype == np.float64:
        # what float64 calls constant: nothing but rounding is left
        largest = np.abs(x).max(axis=2, keepdims=True) * _power_of_two(x) * _power_of_two(shifted)
        constant = deviation <= np.finfo(x.dtype).eps * largest
    else:
        constant = deviation == 0
    return np.where(constant, 0, centred / np.where(constant, 1, deviation)).astype(x.dtype)


def _power_of_two(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """2^-e, so that the largest magnitude of a channel comes to lie in [0.5, 1)."""
    largest = np.abs(x).max(axis=2, keepdims=True)
    _, exponent = np.frexp(largest)
    return np.ldexp(x.dtype.type(1), -np.where(largest > 0, exponent, 0))


def _difference(x: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.gradient(x, axis=2) if x.shape[2] > 1 else np.zeros_like(x)


def _envelope(x: Array) -> NDArray[np.complexfloating]:
    n_points = x.shape[2]
    half = (n_points + 1) // 2
    upper = fft.rfft(x, axis=2)[..., :half]
    scale = x.dtype.type(2**0.5 * half / n_points)
    return fft.ifft(np.roll(upper, -(half // 2), axis=2), axis=2) * scale


def _starts(encoding: Encoding, series: Array) -> NDArray[np.int64]:
    window, points = encoding.window, series.shape[2]
    if encoding.alignment == "left":
        return np.zeros(len(series), dtype=np.int64)
    if encoding.alignment == "centre":
        return np.full(len(series), window // 2 - points // 2)
    return np.asarray(window // 2 - np.rint(centroid(series)).astype(np.int64))


def centroid(series: Array) -> NDArray[np.float64]:
    """Where the energy of all channels lies, in points; the middle where there is none."""
    energy = (series.real**2 + series.imag**2).sum(axis=1).astype(np.float64)
    total, middle = energy.sum(axis=1), series.shape[2] // 2
    moment = (energy * (np.arange(series.shape[2]) - middle)).sum(axis=1)
    return np.asarray(middle + moment / np.where(total > 0, total, 1))
