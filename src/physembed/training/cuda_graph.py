"""What a step launches on a GPU as one CUDA graph: a single call of the host."""

import warnings
from collections.abc import Callable

import torch

from physembed.errors import PhysembedWarning


class NotRecorded(PhysembedWarning):
    """A training on a GPU whose step cannot be one CUDA graph."""


def record_graph(run: Callable[[], object]) -> Callable[[], None]:
    """What ``run`` launches, as one call, without running it.

    ``run`` waits for nothing on the host, and reads and writes the same tensors every time; it
    was called before, so that kernels are compiled and libraries prepared.

    Raises
    ------
    RuntimeError
        If something in it cannot be recorded.
    """
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    replay: Callable[[], None] = graph.replay
    return replay


def say_why_not(why: Exception | str) -> None:
    """Say why a training goes step by step."""
    first_line = str(why).splitlines()[0] if str(why) else type(why).__name__
    warnings.warn(
        f"the step of the training could not be recorded as a CUDA graph ({first_line}); it is "
        "launched operation by operation, which takes longer.",
        NotRecorded,
        stacklevel=3,
    )
