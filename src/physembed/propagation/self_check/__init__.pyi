from .absent_gpu import why_no_gpu as why_no_gpu
from .devices import available_devices as available_devices
from .devices import resolve_device as resolve_device
from .record import CheckRecord as CheckRecord
from .run import CHECKS as CHECKS
from .run import DTYPES as DTYPES
from .run import self_check as self_check
