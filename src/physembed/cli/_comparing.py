"""What `compare` and `demo` have in common: run a grid, print its table, say how it ended."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from physembed.cli._console import say, say_table
from physembed.cli._errors import FAILED_WORK, INTERRUPTED, report

if TYPE_CHECKING:
    from physembed.cli._progress import GridProgress
    from physembed.experiments import Comparison, Outcome


def run_comparison(
    datasets: Sequence[str], models: Sequence[str], *, out: Path, debug: bool, **settings: Any
) -> "Comparison":
    """Run a comparison with its progress on standard error; on Ctrl-C, say how to go on."""
    from physembed.experiments import compare

    with following_progress(out, overwrite=bool(settings.get("overwrite"))) as progress:
        comparison = compare(datasets, models, out=out, reporter=progress, **settings)
    print_tables(comparison)
    if comparison.failures:
        report_failures(comparison, debug=debug)
    return comparison


@contextmanager
def following_progress(out: Path, *, overwrite: bool) -> Iterator["GridProgress"]:
    """Show how a grid goes on, on standard error; on Ctrl-C, say how to go on."""
    from physembed.cli._progress import GridProgress

    progress = GridProgress()
    try:
        with progress:
            yield progress
    except KeyboardInterrupt:
        without = " without --overwrite" if overwrite else ""
        report(
            f"stopped; {progress.n_finished} of {progress.n_runs} runs are finished and kept in "
            f"{out}. The same command{without} goes on from there.",
            label="",
        )
        raise typer.Exit(INTERRUPTED) from None


def print_tables(comparison: "Comparison") -> None:
    """Print a table for each data set, and where everything lies."""
    from physembed.experiments.results.comparison_tables import COLUMNS, caption, cells
    from physembed.experiments.results.frame import summaries

    for dataset, group in groupby(comparison.records, key=lambda r: r["dataset"]):
        records = list(group)
        rows = [cells(summary) for summary in summaries(records).values()]
        say_table(f"{dataset}: {caption(records)}", COLUMNS, rows)
        say()
    say(f"Table, results and figures: {comparison.out}/")


def report_failures(comparison: "Comparison", *, debug: bool) -> None:
    """Say which runs of a comparison failed and why, and end with the code of failed work."""
    report_failed_runs(comparison.failures, debug=debug)


def report_failed_runs(failures: "Sequence[Outcome]", *, debug: bool) -> None:
    """Say which runs failed and why, and end with the code of failed work."""
    for failure in failures:
        if debug and failure.details:
            typer.echo(failure.details, err=True)
        report(f"{failure.run.title} failed: {failure.reason}")
    report(
        f"{len(failures)} run(s) failed; the others are kept. The same command tries "
        "only the failed ones again.",
        label="",
    )
    raise typer.Exit(FAILED_WORK)
