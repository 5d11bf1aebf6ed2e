"""From spectra to what is measured: to the ends of all arms, and over their samples, in one go."""

from typing import Any

import llvmlite.binding
import numba
from numba import carray, types

from physembed.networks.detectors.sweeping.loops import (
    CASES,
    CHANNEL_OF_END,
    CHANNELS,
    END,
    ENDS,
    FIELD,
    STATUS,
    TRANSFER,
    TRANSFORM,
    UNITS,
    WINDOW,
    WORK,
    results_of,
    sweep_case,
    tables_of,
)
from physembed.propagation.kernels.compilation import Compiled, f4, i8, pointer, take
from physembed.propagation.kernels.rows import multiply_row
from physembed.propagation.kernels.transforms import function_addresses

for _name, _address in function_addresses().items():
    llvmlite.binding.add_symbol(_name, _address)
_backward = types.ExternalFunction(
    "physembed_DftiComputeBackward", types.int64(types.voidptr, types.voidptr, types.voidptr)
)


@numba.njit
def propagate(spectrum: Any, task: Any, channel_of_end: Any, transfer: Any, work: Any) -> None:
    """The field at every end, (ends, 2 window), of the spectra of one case."""
    for end in range(len(work)):
        multiply_row(spectrum[channel_of_end[end]], transfer[end], work[end])
    address = work.ctypes.data
    task[STATUS] |= _backward(pointer(task[TRANSFORM]), pointer(address), pointer(address))


@Compiled
def sweep_spectra(address: Any) -> None:
    """Spectra (cases, channels, window) in place of fields."""
    task = carray(address, (END,))
    n_cases, units, n_ends, window = task[CASES], task[UNITS], task[ENDS], task[WINDOW]
    spectra = carray(pointer(task[FIELD]), (n_cases, task[CHANNELS], 2 * window), f4)
    channel_of_end = carray(pointer(task[CHANNEL_OF_END]), (n_ends,), i8)
    transfer = carray(pointer(task[TRANSFER]), (n_ends, 2 * window), f4)
    work = carray(pointer(task[WORK]), (units, n_ends, 2 * window), f4)
    tables, (scratch, out) = tables_of(task), results_of(task)
    unit = take(address)
    while unit < units:
        for case in range(n_cases * unit // units, n_cases * (unit + 1) // units):
            propagate(spectra[case], task, channel_of_end, transfer, work[unit])
            sweep_case(work[unit].reshape(-1), task, tables, scratch[unit], out[case])
        unit = take(address)
