"""A step of ERK4(3) as a compiled loop: a thread takes its cases, one by one, through all stages.

What a case needs between two stages stays in the nearest cache; PyTorch's own operations carry the
whole batch through memory some fifty times a step. The medium is a
:class:`~physembed.physics.kerr_law.KerrLaw`. Functions take the address of a list of 64-bit
integers, the places of which are named below.
"""

import math
from typing import Any

import numba
from numba import carray

from physembed.propagation.kernels.cascade_task import backward, forward
from physembed.propagation.kernels.compilation import FAST, Compiled, f4, f8, pointer, take
from physembed.propagation.kernels.functions import sine_cosine_precisely
from physembed.propagation.kernels.rows import multiply_row_in_place

NAMES = (
    "next", "units", "status", "rows", "points", "is_delayed", "grows",
    "transform", "to_half_band", "from_half_band",
    "phase", "growth", "response", "strength", "lengths",
    "start", "rate", "end", "next_rate", "error", "scratch",
)  # fmt: skip
"""The next unit and their number; a sum of the transforms' errors; cases and points; whether there
is a response, and how the linear part grows (0: not at all; 1: alike at every frequency; 2: each as
it does); descriptors of the transforms; addresses of Im L and Re L (float64), of the tables of the
law, of the lengths of the cases (float64), of spectrum and rate before and after, of the error of
every case (float64), and of :func:`scratch_size` numbers for each unit."""

(
    NEXT, UNITS, STATUS, ROWS, POINTS, IS_DELAYED, GROWS,
    TRANSFORM, TO_HALF_BAND, FROM_HALF_BAND,
    PHASE, GROWTH, RESPONSE, STRENGTH, LENGTHS,
    START, RATE, END, NEXT_RATE, ERROR, SCRATCH, LENGTH,
) = range(len(NAMES) + 1)  # fmt: skip

_row = numba.njit(fastmath=FAST, error_model="numpy")


