"""`physembed compare`: models on data sets, from several seeds, in a table."""

from typing import TYPE_CHECKING

from physembed.cli._options import (
    DataDir,
    Datasets,
    Device,
    GridFolder,
    Jobs,
    MaxEpochs,
    Models,
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
def compare(
    datasets: Datasets,
    *,
    out: GridFolder,
    models: Models = "all",
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
    """Compare models on data sets; stop and start again at any time."""
    from physembed.cli._comparing import run_comparison
    from physembed.experiments import Execution, Grid

    grid = Grid(
        datasets,
        names(models, "--models"),
        seeds,
        split=split,
        training=training,
        max_epochs=max_epochs,
        device=device,
        data_dir=data_dir,
        description=description,
    )
    run_comparison(grid, out=out, execution=Execution(jobs, overwrite=overwrite))
