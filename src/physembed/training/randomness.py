"""torch's global random numbers, in the hands of one fit at a time."""

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
    with _ONE_AT_A_TIME, torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
