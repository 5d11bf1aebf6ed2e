"""A grid: every data set and fold, with every model, from every seed."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from physembed._checks import check_choice, check_integer, is_integer
from physembed._devices import TRAINING_DEVICES
from physembed._files import to_plain
from physembed.data import Dataset, n_folds
from physembed.data.loading import own_place
from physembed.data.parts import SIZES as PARTS
from physembed.errors import DatasetError, InvalidInputError
from physembed.estimators.catalogue import MODELS
from physembed.experiments.grid.datasets_of_runs import cached_dataset, check_trainable
from physembed.experiments.grid.variant import Variant, concerning

if TYPE_CHECKING:
    from physembed.data.own.description import Description

ALL = "all"
"""Of models: every one of the catalogue."""

OFFICIAL = "official"


@dataclass(frozen=True)
class Grid:
    """Which models are trained on which data sets, and all that their results depend on.

    Parameters
    ----------
    datasets : sequence of str
        Names of data sets.
    models : sequence of str or Variant, default=("all",)
        Names of :data:`~physembed.estimators.catalogue.KNOWN`, or just "all", which leaves out
        the references; or models with something changed.
    seeds : int or sequence of int, default=3
        A number N stands for the seeds 0 ... N - 1.
    split : str, default="official"
        With several folds, every fold is a run of its own. "10-fold" and "leave-one-speaker-out"
        exist for SpokenDigits, "resampled" for every set.
    folds : int or None, default=None
        Only the first so many folds; needed for "resampled", which has no last one.
    training : {None, "auto", "designed", "gradient", "projection"}, default=None
        How physical models given by name are trained; None is each model's own way.
    max_epochs : int or None, default=None
        None is each model's own default.
    device : {"auto", "cpu", "cuda"}, default="auto"
    data_dir : str, Path or None, default=None
    description : Description or None, default=None
        How files and folders of one's own among the data sets are to be understood; they are
        divided as it says, and ``folds`` are the first so many of all its repeats.

    Raises
    ------
    InvalidInputError, UnknownNameError
    """

    datasets: Sequence[str]
    models: Sequence[str | Variant] = (ALL,)
    seeds: int | Sequence[int] = 3
    _: KW_ONLY
    split: str = OFFICIAL
    folds: int | None = None
    training: str | None = None
    max_epochs: int | None = None
    device: str = "auto"
    data_dir: str | Path | None = None
    description: "Description | None" = None

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, (np.generic, np.ndarray)):
                object.__setattr__(self, name, value.tolist())
        if isinstance(self.datasets, str) or not self.datasets:
            raise InvalidInputError(
                f"datasets must be a list of at least one name, got {self.datasets!r}."
            )
        check_integer("folds", self.folds, least=1, optional=True)
        check_integer("max_epochs", self.max_epochs, least=1, optional=True)
        check_choice("device", self.device, TRAINING_DEVICES)
        # names and numbers are checked where they are read
        _ = self.variants, self.every_seed

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """The models, each under its own name."""
        models = self.models
        if isinstance(models, str) or not models:
            raise InvalidInputError(f"models must be a list of at least one name, got {models!r}.")
        if list(models) == [ALL]:
            models = list(MODELS)
        variants: dict[str, Variant] = {}
        for model in models:
            variant = model if isinstance(model, Variant) else Variant.plain(model, self.training)
            if variants.setdefault(variant.name, variant) != variant:
                raise InvalidInputError(f"two different models are called {variant.name!r}.")
        return tuple(variants.values())

    @cached_property
    def every_seed(self) -> tuple[int, ...]:
        """The seeds one by one."""
        seeds = self.seeds
        if is_integer(seeds) and seeds >= 1:
            return tuple(range(seeds))
        listed = list(seeds) if isinstance(seeds, Sequence) else []
        if not listed or not all(is_integer(seed) and seed >= 0 for seed in listed):
            raise InvalidInputError(
                f"seeds must be a positive integer or a list of integers from 0, got {seeds!r}."
            )
        return tuple(dict.fromkeys(map(int, listed)))

    def dataset(self, name: str, fold: int) -> Dataset:
        """One of the data sets, kept until another one is asked for."""
        folder = None if self.data_dir is None else str(self.data_dir)
        return cached_dataset(name, folder, self.split, fold, self.description)

    def runs(self) -> list["Run"]:
        """Every run, after each model's settings and each data set have been checked.

        Returns
        -------
        list of Run
            Folds outermost, then seeds, then models, so that a time estimate settles early.

        Raises
        ------
        InvalidInputError, UnknownNameError, DatasetError
        """
        settings = [self._settings(variant) for variant in self.variants]
        runs: list[Run] = []
        for name in dict.fromkeys(self.datasets):
            for fold in range(self._n_folds(name)):
                dataset = self.dataset(name, fold)
                check_trainable(dataset)
                self._check_budgets(dataset)
                runs += [
                    Run(
                        self,
                        name,
                        dataset.name,
                        dataset.split,
                        variant,
                        seed,
                        fold,
                        dataset.digest,
                        concerning(dataset, of_variant),
                    )
                    for seed in self.every_seed
                    for variant, of_variant in zip(self.variants, settings, strict=True)
                ]
        _refuse_namesakes(runs)
        return runs

    def _n_folds(self, name: str) -> int:
        is_own = own_place(name, self.data_dir) is not None
        if self.folds is not None and not is_own:
            return self.folds
        n = n_folds(name, self.split, description=self.description)
        return n if self.folds is None else min(n, self.folds)

    def _check_budgets(self, dataset: Dataset) -> None:
        """Refuse a budget that is too small for the classes of a data set."""
        n_outputs = len(set(dataset.y_train.tolist()))
        sizes = (len(dataset.X_train[0]), len(dataset.X_train[0][0]), n_outputs)
        for variant in self.variants:
            if variant.overrides:
                classifier: Any = variant.classifier(max_epochs=self.max_epochs, device=self.device)
                try:
                    classifier.recipe(sizes)
                except InvalidInputError as error:
                    raise InvalidInputError(
                        f"{variant.name} cannot be fitted to {dataset.name}: {error}"
                    ) from error

    def _settings(self, variant: Variant) -> dict[str, Any]:
        """The settings of a model as JSON-ready data."""
        classifier = variant.classifier(max_epochs=self.max_epochs, device=self.device)
        settings: dict[str, Any] = to_plain(classifier.settings())
        if "training" not in settings:
            return settings
        # what was asked for; models whose readout alone is fitted have no epochs
        limit = None if settings["training"] is None else self.max_epochs
        return settings | {"max_epochs": limit}


@dataclass(frozen=True)
class Run:
    """One model trained once on one data set.

    Parameters
    ----------
    grid : Grid
        Of which this is a run: its device, number of epochs and data folder.
    asked : str
        The data set as the grid names it, perhaps a file.
    dataset : str
        What it is called.
    split : str
        How its cases are divided.
    variant : Variant
    seed : int
    fold : int
    dataset_digest : str
        Of the arrays and labels that the run is planned for.
    settings : dict
        The model's settings as JSON-ready data.
    """

    grid: Grid
    asked: str
    dataset: str
    split: str
    variant: Variant
    seed: int
    fold: int
    dataset_digest: str
    settings: dict[str, Any]

    @property
    def model(self) -> str:
        """What the run's model is called in folders, records and tables."""
        return self.variant.name

    def data(self) -> Dataset:
        """Its training and test cases.

        Raises
        ------
        DatasetError
            If they are not those that the run was planned for.
        """
        dataset = self.grid.dataset(self.asked, self.fold)
        if dataset.digest != self.dataset_digest:
            raise DatasetError(
                f"{self.dataset} has changed on disk since the comparison began: its digest was "
                f"{self.dataset_digest[:12]} and is {dataset.digest[:12]}."
            )
        return dataset

    def own_data(self) -> dict[str, Any] | None:
        """Where a data set of one's own lies, and how it is understood; None of another."""
        place = own_place(self.asked, self.grid.data_dir)
        if place is None:
            return None
        from physembed.data.own.loading import kept_of

        return kept_of(place, self.grid.description)

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


def _refuse_namesakes(runs: list[Run]) -> None:
    """Refuse two files of one name, whose runs would lie in one folder."""
    asked: dict[str, str] = {}
    for run in runs:
        if asked.setdefault(run.dataset, run.asked) != run.asked:
            raise InvalidInputError(
                f"datasets {asked[run.dataset]} and {run.asked} are both called {run.dataset!r}; "
                "rename one of them."
            )
