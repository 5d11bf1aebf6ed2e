"""torch's global random numbers, in the hands of one fit at a time."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw torch's random numbers from a seed, and leave the state as it was found.

    The state is of the process: of threads that fit at the same time, as joblib's threading
    backend has them, one goes on and the others wait, so that each is as if it were alone. A fit
    within a fit does not wait for itself.

    Parameters
    ----------
    seed : int
    """
    # of the GPUs that one alone which this process works on: others belong to other processes
    used = [torch.cuda.current_device()] if torch.cuda.is_initialized() else []
    with _ONE_AT_A_TIME, torch.random.fork_rng(used):
        torch.manual_seed(seed)
        yield


@contextmanager
def deterministic() -> Iterator[None]:
    """Choose, on a GPU, algorithms that give the same bits again; the choice is undone at the end.

    cuDNN has faster ones whose sums depend on which threads come first. An operation that has no
    such algorithm says so in a warning of torch.
    """
    if not torch.cuda.is_available():
        yield
        return
    # cuBLAS reads it when it is first used
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    mode = torch.get_deterministic_debug_mode()
    cudnn = torch.backends.cudnn
    before = (cudnn.deterministic, cudnn.benchmark)
    torch.set_deterministic_debug_mode("warn")
    cudnn.deterministic, cudnn.benchmark = True, False
    try:
        yield
    finally:
        torch.set_deterministic_debug_mode(mode)
        cudnn.deterministic, cudnn.benchmark = before
