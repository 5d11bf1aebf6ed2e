"""`physembed benchmark`: models over a folder of data sets."""

from typing import TYPE_CHECKING, Annotated

import typer

from physembed.cli._options import (
    DataDir,
    Device,
    GridFolder,
    Jobs,
    MaxEpochs,
    Models,
    Overwrite,
    Seeds,
    names,
)
from physembed.cli._own_data import takes_own_data

if TYPE_CHECKING:
    from physembed.data.own.description import Description


@takes_own_data
def benchmark(
    *,
    out: GridFolder,
    models: Models = "compact,lattice,homodyne,linear,spectral,minirocket",
    datasets: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Data sets, or files of your own, or `all`: every usable UCR set in the folder.",
        ),
    ] = "all",
    seeds: Seeds = 1,
    resamples: Annotated[
        int, typer.Option(metavar="N", help="Divisions into training and test cases; 1: official.")
    ] = 1,
    jobs: Jobs = 1,
    data_dir: DataDir = None,
    max_epochs: MaxEpochs = None,
    device: Device = "auto",
    backend: Annotated[
        str,
        typer.Option(metavar="loky|ray", help="Processes of this machine, or of a Ray cluster."),
    ] = "loky",
    address: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Of the Ray cluster; else a local one.")
    ] = None,
    overwrite: Overwrite = False,
    description: "Description",
) -> None:
    """Rank models over all data sets of a folder; stop and start again at any time.

    The first model is compared with each of the others. Beside the models of `physembed models`,
    euclidean-1nn and multirocket-hydra can be named.
    """
    from physembed.cli._comparing import following_progress, report_failures
    from physembed.cli._console import say, say_table
    from physembed.data.resampling import RESAMPLED
    from physembed.experiments import Execution, Grid
    from physembed.experiments import benchmark as run_benchmark
    from physembed.experiments.results.standings import first_of, standings

    grid = Grid(
        names(datasets, "--datasets"),
        names(models, "--models"),
        seeds,
        split="official" if resamples == 1 else RESAMPLED,
        folds=resamples,
        max_epochs=max_epochs,
        device=device,
        data_dir=data_dir,
        description=description,
    )
    execution = Execution(jobs, backend, address, overwrite=overwrite)
    with following_progress(out, overwrite=overwrite) as progress:
        comparison, skipped = run_benchmark(grid, out=out, execution=execution, reporter=progress)
    first = first_of(comparison.records, grid.variants[0].name)
    for skip in skipped:
        say(f"left out: {skip.dataset}: {skip.reason}")
    order = standings(comparison.records, first)
    say_table(
        "Standings, means over data sets",
        ("Model", "Accuracy / %", "Rank", "W / D / L of the first", "Parameters", "Fit / s"),
        [
            (
                s.model,
                f"{s.mean:.2f}",
                f"{s.rank:.2f}",
                f"{s.wins} / {s.draws} / {s.losses}",
                f"{s.total_parameters:,.0f}",
                f"{s.fit_seconds:.2g}",
            )
            for s in order
        ],
    )
    say(f"Every data set, results and figures: {out}/")
    report_failures(comparison.failures)
