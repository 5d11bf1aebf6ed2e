"""Times of functions that take turns, so that a machine's moods meet all of them."""

import statistics
import time
from collections.abc import Callable, Mapping

Functions = Mapping[str, Callable[[], object]]


def median_times(
    functions: Functions,
    *,
    rounds: int,
    repeats: int,
    wait: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """The median time of each function, in milliseconds.

    In every round each function runs ``repeats`` times on end, as steps of training do, after one
    run that does not count.

    Parameters
    ----------
    functions : mapping of str to callable
    rounds, repeats : int
    wait : callable
        Returns when the device has done its work.
    clock : callable
        That of the wall, or the processor's, which does not see what else a machine does.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    for function in functions.values():
        function()
    for _ in range(rounds):
        for name, function in functions.items():
            function()
            wait()
            for _ in range(repeats):
                start = clock()
                function()
                wait()
                times[name].append(clock() - start)
    return {name: 1e3 * statistics.median(values) for name, values in times.items()}
