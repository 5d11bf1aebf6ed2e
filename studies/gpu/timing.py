"""Time and memory on a GPU, of what is launched and of what is replayed."""

import statistics
from collections.abc import Callable

import torch

Run = Callable[[], object]


def recorded(run: Run) -> Run:
    """The same as one CUDA graph."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph.replay


def microseconds(run: Run, *, repeats: int = 7, seconds: float = 0.02) -> float:
    """The median over some repeats of the mean over many calls, by the device's clock."""
    run()
    torch.cuda.synchronize()
    once = _mean(run, 3)
    calls = max(3, min(400, int(seconds * 1e6 / max(once, 1.0))))
    return statistics.median(_mean(run, calls) for _ in range(repeats))


def _mean(run: Run, calls: int) -> float:
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(calls):
        run()
    end.record()
    torch.cuda.synchronize()
    return 1e3 * float(start.elapsed_time(end)) / calls


def peak_mebibytes(run: Run) -> float:
    """Of the memory that a call takes beyond what is there."""
    run()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    run()
    torch.cuda.synchronize()
    return (torch.cuda.max_memory_allocated() - before) / 2**20
