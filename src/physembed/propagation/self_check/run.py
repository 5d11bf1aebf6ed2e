"""All checks, one after another."""

import math
from collections.abc import Callable, Iterator
from functools import partial

import torch

from physembed.errors import UnknownNameError
from physembed.physics import EQUATIONS
from physembed.propagation.schemes import SCHEMES
from physembed.propagation.self_check import closed_forms, equations, transforms
from physembed.propagation.self_check.devices import resolve_device
from physembed.propagation.self_check.record import CheckRecord

Check = Callable[[torch.device, torch.dtype], CheckRecord]

DTYPES: dict[str, torch.dtype] = {"complex64": torch.complex64, "complex128": torch.complex128}

CHECKS: dict[str, Check] = {
    "FFT round trip": transforms.fft_round_trip,
    "FFT gradient": transforms.fft_gradient,
    "linear step gradient": transforms.linear_step_gradient,
    "sign of d/dt": closed_forms.sign_convention,
    "soliton, strang": closed_forms.soliton_strang,
    "soliton, yoshida4": closed_forms.soliton_yoshida4,
    "energy drift": closed_forms.energy_drift,
    "forward, then inverse": closed_forms.forward_inverse,
    **{f"order, {name}": partial(closed_forms.order_of, scheme=name) for name in SCHEMES},
    "complex64 against complex128": equations.single_against_double,
    "finite fields": equations.finite,
    **{
        f"gradient, {name}": partial(equations.coefficient_gradients, name=name)
        for name in EQUATIONS
    },
}
"""Every check by its name, in the order in which they are run."""


def self_check(device: str = "auto", dtype: str = "complex64") -> Iterator[CheckRecord]:
    """Run all checks of the physics on a device, one at a time.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda", "mps"}, default="auto"
    dtype : {"complex64", "complex128"}, default="complex64"
        Of the fields; the limits follow from it.

    Returns
    -------
    iterator of CheckRecord
        One record per entry of :data:`CHECKS`. A check that an error stops, for example because
        the device lacks an operation, gives a record that has not passed and tells the error.

    Raises
    ------
    UnknownNameError
        If a name is none of those above.
    InvalidInputError
        If this machine has no such device.
    """
    if dtype not in DTYPES:
        raise UnknownNameError("dtype", dtype, list(DTYPES))
    place, precision = resolve_device(device), DTYPES[dtype]
    return (_record(name, place, precision) for name in CHECKS)


def _record(name: str, device: torch.device, dtype: torch.dtype) -> CheckRecord:
    threads = torch.get_num_threads()
    # fields so small gain nothing from a second thread, and wait for it on a busy machine
    torch.set_num_threads(1)
    try:
        return CHECKS[name](device, dtype)
    # a device may fail in any way, and the other checks are still wanted
    except Exception as error:
        sentence = f"stopped by {type(error).__name__}: {error}".splitlines()[0]
        return CheckRecord(name, math.nan, math.nan, sentence)
    finally:
        torch.set_num_threads(threads)
