"""A comparison as a grid: every data set and fold, with every model, from every seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from physembed._files import to_plain
from physembed.data import Dataset, load_dataset, n_folds
from physembed.data.checks import check_collection, check_labels
from physembed.errors import DatasetError, InvalidInputError, UnknownNameError
from physembed.estimators.catalogue import KNOWN, MODELS, build_classifier

OFFICIAL = "official"


@dataclass(frozen=True)
class Run:
    """One model trained once on one data set, and all that its result depends on.

    Parameters
    ----------
    dataset, model : str
    seed : int
    split : str
    fold : int
    dataset_digest : str
        Of the arrays and labels that the run is planned for.
    settings : dict
        The model's settings as JSON-ready data.
    data_dir : str or None
    max_epochs : int or None
    device : str
    training : str or None
    sizes : tuple of int or None
        Channels, timepoints and classes of the training cases, where they are known.
    """

    dataset: str
    model: str
    seed: int
    split: str
    fold: int
    dataset_digest: str
    settings: dict[str, Any]
    data_dir: str | None = None
    max_epochs: int | None = None
    device: str = "auto"
    training: str | None = None
    sizes: tuple[int, int, int] | None = None

    @property
    def folder(self) -> Path:
        """The run's folder, relative to the comparison's."""
        return run_folder(self.dataset, self.model, self.seed, self.split, self.fold)

    @property
    def title(self) -> str:
        """The run in a few words."""
        fold = "" if self.split == OFFICIAL else f", fold {self.fold}"
        return f"{self.dataset}, {self.model}, seed {self.seed}{fold}"

    def fingerprint(self) -> dict[str, Any]:
        """What a record must agree with to be this run's."""
        return {
            "dataset": self.dataset,
            "model": self.model,
            "seed": self.seed,
            "split": self.split,
            "fold": self.fold,
            "dataset_digest": self.dataset_digest,
            "settings": self.settings,
        }


def run_folder(dataset: str, model: str, seed: int, split: str, fold: int) -> Path:
    """Where a run lies in the folder of its comparison."""
    suffix = "" if split == OFFICIAL else f"-fold{fold}"
    return Path("runs", dataset, model, f"seed{seed}{suffix}")


def plan(
    datasets: Sequence[str],
    models: Sequence[str],
    seeds: int | Sequence[int],
    *,
    data_dir: str | Path | None = None,
    split: str = OFFICIAL,
    folds: int | None = None,
    max_epochs: int | None = None,
    device: str = "auto",
    training: str | None = None,
) -> list[Run]:
    """Every run of a grid, after each name, number and data set has been checked.

    Parameters
    ----------
    datasets : sequence of str
    models : sequence of str
        Names of :data:`~physembed.estimators.catalogue.KNOWN`, or just "all", which leaves out
        the references.
    seeds : int or sequence of int
        A number N stands for 0 ... N - 1.
    data_dir : str, Path or None
    split : str, default="official"
        With several folds, every fold is a run of its own.
    folds : int or None
        Only the first so many folds; needed for "resampled", which has no last one.
    max_epochs : int or None
    device : str
    training : str or None
        How physical models are trained; None is each model's own way.

    Returns
    -------
    list of Run
        Folds outermost, then seeds, then models, so that a time estimate settles early.

    Raises
    ------
    InvalidInputError, UnknownNameError, DatasetError
    """
    seeds = _check_seeds(seeds)
    if max_epochs is not None:
        _check_count("max_epochs", max_epochs)
    settings = {
        model: model_settings(model, max_epochs=max_epochs, device=device, training=training)
        for model in _check_models(models)
    }
    if isinstance(datasets, str) or not datasets:
        raise InvalidInputError(f"datasets must be a list of at least one name, got {datasets!r}.")
    folder = None if data_dir is None else str(data_dir)
    runs: list[Run] = []
    for name in dict.fromkeys(datasets):
        for fold in range(n_folds(name, split) if folds is None else folds):
            known_as, digest, sizes = _check_dataset(name, folder, split, fold)
            runs += [
                Run(
                    dataset=known_as,
                    model=model,
                    seed=seed,
                    split=split,
                    fold=fold,
                    dataset_digest=digest,
                    settings=settings[model],
                    data_dir=folder,
                    max_epochs=max_epochs,
                    device=device,
                    training=training,
                    sizes=sizes,
                )
                for seed in seeds
                for model in settings
            ]
    return runs


def model_settings(
    name: str, *, max_epochs: int | None, device: str, training: str | None = None
) -> dict[str, Any]:
    """The settings of a named model as JSON-ready data."""
    settings: dict[str, Any] = to_plain(
        build_classifier(name, max_epochs=max_epochs, device=device, training=training).settings()
    )
    return settings


@lru_cache(maxsize=1)
def cached_dataset(name: str, data_dir: str | None, split: str, fold: int) -> Dataset:
    """A data set, kept for the next run in the same process: grids go data set by data set."""
    return load_dataset(name, data_dir, split=split, fold=fold)


def _check_models(models: Sequence[str]) -> list[str]:
    if isinstance(models, str) or not models:
        raise InvalidInputError(f"models must be a list of at least one name, got {models!r}.")
    if list(models) == ["all"]:
        return list(MODELS)
    for model in models:
        if model not in KNOWN:
            raise UnknownNameError("model", model, [*KNOWN, "all"])
    return list(dict.fromkeys(models))


def _check_seeds(seeds: int | Sequence[int]) -> list[int]:
    if isinstance(seeds, int):
        _check_count("seeds", seeds)
        return list(range(seeds))
    if not seeds or any(not isinstance(s, int) or isinstance(s, bool) or s < 0 for s in seeds):
        raise InvalidInputError(
            f"seeds must be a positive integer or a list of integers from 0, got {seeds!r}."
        )
    return list(dict.fromkeys(seeds))


def _check_count(argument: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidInputError(f"{argument} must be a positive integer, got {value!r}.")


def _check_dataset(
    name: str, data_dir: str | None, split: str, fold: int
) -> tuple[str, str, tuple[int, int, int]]:
    """The data set's name and digest, and its channels, timepoints and classes."""
    dataset = cached_dataset(name, data_dir, split, fold)
    try:
        for part, X, y in (
            ("training", dataset.X_train, dataset.y_train),
            ("test", dataset.X_test, dataset.y_test),
        ):
            series = check_collection(X, argument=f"the {part} series")
            if part == "training":
                check_labels(y, len(series), argument="the training labels")
    except InvalidInputError as error:
        raise DatasetError(f"{dataset.name} cannot be used here: {error}") from error
    _, n_channels, n_timepoints = np.shape(dataset.X_train)
    return dataset.name, dataset.digest, (n_channels, n_timepoints, len(set(dataset.y_train)))
