"""`physembed benchmark`: models over a folder of data sets."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import (
    DataDir,
    Device,
    DeviceName,
    Jobs,
    MaxEpochs,
    Models,
    Seeds,
    names,
)


class BackendName(StrEnum):
    """Where processes are at work."""

    LOKY = "loky"
    RAY = "ray"


def benchmark(
    context: typer.Context,
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the results; goes on if it has some.")
    ],
    models: Models = "auto,lattice,homodyne,linear,spectral,minirocket",
    datasets: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...", help="Data sets; default: every usable UCR set in the data folder."
        ),
    ] = None,
    seeds: Seeds = 1,
    resamples: Annotated[
        int, typer.Option(metavar="N", help="Divisions into training and test cases; 1: official.")
    ] = 1,
    jobs: Jobs = 1,
    data_dir: DataDir = None,
    max_epochs: MaxEpochs = None,
    device: DeviceName = Device.AUTO,
    backend: Annotated[
        BackendName, typer.Option(help="Processes of this machine, or of a Ray cluster.")
    ] = BackendName.LOKY,
    address: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Of the Ray cluster; else a local one.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Repeat runs that are finished already.")
    ] = False,
) -> None:
    """Rank models over all data sets of a folder; stop and start again at any time.

    The first model is compared with each of the others. Beside the models of `physembed models`,
    euclidean-1nn and multirocket-hydra can be named.
    """
    from physembed.cli._comparing import following_progress, report_failures
    from physembed.cli._console import say, say_table
    from physembed.experiments import benchmark as run_benchmark
    from physembed.experiments.grid.execution import Backend
    from physembed.experiments.results.standings import first_of, standings

    with following_progress(out, overwrite=overwrite) as progress:
        comparison, skipped = run_benchmark(
            names(models, "--models"),
            out=out,
            data_dir=data_dir,
            datasets=None if datasets is None else names(datasets, "--datasets"),
            seeds=seeds,
            resamples=resamples,
            jobs=jobs,
            backend=Backend(backend.value, address),
            max_epochs=max_epochs,
            device=device.value,
            overwrite=overwrite,
            reporter=progress,
        )
    first = first_of(comparison.records, next(iter(names(models, "--models"))))
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
    if comparison.failures:
        report_failures(comparison, debug=bool(context.find_root().params.get("debug")))
