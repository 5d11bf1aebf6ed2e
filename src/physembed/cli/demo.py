"""`physembed demo`: the whole library in one command."""

from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import Jobs, MaxEpochs, Seeds


def demo(
    context: typer.Context,
    dataset: Annotated[
        str, typer.Argument(metavar="[DATASET]", help="A data set, by default a bundled one.")
    ] = "GunPoint",
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results.")] = Path(
        "demo-run"
    ),
    seeds: Seeds = 3,
    jobs: Jobs = -1,
    max_epochs: MaxEpochs = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Repeat runs that are finished already.")
    ] = False,
) -> None:
    """Compare every model on a data set that needs no download."""
    from physembed.cli._comparing import run_comparison
    from physembed.cli._console import say

    comparison = run_comparison(
        [dataset],
        ["all"],
        out=out,
        debug=bool(context.find_root().params.get("debug")),
        seeds=seeds,
        jobs=jobs,
        max_epochs=max_epochs,
        overwrite=overwrite,
    )
    figure = comparison.out / "figures" / f"{dataset}_accuracy_against_parameters.png"
    say(
        f"Look at {figure}: what each model gets right for its number of trained parameters; "
        f"the {dataset}_nlse_* pictures beside it show how the medium's coefficients were found."
    )
    say(
        "Try next: physembed compare OSULeaf ArrowHead --models nlse,lattice,linear --out my-run; "
        "physembed datasets list shows what else there is."
    )
