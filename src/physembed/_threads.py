"""Threads of torch that other libraries change behind its back."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def torch_keeps_its_threads() -> Iterator[None]:
    """Undo what numba's pool does to torch's number of threads: both go by the same OpenMP."""
    import torch

    before = torch.get_num_threads()
    try:
        yield
    finally:
        if torch.get_num_threads() != before:
            torch.set_num_threads(before)
