"""`physembed ablate`: what a network loses without a term of its equation."""

from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import (
    DataDir,
    Device,
    DeviceName,
    Jobs,
    MaxEpochs,
    Seeds,
    Split,
    SplitName,
    TrainingName,
    names,
)


def ablate(
    context: typer.Context,
    datasets: Annotated[
        list[str],
        typer.Argument(metavar="DATASET...", help="Names; see: physembed datasets list"),
    ],
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the results; goes on if it has some.")
    ],
    model: Annotated[
        str, typer.Option(metavar="NAME", help="A physical model; see: physembed models")
    ] = "nlse",
    without: Annotated[
        str | None,
        typer.Option(
            metavar="A,B+C,...",
            help="Terms or coefficients to do without, such as dispersion,nonlinearity+attenuation;"
            " default: every term by itself.",
        ),
    ] = None,
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
    """Switch terms of a model's equation off and train again; stop and start again at any time."""
    from physembed.cli._comparing import following_progress, print_tables, report_failures
    from physembed.cli._console import say, say_table
    from physembed.experiments.ablation import ablate as run_ablation
    from physembed.experiments.ablation import losses

    with following_progress(out, overwrite=overwrite) as progress:
        comparison = run_ablation(
            datasets,
            model,
            terms=None if without is None else names(without, "--without"),
            out=out,
            seeds=seeds,
            jobs=jobs,
            data_dir=data_dir,
            split=split.value,
            training=None if training is None else training.value,
            max_epochs=max_epochs,
            device=device.value,
            overwrite=overwrite,
            reporter=progress,
        )
    print_tables(comparison)
    say()
    say_table(
        f"Against {model} as it is, paired over seeds and folds (95 % interval, two-sided p)",
        ("Data set", "Model", "Points", "Interval", "p"),
        losses(comparison.records),
        n_text_columns=2,
    )
    if comparison.failures:
        report_failures(comparison, debug=bool(context.find_root().params.get("debug")))
