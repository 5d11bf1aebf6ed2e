"""One pass over the samples of a field for all detectors behind it, compiled.

A case at a time: the records of an arm are mixed from its field, every comparator is asked once,
and whatever is read from it is measured while it lies in the nearest cache.
"""

from typing import Any

import numba
import numpy as np
from numba import carray

from physembed.networks.detectors.sweeping.measurements import Comparison, Quantity, Record
from physembed.networks.detectors.sweeping.plan import (
    COMPARATOR_KIND,
    COMPARATOR_LAST,
    COMPARATOR_WIDTH,
    LEVEL_GAIN,
    LEVEL_OFFSET,
    LEVEL_WIDTH,
    NUMBER_COSINE,
    NUMBER_GAIN,
    NUMBER_OFFSET,
    NUMBER_SINE,
    NUMBER_WIDTH,
    READING_FIRST,
    READING_LAST,
    READING_PARAMETER,
    READING_PLACE,
    READING_QUANTITY,
    READING_RIVAL,
    READING_WIDTH,
    RECORD_END,
    RECORD_KIND,
    RECORD_LAST,
    RECORD_RIVAL,
    RECORD_WIDTH,
)
from physembed.networks.detectors.sweeping.rows import (
    detect_amplitude,
    detect_intensity,
    end_runs,
    equal,
    extreme,
    longest_runs,
    mix,
    part,
    product,
    ramp,
    scale_among,
    step,
    total,
)
from physembed.propagation.kernels.compilation import Compiled, f4, i8, pointer, take

(
    NEXT,
    UNITS,
    CASES,
    CASE_STRIDE,
    END_STRIDE,
    POINTS,
    RECORDS,
    COMPARATORS,
    READINGS,
    WINNERS,
    HARMONICS,
    RAW,
    FIELD,
    RECORD_TABLE,
    RECORD_NUMBERS,
    COMPARATOR_TABLE,
    COMPARATOR_NUMBERS,
    READING_TABLE,
    COSINES,
    SCRATCH,
    OUT,
    CHANNELS,
    ENDS,
    WINDOW,
    STATUS,
    TRANSFORM,
    CHANNEL_OF_END,
    TRANSFER,
    WORK,
    END,
) = range(30)
"""The places of a list of 64-bit integers: the next unit and their number; cases; points from a
case to the next and from an end to the next; points that are seen; numbers of records, comparators
and readings, of records that are compared with each other, of cosines, and of measured numbers.

Addresses follow:
FIELD, complex64;
RECORD_TABLE, RECORD_NUMBERS, COMPARATOR_TABLE, COMPARATOR_NUMBERS and READING_TABLE, whose columns
:mod:`~physembed.networks.detectors.sweeping.plan` names;
COSINES (harmonics, points);
SCRATCH (units, ROWS + winners, points);
OUT (cases, raw).

Where spectra are given in place of fields: CHANNELS, ENDS, points of the WINDOW, a sum of the
transforms' errors, the descriptor of the inverse TRANSFORM of all ends; and CHANNEL_OF_END (ends,),
TRANSFER (ends, window), complex64, and WORK (units, ends, window)."""

RE, IM, MIXED, COMPARED, TOP, BOTTOM, RIVALS = range(7)
"""Rows of a unit's scratch: the parts of the field, a record of it, what a comparator makes of the
record, the largest and the smallest of the records that are compared with each other; then each of
these, and one row for what :func:`extreme` goes over."""
ROWS = RIVALS + 1
"""All of them, beside one for every record that is compared."""

QUADRATURE, AMPLITUDE = int(Record.QUADRATURE), int(Record.AMPLITUDE)
NONE, HARD = int(Comparison.NONE), int(Comparison.HARD)
SUM, COINCIDENCES, COSINE = int(Quantity.SUM), int(Quantity.COINCIDENCES), int(Quantity.COSINE)
LONGEST_ABOVE = int(Quantity.LONGEST_ABOVE)
FIRST_RUN, LAST_RUN = int(Quantity.FIRST_RUN), int(Quantity.LAST_RUN)
HIGHEST, LOWEST = int(Quantity.HIGHEST), int(Quantity.LOWEST)
TIMES_LARGEST = int(Quantity.TIMES_LARGEST)


@numba.njit(error_model="numpy")
def read(o: Any, readings: Any, cosines: Any, work: Any, out: Any) -> None:
    """Whatever is read from one comparator, or from a record itself."""
    runs_are_known = False
    above, below = np.int32(0), np.int32(0)
    for k in range(len(readings)):
        quantity, parameter = readings[k, READING_QUANTITY], readings[k, READING_PARAMETER]
        first, last = readings[k, READING_FIRST], readings[k, READING_LAST]
        place = readings[k, READING_PLACE]
        gate = o[first:last]
        if quantity == SUM:
            out[place] = total(gate)
        elif quantity == COINCIDENCES:
            n = max(last - first - parameter, 0)
            out[place] = product(gate[:n], gate[len(gate) - n :])
        elif quantity == COSINE:
            # the row first: of what is known to lie side by side the compiler makes vectors
            out[place] = product(gate, cosines[parameter - 1][first:last])
        elif quantity in (HIGHEST, LOWEST):
            out[place] = extreme(gate, quantity == HIGHEST, work)
        elif quantity in (FIRST_RUN, LAST_RUN):
            first_run, last_run = end_runs(gate)
            out[place] = f4(first_run) if quantity == FIRST_RUN else f4(last_run)
        else:
            if not runs_are_known:
                above, below = longest_runs(gate)
                runs_are_known = True
            out[place] = f4(above) if quantity == LONGEST_ABOVE else f4(below)


