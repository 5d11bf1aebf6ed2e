"""What a piece of work takes: seconds, and the largest memory as Linux counts it."""

import ctypes
import gc
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


Result = TypeVar("Result")


@dataclass(frozen=True)
class Effort:
    """What a piece of work took.

    Parameters
    ----------
    seconds : float
    peak_bytes : int or None
        The largest resident memory during the work, less that before it; None where the system
        does not tell.
    """

    seconds: float
    peak_bytes: int | None


def measured(work: Callable[[], Result], *, memory: bool = True) -> tuple[Result, Effort]:
    """Do ``work``; its result, and what it took.

    Without ``memory`` only the seconds, which saves the quarter of a second that it takes to give
    freed memory back first.
    """
    before = _resident_from_now_on() if memory else None
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    return result, Effort(seconds, None if before is None else max(0, _read("VmHWM") - before))


def _resident_from_now_on() -> int | None:
    """Memory that the process takes up, which is the peak from now on."""
    _give_back_what_is_free()
    try:
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return None
    return _read("VmRSS")


def _give_back_what_is_free() -> None:
    """Let the allocator return freed memory, which would else be used again and not be counted."""
    gc.collect()
    with suppress(OSError, AttributeError):
        # of the GNU C library alone
        ctypes.CDLL(None).malloc_trim(0)


def _read(name: str) -> int:
    line = next(row for row in _STATUS.read_text("ascii").splitlines() if row.startswith(name))
    return 1024 * int(line.split()[1])
