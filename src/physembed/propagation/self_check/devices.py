"""Which devices there are, and which one a name stands for."""

import torch

from physembed._devices import DEVICES
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.propagation.self_check.absent_gpu import why_no_gpu


def available_devices() -> dict[str, str]:
    """The devices that torch can use here, and what they are.

    Returns
    -------
    dict of str to str
        From the name, ``cuda``, ``mps`` or ``cpu``, to a description; the fastest first.
    """
    devices: dict[str, str] = {}
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(torch.cuda.current_device())
        count = torch.cuda.device_count()
        others = f", and {count - 1} more" if count > 1 else ""
        memory = properties.total_memory / 2**30
        devices["cuda"] = f"{properties.name}, {memory:.0f} GiB{others}"
    if torch.backends.mps.is_available():
        devices["mps"] = "Apple GPU"
    n_threads = torch.get_num_threads()
    devices["cpu"] = "1 thread" if n_threads == 1 else f"{n_threads} threads"
    return devices


def resolve_device(name: str) -> torch.device:
    """The device of a name; ``auto`` is the fastest that there is.

    Raises
    ------
    UnknownNameError
        If the name is none of :data:`~physembed._devices.DEVICES`.
    InvalidInputError
        If this machine has no such device.
    """
    if name not in DEVICES:
        raise UnknownNameError("device", name, DEVICES)
    available = available_devices()
    if name == "auto":
        return torch.device(next(iter(available)))
    if name not in available:
        why = f": {why_no_gpu()}" if name == "cuda" else ""
        raise InvalidInputError(
            f"device must be one that torch finds here ({', '.join(available)}), got {name!r}{why}."
        )
    return torch.device(name)
