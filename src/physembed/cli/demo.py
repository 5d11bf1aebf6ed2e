"""`physembed demo`: the whole library in one command."""

from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import Jobs, MaxEpochs, Overwrite, Seeds


def demo(
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
    overwrite: Overwrite = False,
) -> None:
    """Compare every model on a data set that needs no download."""
    from physembed.cli._comparing import run_comparison
    from physembed.cli._console import say
    from physembed.experiments import Execution, Grid

    grid = Grid([dataset], seeds=seeds, max_epochs=max_epochs)
    comparison = run_comparison(grid, out=out, execution=Execution(jobs, overwrite=overwrite))
    figure = comparison.out / "figures" / f"{dataset}_accuracy_against_parameters.png"
    say(
        f"Look at {figure}: what each model gets right for its number of trained parameters; "
        f"the {dataset}_nlse_* pictures beside it show how the medium's coefficients were found."
    )
    say(
        "Try next: physembed compare OSULeaf ArrowHead --models nlse,lattice,linear --out my-run; "
        "physembed datasets list shows what else there is."
    )
