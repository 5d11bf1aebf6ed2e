"""`physembed plan`: what a fit to very many series would take, before anything is bought."""

from typing import Annotated

import typer

from physembed.errors import InvalidInputError


def plan(
    *,
    cases: Annotated[str, typer.Option(metavar="N", help="How many series, such as 1e9.")],
    timepoints: Annotated[int, typer.Option(metavar="N", help="Points of each.")],
    detectors: Annotated[
        int, typer.Option(metavar="N", help="Detectors that are chosen, over all channels.")
    ] = 1120,
    channels: Annotated[int, typer.Option(metavar="N", help="Channels of each.")] = 1,
    classes: Annotated[int, typer.Option(metavar="N", help="How many there are.")] = 2,
    workers: Annotated[
        int, typer.Option(metavar="N", help="One-thread workers of a cluster at work at once.")
    ] = 1,
    taught_by: Annotated[
        str, typer.Option(metavar="sample|all", help="Who chooses the detectors.")
    ] = "sample",
) -> None:
    """Tell time, memory, traffic and storage of a fit in pieces by `compact`.

    A few seconds of the work itself are done here and timed, in seconds of one thread; all else is
    multiplied. See docs: From a thousand series to a billion.
    """
    # loads torch, for which a mistake in a number need not wait
    n_cases = _number_of(cases)
    from physembed.cli._console import say, say_facts
    from physembed.estimators.planning import Demand, measure
    from physembed.estimators.planning import plan as planned

    demand = Demand(n_cases, timepoints, detectors, channels, classes, workers, taught_by)
    costs = measure(demand)
    told = planned(demand, costs)
    of_workers = "" if workers == 1 else f" by {workers:,} workers"
    say_facts(
        {
            "series": f"{n_cases:,} of {timepoints:,} points, {channels} channel(s)",
            "detectors": f"{costs.detectors:,} of {costs.pool:,}",
            "measured here": f"{costs.of_case * 1e6:,.0f} µs a series in one thread, "
            f"{costs.of_detecting * 1e6:,.0f} µs of them to detect",
            "fit": f"{_time(told.preparing + told.summing + told.solving)}{of_workers}: "
            f"{_time(told.preparing)} to choose, {_time(told.summing)} to sum, "
            f"{_time(told.solving)} to solve",
            "predict as many": f"{_time(told.predicting)}{of_workers}",
            "memory": f"{_size(told.memory)} at most, {_size(told.of_worker)} a worker",
            "traffic": f"{_size(told.traffic)} of sums, and the series once to each reader",
            "storage": f"{_size(told.storage)} of series in single precision, "
            f"{_size(told.checkpoint)} of sums that are kept meanwhile",
        }
    )
    say()
    times = "three times" if taught_by == "all" else "twice"
    say(f"Reading is not counted: the series are read {times}, whatever disk or network gives.")


def _number_of(text: str) -> int:
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        number = float("nan")
    if not (2 <= number <= 1e15 and number == int(number)):
        raise InvalidInputError(
            f"--cases must be a whole number from 2 to 1e15, such as 1e9, got {text!r}."
        )
    return int(number)


def _time(seconds: float) -> str:
    for unit, size in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.2g} s"


def _size(n_bytes: int) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if n_bytes >= size:
            return f"{n_bytes / size:.3g} {unit}"
    return f"{n_bytes / 1e3:.3g} kB"
