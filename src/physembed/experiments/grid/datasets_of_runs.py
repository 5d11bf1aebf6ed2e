"""Data sets of a grid's runs: read once for runs that follow each other, and checked before any."""

from functools import lru_cache
from typing import TYPE_CHECKING

from physembed.data import Dataset, load_dataset
from physembed.data.label_checks import check_labels
from physembed.errors import DatasetError, InvalidInputError

if TYPE_CHECKING:
    from physembed.data.own.description import Description


@lru_cache(maxsize=1)
def cached_dataset(
    name: str,
    data_dir: str | None,
    split: str,
    fold: int,
    description: "Description | None" = None,
) -> Dataset:
    """A data set, kept for the next run in the same process: grids go data set by data set."""
    return load_dataset(name, data_dir, split=split, fold=fold, description=description)


def check_trainable(dataset: Dataset) -> None:
    """Refuse a data set that nothing can be fitted to, with its name.

    Raises
    ------
    DatasetError
    """
    try:
        seen, _ = dataset.arrays()
        check_labels(dataset.y_train, len(seen), argument="the training labels")
    except InvalidInputError as error:
        raise DatasetError(f"{dataset.name} cannot be used here: {error}") from error
