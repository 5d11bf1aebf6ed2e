"""`physembed ablate`: what a network loses without a term of its equation."""

from typing import TYPE_CHECKING, Annotated

import typer

from physembed.cli._options import (
    DataDir,
    Datasets,
    Device,
    GridFolder,
    Jobs,
    MaxEpochs,
    Overwrite,
    Seeds,
    Split,
    Training,
    names,
)
from physembed.cli._own_data import takes_own_data

if TYPE_CHECKING:
    from physembed.data.own.description import Description


@takes_own_data
def ablate(
    datasets: Datasets,
    *,
    out: GridFolder,
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
    split: Split = "official",
    training: Training = None,
    max_epochs: MaxEpochs = None,
    device: Device = "auto",
    overwrite: Overwrite = False,
    description: "Description",
) -> None:
    """Switch terms of a model's equation off and train again; stop and start again at any time."""
    from physembed.cli._comparing import following_progress, print_tables, report_failures
    from physembed.cli._console import say, say_table
    from physembed.experiments import Execution, Grid
    from physembed.experiments.ablation import ablate as run_ablation
    from physembed.experiments.ablation import losses

    grid = Grid(
        datasets,
        [model],
        seeds,
        split=split,
        training=training,
        max_epochs=max_epochs,
        device=device,
        data_dir=data_dir,
        description=description,
    )
    terms = None if without is None else names(without, "--without")
    execution = Execution(jobs, overwrite=overwrite)
    with following_progress(out, overwrite=overwrite) as progress:
        comparison = run_ablation(grid, terms, out=out, execution=execution, reporter=progress)
    print_tables(comparison)
    say()
    say_table(
        f"Against {model} as it is, paired over seeds and folds (95 % interval, two-sided p)",
        ("Data set", "Model", "Points", "Interval", "p"),
        losses(comparison.records),
        n_text_columns=2,
    )
    report_failures(comparison.failures)
