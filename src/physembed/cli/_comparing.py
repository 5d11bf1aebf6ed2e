"""What the commands that run grids have in common: progress, tables, how it ended."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from physembed.cli._console import say, say_table
from physembed.cli._errors import FAILED_WORK, INTERRUPTED, is_debugging, report

if TYPE_CHECKING:
    from physembed.cli._progress import GridProgress
    from physembed.experiments import Comparison, Execution, Grid, Outcome


def run_comparison(grid: "Grid", *, out: Path, execution: "Execution") -> "Comparison":
    """Run a comparison with its progress on standard error; on Ctrl-C, say how to go on."""
    from physembed.experiments import compare

    with following_progress(out, overwrite=execution.overwrite) as progress:
        comparison = compare(grid, out=out, execution=execution, reporter=progress)
    print_tables(comparison)
    report_failures(comparison.failures)
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


def report_failures(failures: "Sequence[Outcome]") -> None:
    """Say which runs failed and why, and end with the code of failed work, if any did."""
    if not failures:
        return
    for failure in failures:
        if is_debugging() and failure.details:
            typer.echo(failure.details, err=True)
        report(f"{failure.run.title} failed: {failure.reason}")
    report(
        f"{len(failures)} run(s) failed; the others are kept. The same command tries "
        "only the failed ones again.",
        label="",
    )
    raise typer.Exit(FAILED_WORK)
