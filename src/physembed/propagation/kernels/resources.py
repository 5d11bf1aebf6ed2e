"""What the compiled loops are run with: PyTorch's own threads, and memory that comes back.

A fresh page of memory, or a thread of our own, costs more than what is computed on it.
"""

import ctypes
import math
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
import torch
from torch import Tensor

LIMIT = 2**28
"""Bytes of idle buffers that are held at most."""

SMALLEST = 2**18
"""Bytes below which the system's own reserve serves as well."""

LINE = 64
"""Bytes of a line of the caches."""

_idle: OrderedDict[int, list[np.ndarray[Any, Any]]] = OrderedDict()
_lock = Lock()
"""Never waited for: a buffer may come back in the middle of a search for one, where the garbage
collector pleases, and a forked process may find it closed for ever. Memory is then fresh."""


def empty(shape: Sequence[int]) -> Tensor:
    """An uninitialised complex64 tensor; large memory is used again after its end."""
    n_bytes = 8 * math.prod(shape)
    if n_bytes < SMALLEST:
        return torch.empty(tuple(shape), dtype=torch.complex64)
    memory = None
    if _lock.acquire(blocking=False):
        try:
            buffers = _idle.get(n_bytes)
            memory = buffers.pop() if buffers else None
        finally:
            _lock.release()
    lease = _Lease(_aligned(n_bytes) if memory is None else memory, tuple(shape))
    return torch.from_numpy(np.asarray(lease))


def _aligned(n_bytes: int) -> np.ndarray[Any, Any]:
    """Memory that begins where a line of the caches does: no vector lies across two of them."""
    memory = np.empty(n_bytes + LINE, dtype=np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + n_bytes]


class _Lease:
    """The owner of a buffer while a tensor lives in it; puts it back when the last one is gone."""

    def __init__(self, memory: np.ndarray[Any, Any], shape: tuple[int, ...]) -> None:
        self.memory = memory
        data = memory.__array_interface__["data"]
        # as numbers of its shape at once, which spares two operations of PyTorch's
        self.__array_interface__ = {"version": 3, "shape": shape, "typestr": "<c8", "data": data}

    def __del__(self) -> None:
        if self.memory.nbytes and _lock.acquire(blocking=False):
            try:
                _put_back(self.memory)
            finally:
                _lock.release()


def _put_back(memory: np.ndarray[Any, Any]) -> None:
    """Hold a buffer, and let go of those of the sizes longest out of use where it is too much."""
    size = memory.nbytes
    _idle.setdefault(size, []).append(memory)
    _idle.move_to_end(size)
    # a size that is asked for no more would otherwise be held for ever
    held = sum(size * len(buffers) for size, buffers in _idle.items())
    while held > LIMIT:
        oldest, buffers = next(iter(_idle.items()))
        if buffers:
            buffers.pop(0)
            held -= oldest
        if not buffers:
            del _idle[oldest]


_parallel: Callable[..., None] | None = None
"""GOMP_parallel of the OpenMP library that PyTorch has loaded; None where there is none."""

try:
    _parallel = ctypes.CDLL(None).GOMP_parallel
    _parallel.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
    _parallel.restype = None
except (AttributeError, OSError, TypeError):
    _parallel = None

_forked = False


def _after_fork() -> None:
    """A forked process has none of its parent's threads."""
    global _forked  # noqa: PLW0603
    _forked = True


os.register_at_fork(after_in_child=_after_fork)

LARGEST_TEAM = 16
"""Threads at most: the passes are bound by memory, and every thread has its own partial sums."""

SMALLEST_SHARE = 8192
"""Points per thread below which starting it costs more than it saves."""

TILE = 512
"""Points whose partial sums stay in the nearest cache while rows pass by."""


def team_size(n_points: int) -> int:
    """How many threads share a pass over ``n_points``, of those that PyTorch may use."""
    # a team of OpenMP's in a child waits for the parent's threads, which it has not
    if _parallel is None or _forked:
        return 1
    return max(1, min(torch.get_num_threads(), LARGEST_TEAM, n_points // SMALLEST_SHARE))


def run(function: int, task: int, size: int) -> None:
    """Call ``function(task)``, both addresses, on ``size`` threads at once and wait for all."""
    if size > 1 and _parallel is not None:
        _parallel(function, task, size, 0)
    else:
        _callable(function)(task)


_callable = cache(ctypes.CFUNCTYPE(None, ctypes.c_void_p))
"""Made once for every function."""
