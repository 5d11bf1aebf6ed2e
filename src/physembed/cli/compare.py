"""`physembed compare`: models on data sets, from several seeds, in a table."""

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
    Split,
    SplitName,
    TrainingName,
    names,
)


def compare(
    context: typer.Context,
    datasets: Annotated[
        list[str],
        typer.Argument(metavar="DATASET...", help="Names; see: physembed datasets list"),
    ],
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the results; goes on if it has some.")
    ],
    models: Models = "all",
    seeds: Seeds = 3,
    jobs: Jobs = 1,
    data_dir: DataDir = None,
    split: SplitName = Split.OFFICIAL,
    training: TrainingName = None,
    max_epochs: MaxEpochs = None,
    device: DeviceName = Device.AUTO,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Repeat runs that are finished already.")
    ] = False,
) -> None:
    """Compare models on data sets; stop and start again at any time."""
    from physembed.cli._comparing import run_comparison

    run_comparison(
        datasets,
        names(models, "--models"),
        out=out,
        debug=bool(context.find_root().params.get("debug")),
        seeds=seeds,
        jobs=jobs,
        data_dir=data_dir,
        split=split.value,
        max_epochs=max_epochs,
        training=None if training is None else training.value,
        device=device.value,
        overwrite=overwrite,
    )