def scratch_size(n: int) -> int:
    """Numbers that a unit needs: three spectra, exp(L h/2), a power and its half band."""
    return 8 * n + n + 2 * (n // 2 + 1) + 16


@_row
def _carry(phase: Any, half: Any, length: float) -> None:
    """exp(i Im L z)."""
    for j in range(len(phase)):
        s, c = sine_cosine_precisely(phase[j] * length)
        half[2 * j] = c
        half[2 * j + 1] = s


@_row
def _grow(growth: Any, half: Any, length: float, is_even: bool) -> None:
    """Times exp(Re L z)."""
    factor = math.exp(growth[0] * length)
    for j in range(len(growth)):
        if not is_even:
            factor = math.exp(growth[j] * length)
        half[2 * j] *= factor
        half[2 * j + 1] *= factor


@_row
def _power(field: Any, power: Any) -> None:
    for j in range(len(power)):
        power[j] = field[2 * j] * field[2 * j] + field[2 * j + 1] * field[2 * j + 1]


@_row
def _weigh(field: Any, power: Any) -> None:
    for j in range(len(power)):
        field[2 * j] *= power[j]
        field[2 * j + 1] *= power[j]


@_row
def _turn_by_a_quarter(spectrum: Any, strength: Any) -> None:
    """Times i s."""
    for j in range(len(strength)):
        x = spectrum[2 * j]
        spectrum[2 * j] = -strength[j] * spectrum[2 * j + 1]
        spectrum[2 * j + 1] = strength[j] * x


@_row
def _product(a: Any, b: Any, out: Any) -> None:
    for j in range(len(a) // 2):
        out[2 * j] = a[2 * j] * b[2 * j] - a[2 * j + 1] * b[2 * j + 1]
        out[2 * j + 1] = a[2 * j] * b[2 * j + 1] + a[2 * j + 1] * b[2 * j]


@_row
def _ahead(a: Any, b: Any, step: Any, out: Any) -> None:
    for j in range(len(a)):
        out[j] = a[j] + step * b[j]


@_row
def _add(total: Any, b: Any, share: Any) -> None:
    for j in range(len(total)):
        total[j] += share * b[j]


@_row
def _norms(a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any, Any]:
    """The squares of the norms of a - b, c and d; in double precision."""
    apart, before, after = f8(0), f8(0), f8(0)
    for first in range(0, len(a), 64):
        # a few in single precision, as vectors
        x: Any = f4(0)
        y: Any = f4(0)
        z: Any = f4(0)
        for j in range(first, min(first + 64, len(a))):
            x += (a[j] - b[j]) * (a[j] - b[j])
            y += c[j] * c[j]
            z += d[j] * d[j]
        apart, before, after = apart + x, before + y, after + z
    return apart, before, after


@numba.njit
def _rate(task: Any, spectrum: Any, at: Any, power: Any, half_band: Any, law: Any) -> None:
    """F[N(E)] in the place of F[E], whose address is ``at[0]``."""
    response, strength = law
    place = pointer(at[0])
    task[STATUS] |= backward(pointer(task[TRANSFORM]), place, place)
    _power(spectrum, power)
    if task[IS_DELAYED]:
        task[STATUS] |= forward(pointer(task[TO_HALF_BAND]), pointer(at[1]), pointer(at[2]))
        multiply_row_in_place(half_band, response)
        task[STATUS] |= backward(pointer(task[FROM_HALF_BAND]), pointer(at[2]), pointer(at[1]))
    _weigh(spectrum, power)
    task[STATUS] |= forward(pointer(task[TRANSFORM]), place, place)
    _turn_by_a_quarter(spectrum, strength)


@numba.njit
def _steps(address: Any, f: Any, size: int) -> None:
    """Steps in numbers of the kind of ``f``, of ``size`` bytes."""
    task = carray(address, (LENGTH,))
    rows, n, units = task[ROWS], task[POINTS], task[UNITS]
    phase = carray(pointer(task[PHASE]), (n,), f8)
    growth = carray(pointer(task[GROWTH]), (n,), f8)
    lengths = carray(pointer(task[LENGTHS]), (rows,), f8)
    errors = carray(pointer(task[ERROR]), (rows,), f8)
    law = (
        carray(pointer(task[RESPONSE]), (2 * (n // 2 + 1) if task[IS_DELAYED] else 0,), f),
        carray(pointer(task[STRENGTH]), (n,), f),
    )
    before = carray(pointer(task[START]), (rows, 2 * n), f)
    rates = carray(pointer(task[RATE]), (rows, 2 * n), f)
    after = carray(pointer(task[END]), (rows, 2 * n), f)
    next_rates = carray(pointer(task[NEXT_RATE]), (rows, 2 * n), f)
    unit = take(address)
    while unit < units:
        base = task[SCRATCH] + size * unit * (9 * n + 2 * (n // 2 + 1) + 16)
        half = carray(pointer(base), (2 * n,), f)
        carried = carray(pointer(base + size * 2 * n), (2 * n,), f)
        total = carray(pointer(base + size * 4 * n), (2 * n,), f)
        stage = carray(pointer(base + size * 6 * n), (2 * n,), f)
        power = carray(pointer(base + size * 8 * n), (n,), f)
        half_band = carray(pointer(base + size * 9 * n), (2 * (n // 2 + 1),), f)
        of_stage = (base + size * 6 * n, base + size * 8 * n, base + size * 9 * n)
        for row in range(rows * unit // units, rows * (unit + 1) // units):
            h = lengths[row]
            step, half_step, sixth = f(h), f(h / 2), f(h / 6)
            _carry(phase, half, h / 2)
            if task[GROWS]:
                _grow(growth, half, h / 2, task[GROWS] == 1)
            _product(half, before[row], carried)
            _product(half, rates[row], total)
            _ahead(carried, total, half_step, stage)
            _rate(task, stage, of_stage, power, half_band, law)
            _add(total, stage, f(2))
            _ahead(carried, stage, half_step, stage)
            _rate(task, stage, of_stage, power, half_band, law)
            _add(total, stage, f(2))
            _ahead(carried, stage, step, stage)
            multiply_row_in_place(stage, half)
            _rate(task, stage, of_stage, power, half_band, law)
            _ahead(carried, total, sixth, carried)
            multiply_row_in_place(carried, half)
            end, following = after[row], next_rates[row]
            _ahead(carried, stage, sixth, end)
            _ahead(end, end, f(0), following)
            place = task[NEXT_RATE] + size * 2 * n * row
            _rate(task, following, (place, of_stage[1], of_stage[2]), power, half_band, law)
            apart, size_before, size_after = _norms(stage, following, before[row], end)
            largest = max(size_before, size_after)
            # in the dark nothing errs
            errors[row] = h / 10 * math.sqrt(apart / largest) if apart != 0 else 0.0
        unit = take(address)


@Compiled
def single(address: Any) -> None:
    """Steps of complex64."""
    _steps(address, f4, 4)


@Compiled
def double(address: Any) -> None:
    """Steps of complex128."""
    _steps(address, f8, 8)
