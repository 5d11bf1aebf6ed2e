"""Short checks of the physics on the user's own device: closed forms, gradients, precision.

A check is a function from device and dtype to a record of what was measured and what is allowed.
"""

from physembed.propagation.self_check.devices import (
    DEVICE_NAMES,
    available_devices,
    resolve_device,
)
from physembed.propagation.self_check.record import CheckRecord
from physembed.propagation.self_check.run import CHECKS, DTYPES, self_check

__all__ = [
    "CHECKS",
    "DEVICE_NAMES",
    "DTYPES",
    "CheckRecord",
    "available_devices",
    "resolve_device",
    "self_check",
]
