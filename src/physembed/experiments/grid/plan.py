"""A comparison as a grid: every data set and fold, with every model, from every seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from physembed._files import to_plain
from physembed.data import Dataset, load_dataset, n_folds
from physembed.data.label_checks import check_labels
from physembed.data.parts import SIZES as PARTS
from physembed.errors import DatasetError, InvalidInputError
from physembed.estimators.catalogue import MODELS
from physembed.experiments.grid.variant import Variant

ALL = "all"
"""Of models: every one of the catalogue."""

OFFICIAL = "official"


@dataclass(frozen=True)
class Run:
    """One model trained once on one data set, and all that its result depends on.

    Parameters
    ----------
    dataset : str
    variant : Variant
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
    sizes : tuple of int or None
        Channels, timepoints and classes of the training cases, where they are known.
    """

    dataset: str
    variant: Variant
    seed: int
    split: str
    fold: int
    dataset_digest: str
    settings: dict[str, Any]
    data_dir: str | None = None
    max_epochs: int | None = None
    device: str = "auto"
    sizes: tuple[int, int, int] | None = None

    @property
    def model(self) -> str:
        """What the run's model is called in folders, records and tables."""
        return self.variant.name

    @property
    def folder(self) -> Path:
        """The run's folder, relative to the comparison's."""
        return run_folder(self.dataset, self.model, self.seed, self.split, self.fold)

    @property
    def title(self) -> str:
        """The run in a few words."""
        fold = "" if self.split in (OFFICIAL, *PARTS) else f", fold {self.fold}"
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
    suffix = "" if split == OFFICIAL else f"-{split}-{fold}"
    return Path("runs", dataset, model, f"seed{seed}{suffix}")


def plan(
    datasets: Sequence[str],
    models: Sequence[str | Variant],
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
    models : sequence of str or Variant
        Names of :data:`~physembed.estimators.catalogue.KNOWN`, or just "all", which leaves out
        the references; or models with something changed.
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
        How physical models given by name are trained; None is each model's own way.

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
    variants = [
        (variant, model_settings(variant, max_epochs=max_epochs, device=device))
        for variant in _check_models(models, training)
    ]
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
                    variant=variant,
                    seed=seed,
                    split=split,
                    fold=fold,
                    dataset_digest=digest,
                    settings=settings,
                    data_dir=folder,
                    max_epochs=max_epochs,
                    device=device,
                    sizes=sizes,
                )
                for seed in seeds
                for variant, settings in variants
            ]
    return runs


def model_settings(variant: Variant, *, max_epochs: int | None, device: str) -> dict[str, Any]:
    """The settings of a model as JSON-ready data."""
    classifier = variant.classifier(max_epochs=max_epochs, device=device)
    settings: dict[str, Any] = to_plain(classifier.settings())
    if "training" not in settings:
        return settings
    # what was asked for; models whose readout alone is fitted have no epochs
    limit = None if settings["training"] is None else max_epochs
    return settings | {"max_epochs": limit}


@lru_cache(maxsize=1)
def cached_dataset(name: str, data_dir: str | None, split: str, fold: int) -> Dataset:
    """A data set, kept for the next run in the same process: grids go data set by data set."""
    return load_dataset(name, data_dir, split=split, fold=fold)


def _check_models(models: Sequence[str | Variant], training: str | None) -> list[Variant]:
    if isinstance(models, str) or not models:
        raise InvalidInputError(f"models must be a list of at least one name, got {models!r}.")
    if list(models) == [ALL]:
        models = list(MODELS)
    variants: dict[str, Variant] = {}
    for model in models:
        variant = model if isinstance(model, Variant) else Variant.plain(model, training)
        if variants.setdefault(variant.name, variant) != variant:
            raise InvalidInputError(f"two different models are called {variant.name!r}.")
    return list(variants.values())


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
        seen, _ = dataset.arrays()
        check_labels(dataset.y_train, len(seen), argument="the training labels")
    except InvalidInputError as error:
        raise DatasetError(f"{dataset.name} cannot be used here: {error}") from error
    return dataset.name, dataset.digest, (*seen.shape[1:], len(set(dataset.y_train)))