@numba.njit(error_model="numpy")
def take_record(kind: int, re: Any, im: Any, numbers: Any, out: Any) -> None:
    if kind == QUADRATURE:
        mix(re, im, numbers[NUMBER_COSINE], numbers[NUMBER_SINE], out)
    elif kind == AMPLITUDE:
        detect_amplitude(re, im, out)
    else:
        detect_intensity(re, im, out)


@numba.njit(error_model="numpy")
def sweep_case(field: Any, task: Any, tables: Any, scratch: Any, out: Any) -> None:
    """All that is measured on one case; ``field`` begins with it."""
    records, numbers, comparators, levels, readings, cosines = tables
    points, end_stride, n_winners = task[POINTS], task[END_STRIDE], task[WINNERS]
    re, im, record, o = scratch[RE], scratch[IM], scratch[MIXED], scratch[COMPARED]
    top, bottom, work = scratch[TOP], scratch[BOTTOM], scratch[RIVALS + n_winners]
    if n_winners:
        top[:] = -np.inf
        bottom[:] = np.inf
    parted = -1
    c = r = 0
    for k in range(len(records)):
        end, kind = records[k, RECORD_END], records[k, RECORD_KIND]
        if end != parted:
            start = 2 * end * end_stride
            part(field[start : start + 2 * points], re, im)
            parted = end
        take_record(kind, re, im, numbers[k], record)
        rival = records[k, RECORD_RIVAL]
        if rival >= 0:
            gain, offset = numbers[k, NUMBER_GAIN], numbers[k, NUMBER_OFFSET]
            scale_among(record, gain, offset, scratch[RIVALS + rival], top, bottom)
        while c < records[k, RECORD_LAST]:
            comparison, last = comparators[c, COMPARATOR_KIND], comparators[c, COMPARATOR_LAST]
            if comparison == NONE:
                read(record, readings[r:last], cosines, work, out)
            else:
                if comparison == HARD:
                    step(record, levels[c, LEVEL_OFFSET], o)
                else:
                    ramp(record, levels[c, LEVEL_GAIN], levels[c, LEVEL_OFFSET], o)
                read(o, readings[r:last], cosines, work, out)
            r = last
            c += 1
    # the rest are read when all records have been compared
    for k in range(r, len(readings)):
        first, last = readings[k, READING_FIRST], readings[k, READING_LAST]
        scaled = scratch[RIVALS + readings[k, READING_RIVAL]]
        bound = top if readings[k, READING_QUANTITY] == TIMES_LARGEST else bottom
        out[readings[k, READING_PLACE]] = equal(scaled[first:last], bound[first:last])


@numba.njit
def tables_of(task: Any) -> Any:
    """The plan's arrays, and the cosines."""
    return (
        carray(pointer(task[RECORD_TABLE]), (task[RECORDS], RECORD_WIDTH), i8),
        carray(pointer(task[RECORD_NUMBERS]), (task[RECORDS], NUMBER_WIDTH), f4),
        carray(pointer(task[COMPARATOR_TABLE]), (task[COMPARATORS], COMPARATOR_WIDTH), i8),
        carray(pointer(task[COMPARATOR_NUMBERS]), (task[COMPARATORS], LEVEL_WIDTH), f4),
        carray(pointer(task[READING_TABLE]), (task[READINGS], READING_WIDTH), i8),
        carray(pointer(task[COSINES]), (task[HARMONICS], task[POINTS]), f4),
    )


@numba.njit
def results_of(task: Any) -> Any:
    """The scratch of every unit, and where the numbers go."""
    rows = ROWS + task[WINNERS]
    return (
        carray(pointer(task[SCRATCH]), (task[UNITS], rows, task[POINTS]), f4),
        carray(pointer(task[OUT]), (task[CASES], task[RAW]), f4),
    )


@Compiled
def sweep(address: Any) -> None:
    """Fields as they left the arms."""
    task = carray(address, (END,))
    n_cases, units, stride = task[CASES], task[UNITS], 2 * task[CASE_STRIDE]
    field = carray(pointer(task[FIELD]), (n_cases * stride,), f4)
    tables, (scratch, out) = tables_of(task), results_of(task)
    unit = take(address)
    while unit < units:
        for case in range(n_cases * unit // units, n_cases * (unit + 1) // units):
            sweep_case(field[case * stride :], task, tables, scratch[unit], out[case])
        unit = take(address)
