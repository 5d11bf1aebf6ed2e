"""A record at a time: what the compiled sweep does to the samples of one."""

from typing import Any

import numba
import numpy as np

from physembed.propagation.kernels.compilation import FAST, f4

DARKEST = np.float32(1e-12)
"""Of an amplitude's intensity, as :func:`~physembed.networks.detectors.detector.square_root`."""

SIDE_BY_SIDE = 64
"""Values of which a processor's vectors hold several, so many that none waits for the last."""

_row = numba.njit(fastmath=FAST, error_model="numpy")
# sums side by side, as vectors are added
_sum = numba.njit(fastmath=FAST | {"reassoc"}, error_model="numpy")


@_row
def part(field: Any, re: Any, im: Any) -> None:
    for j in range(len(re)):
        re[j] = field[2 * j]
        im[j] = field[2 * j + 1]


@_row
def mix(re: Any, im: Any, cosine: float, sine: float, out: Any) -> None:
    for j in range(len(out)):
        out[j] = cosine * re[j] + sine * im[j]


@_row
def detect_intensity(re: Any, im: Any, out: Any) -> None:
    for j in range(len(out)):
        out[j] = re[j] * re[j] + im[j] * im[j]


@_row
def detect_amplitude(re: Any, im: Any, out: Any) -> None:
    for j in range(len(out)):
        out[j] = np.sqrt(re[j] * re[j] + im[j] * im[j] + DARKEST)


@_row
def ramp(record: Any, gain: float, offset: float, out: Any) -> None:
    for j in range(len(out)):
        v = gain * record[j] + offset
        v = v if v < f4(1) else f4(1)
        out[j] = v if v > f4(-1) else f4(-1)


@_row
def step(record: Any, threshold: float, out: Any) -> None:
    for j in range(len(out)):
        v = record[j]
        above = f4(1) if v > threshold else f4(0)
        below = f4(1) if v < threshold else f4(0)
        out[j] = above - below


@_row
def scale_among(record: Any, gain: float, offset: float, out: Any, top: Any, bottom: Any) -> None:
    for j in range(len(out)):
        v = gain * record[j] + offset
        out[j] = v
        top[j] = v if v > top[j] else top[j]
        bottom[j] = v if v < bottom[j] else bottom[j]


@_sum
def total(o: Any) -> Any:
    s = f4(0)
    for j in range(len(o)):
        s += o[j]
    return s


@_sum
def product(a: Any, b: Any) -> Any:
    s = f4(0)
    for j in range(len(a)):
        s += a[j] * b[j]
    return s


@_sum
def equal(a: Any, b: Any) -> Any:
    s = f4(0)
    for j in range(len(a)):
        s += f4(1) if a[j] == b[j] else f4(0)
    return s


@_row
def longest_runs(o: Any) -> Any:
    """Points of the longest run above zero, and of the longest not above."""
    above = below = most_above = most_below = np.int32(0)
    for j in range(len(o)):
        high = o[j] > f4(0)
        above = above + np.int32(1) if high else np.int32(0)
        below = np.int32(0) if high else below + np.int32(1)
        most_above = max(most_above, above)
        most_below = max(most_below, below)
    return most_above, most_below


@_row
def end_runs(o: Any) -> Any:
    """Points of the first and of the last run, negative where it is not above zero."""
    first = last = 0
    n = len(o)
    while first < n and (o[first] > f4(0)) == (o[0] > f4(0)):
        first += 1
    while last < n and (o[n - 1 - last] > f4(0)) == (o[n - 1] > f4(0)):
        last += 1
    signed_first = first if o[0] > f4(0) else -first
    signed_last = last if o[n - 1] > f4(0) else -last
    return signed_first, signed_last


@_row
def extreme(o: Any, is_highest: bool, work: Any) -> Any:
    """The highest or the lowest value: of columns of a table first, whose rows are compared."""
    n = len(o)
    if n < SIDE_BY_SIDE:
        value = o[0]
        for j in range(1, n):
            value = _farther(value, o[j], is_highest)
        return value
    best = work[:SIDE_BY_SIDE]
    # the last row may have a part of the one before it
    best[:] = o[n - SIDE_BY_SIDE :]
    for first in range(0, n - SIDE_BY_SIDE, SIDE_BY_SIDE):
        row = o[first : first + SIDE_BY_SIDE]
        for j in range(SIDE_BY_SIDE):
            best[j] = _farther(best[j], row[j], is_highest)
    half = SIDE_BY_SIDE // 2
    while half:
        for j in range(half):
            best[j] = _farther(best[j], best[half + j], is_highest)
        half //= 2
    return best[0]


@_row
def _farther(a: Any, b: Any, is_highest: bool) -> Any:
    if is_highest:
        return a if a > b else b
    return a if a < b else b
