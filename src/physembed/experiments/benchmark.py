"""Models over a whole folder of data sets: who wins, where, by how much, and at what price."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from physembed._checks import is_integer
from physembed._files import write_json_atomically, write_text_atomically
from physembed.data.loading import load_dataset
from physembed.data.location import resolve_data_dir, ucr_names_in
from physembed.data.resampling import RESAMPLED
from physembed.errors import DatasetError, InvalidInputError
from physembed.experiments.compare import Comparison, Reporter, run_grid
from physembed.experiments.grid.execution import LOCAL, Backend, effective_jobs
from physembed.experiments.grid.folder import (
    FIGURES,
    RESULTS,
    TABLE,
    check_comparison_folder,
)
from physembed.experiments.grid.plan import OFFICIAL, Run, plan
from physembed.experiments.grid.records import Record
from physembed.experiments.results.standings import first_of, standings_markdown

KEPT = (
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
    models: Sequence[str],
    *,
    out: str | Path,
    data_dir: str | Path | None = None,
    datasets: Sequence[str] | None = None,
    seeds: int | Sequence[int] = 1,
    resamples: int = 1,
    jobs: int = 1,
    backend: Backend = LOCAL,
    max_epochs: int | None = None,
    device: str = "auto",
    overwrite: bool = False,
    reporter: Reporter | None = None,
) -> tuple[Comparison, list[Skipped]]:
    """Train and test models on every UCR set of a folder, and write who stands where.

    Stopped at whatever moment, it goes on where it was when it is started again.

    Parameters
    ----------
    models : sequence of str
        At least two names of :data:`~physembed.estimators.catalogue.KNOWN`, or just "all". The
        first one is compared with each of the others.
    out : str or Path
        Folder of the results: ``results.json``, ``table.md``, ``figures/``, ``runs/``.
    data_dir : str, Path or None, default=None
    datasets : sequence of str or None, default=None
        None is every UCR set in the data folder; those with missing values or series of unequal
        lengths are then left out, as is the custom, and named. One that is asked for is laid onto
        one grid of timepoints.
    seeds : int or sequence of int, default=1
    resamples : int, default=1
        Divisions of every set into training and test cases; the first is the official one.
    jobs : int, default=1
    backend : Backend
    max_epochs : int or None, default=None
    device : {"auto", "cpu", "cuda"}, default="auto"
    overwrite : bool, default=False
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
    effective_jobs(jobs)
    if not is_integer(resamples) or resamples < 1:
        raise InvalidInputError(f"resamples must be a positive integer, got {resamples!r}.")
    check_comparison_folder(folder)
    names = ucr_names_in(resolve_data_dir(data_dir)) if datasets is None else list(datasets)
    if not names:
        raise DatasetError(
            f"no UCR set lies in {resolve_data_dir(data_dir)}; point data_dir (--data-dir) at a "
            "folder with ucr/<Name>/<Name>_TRAIN.ts, or name bundled sets."
        )
    runs: list[Run] = []
    skipped: list[Skipped] = []
    for name in names:
        try:
            if datasets is None:
                _check_regular(name, data_dir)
            runs += plan(
                [name],
                models,
                seeds,
                data_dir=data_dir,
                split=OFFICIAL if resamples == 1 else RESAMPLED,
                folds=resamples,
                max_epochs=max_epochs,
                device=device,
            )
        except DatasetError as error:
            if datasets is not None:
                raise
            skipped.append(Skipped(name, str(error)))
    if not runs:
        raise DatasetError(f"none of the data sets can be used; the first: {skipped[0].reason}")
    if len({run.model for run in runs}) < 2:
        raise InvalidInputError(f"models must be at least two to be compared, got {models!r}.")
    first = runs[0].model
    records, failures = run_grid(
        runs,
        folder,
        finish=partial(_write, first=first, skipped=skipped),
        jobs=jobs,
        backend=backend,
        keep_models=False,
        overwrite=overwrite,
        reporter=reporter,
    )
    return Comparison(folder, records, failures), skipped


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
        "records": [_kept(record) for record in comparison.records],
        "first": first,
        "failed": [[failure.run.title, failure.reason] for failure in comparison.failures],
        "skipped": [[skip.dataset, skip.reason] for skip in skipped],
    }
    write_json_atomically(comparison.out / RESULTS, results)
    write_text_atomically(comparison.out / TABLE, "# Benchmark\n\n" + standings_markdown(results))
    write_standings_figures(comparison.records, first, comparison.out / FIGURES)


def _kept(record: Record) -> Record:
    return {key: record[key] for key in KEPT}
