"""Runs a compiled loop on the threads that PyTorch already has."""

import ctypes
import os
from collections.abc import Callable

import torch

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
    if _parallel is None or _forked:
        return 1
    return max(1, min(torch.get_num_threads(), LARGEST_TEAM, n_points // SMALLEST_SHARE))


def run(function: int, task: int, size: int) -> None:
    """Call ``function(task)``, both addresses, on ``size`` threads at once and wait for all."""
    if size > 1 and _parallel is not None:
        _parallel(function, task, size, 0)
    else:
        _call(function)(task)


_call = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
