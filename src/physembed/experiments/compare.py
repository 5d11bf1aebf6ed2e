"""Compare models on data sets: run what is not done yet, then write tables and figures."""

from pathlib import Path

from physembed._files import write_text_atomically
from physembed.experiments.grid.execution import HERE, Comparison, Execution, Reporter, run_grid
from physembed.experiments.grid.folder import (
    RECORDS,
    TABLE,
    check_comparison_folder,
    write_results,
)
from physembed.experiments.grid.plan import Grid
from physembed.experiments.results.comparison_tables import markdown


def compare(
    grid: Grid,
    *,
    out: str | Path,
    execution: Execution = HERE,
    reporter: Reporter | None = None,
) -> Comparison:
    """Train and test every model on every data set from every seed, and write what comes out.

    A comparison that was stopped, at whatever moment and by whatever means, goes on where it was
    when it is started again: finished runs are not repeated.

    Parameters
    ----------
    grid : Grid
    out : str or Path
        Folder of the results: ``records.json``, ``table.md``, ``figures/`` cover exactly the grid
        asked for; ``runs/`` keeps every run ever made there.
    execution : Execution
        In how many processes, and whether finished runs are repeated.
    reporter : Reporter or None, default=None

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidInputError, UnknownNameError, DatasetError
        Before anything is trained or written.
    RunFolderError
        If ``out`` holds runs of this grid with other settings, or is not a comparison's folder.
    """
    folder = Path(out)
    check_comparison_folder(folder)
    return run_grid(grid.runs(), folder, finish=_write, execution=execution, reporter=reporter)


def _write(comparison: Comparison) -> None:
    from physembed.experiments.figures import write_comparison_figures

    out = comparison.out
    write_results(out / RECORDS, comparison.records)
    failed = [(failure.run.title, failure.reason) for failure in comparison.failures]
    write_text_atomically(out / TABLE, markdown(comparison.records, failed))
    write_comparison_figures(comparison.records, out)
