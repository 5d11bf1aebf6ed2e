"""Models over a whole folder of data sets: who wins, where, by how much, and at what price."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from physembed._files import write_text_atomically
from physembed.data.loading import load_dataset
from physembed.data.location import resolve_data_dir, ucr_names_in
from physembed.errors import DatasetError, InvalidInputError
from physembed.experiments.grid.execution import HERE, Comparison, Execution, Reporter, run_grid
from physembed.experiments.grid.folder import (
    BENCHMARK,
    FIGURES,
    TABLE,
    check_comparison_folder,
    write_results,
)
from physembed.experiments.grid.plan import ALL, Grid, Run
from physembed.experiments.grid.records import Record
from physembed.experiments.results.standings import first_of, standings_markdown

RECORD_KEYS = (
    "dataset",
    "model",
    "seed",
    "fold",
    "split",
    "accuracy",
    "embedding_parameters",
    "readout_parameters",
    "total_parameters",
    "fit_seconds",
    "predict_seconds",
    "n_train",
    "n_test",
    "n_classes",
    "dataset_digest",
    "versions",
    "machine",
    "physembed_version",
    "started",
)
"""What the results keep of a record; the whole of it stays beside the run."""


@dataclass(frozen=True)
class Skipped:
    """A data set of the folder that no model here can use.

    Parameters
    ----------
    dataset : str
    reason : str
    """

    dataset: str
    reason: str


def benchmark(
    grid: Grid,
    *,
    out: str | Path,
    execution: Execution = HERE,
    reporter: Reporter | None = None,
) -> tuple[Comparison, list[Skipped]]:
    """Train and test models on every UCR set of a folder, and write who stands where.

    Stopped at whatever moment, it goes on where it was when it is started again.

    Parameters
    ----------
    grid : Grid
        With at least two models, of which the first is compared with each of the others. The data
        sets ["all"] are every UCR set in the data folder; those with missing values or series of
        unequal lengths are then left out, as is the custom, and named. One that is asked for by
        name is laid onto one grid of timepoints. The split "resampled" divides every set anew as
        often as there are ``folds``; the first division is the official one.
    out : str or Path
        Folder of the results: ``benchmark.json``, ``table.md``, ``figures/``, ``runs/``.
    execution : Execution
        Models are not kept, whatever it says.
    reporter : Reporter or None, default=None

    Returns
    -------
    comparison : Comparison
    skipped : list of Skipped

    Raises
    ------
    InvalidInputError, UnknownNameError, DatasetError
        Before anything is trained or written.
    RunFolderError
        If ``out`` holds runs of this grid with other settings, or is not a comparison's folder.
    """
    folder = Path(out)
    check_comparison_folder(folder)
    if len(grid.variants) < 2:
        raise InvalidInputError(f"models must be at least two to be compared, got {grid.models!r}.")
    runs, skipped = _runs(grid)
    first = grid.variants[0].name
    comparison = run_grid(
        runs,
        folder,
        finish=partial(_write, first=first, skipped=skipped),
        execution=replace(execution, keep_models=False),
        reporter=reporter,
    )
    return comparison, skipped


def _runs(grid: Grid) -> tuple[list[Run], list[Skipped]]:
    """The runs of a grid; where it asks for all data sets, of those that can be used."""
    if list(grid.datasets) != [ALL]:
        return grid.runs(), []
    folder = resolve_data_dir(grid.data_dir)
    names = ucr_names_in(folder)
    if not names:
        raise DatasetError(
            f"no UCR set lies in {folder}; point data_dir (--data-dir) at a folder with "
            "ucr/<Name>/<Name>_TRAIN.ts, or name bundled sets."
        )
    runs: list[Run] = []
    skipped: list[Skipped] = []
    for name in names:
        try:
            _check_regular(name, grid.data_dir)
            runs += replace(grid, datasets=[name]).runs()
        except DatasetError as error:
            skipped.append(Skipped(name, str(error)))
    if not runs:
        raise DatasetError(f"none of the data sets can be used; the first: {skipped[0].reason}")
    return runs, skipped


def _check_regular(name: str, data_dir: str | Path | None) -> None:
    """Refuse a set with missing values or unequal lengths.

    Raises
    ------
    DatasetError
    """
    dataset = load_dataset(name, data_dir)
    for X in (dataset.X_train, dataset.X_test):
        if isinstance(X, list):
            raise DatasetError("series of unequal lengths; included where asked for by name.")
        if np.isnan(X).any():
            raise DatasetError("missing values; included where asked for by name.")


def _write(comparison: Comparison, *, first: str, skipped: list[Skipped]) -> None:
    from physembed.experiments.figures.standings import write_standings_figures

    first = first_of(comparison.records, first)
    results = {
        "records": [_short(record) for record in comparison.records],
        "first": first,
        "failed": [[failure.run.title, failure.reason] for failure in comparison.failures],
        "skipped": [[skip.dataset, skip.reason] for skip in skipped],
    }
    write_results(comparison.out / BENCHMARK, results)
    write_text_atomically(comparison.out / TABLE, "# Benchmark\n\n" + standings_markdown(results))
    write_standings_figures(comparison.records, first, comparison.out / FIGURES)


def _short(record: Record) -> Record:
    return {key: record[key] for key in RECORD_KEYS}
