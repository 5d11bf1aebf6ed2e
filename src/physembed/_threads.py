"""Threads of torch and of the libraries below it."""

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


@contextmanager
def limited_threads(n_threads: int | None) -> Iterator[None]:
    """At most so many threads of torch and of numpy's linear algebra; None leaves them."""
    if n_threads is None:
        yield
        return
    import torch
    from threadpoolctl import threadpool_limits

    with torch_keeps_its_threads(), threadpool_limits(limits=n_threads):
        torch.set_num_threads(n_threads)
        yield
