"""Loading a data set by its name, or by the file or folder of someone's own.

The one place where a name becomes a data set.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from physembed._checks import check_integer
from physembed.data.catalogue import (
    CATALOGUE,
    check_dataset_name,
    dataset_names,
    splits_of,
)
from physembed.data.dataset import Dataset
from physembed.data.location import (
    bundled_ucr_folder,
    find_spoken_digits,
    find_ucr_folder,
    resolve_data_dir,
)
from physembed.data.parts import SIZES as PARTS
from physembed.data.parts import part_of
from physembed.data.resampling import RESAMPLED, resampled
from physembed.errors import DatasetError, InvalidInputError, UnknownNameError

if TYPE_CHECKING:
    from physembed.data.own.description import Description


def load_dataset(
    name: str,
    data_dir: Path | str | None = None,
    *,
    split: str = "official",
    fold: int = 0,
    description: "Description | None" = None,
) -> Dataset:
    """Load a data set that is on this machine; nothing is downloaded.

    Parameters
    ----------
    name : str
        A name of the catalogue, or of a UCR or UEA set in ``data_dir/ucr/<name>``,
        ``data_dir/uea/<name>`` or ``data_dir/<name>``. A copy in the data folder comes before one
        that ships with aeon. Else a file or a folder of one's own, see :mod:`physembed.data.own`.
    data_dir : path, optional
        The data folder; else ``PHYSEMBED_DATA``, else the user's cache folder.
    split : str
        "official"; for SpokenDigits also "10-fold" and "leave-one-speaker-out"; "resampled"
        divides all cases anew, see :func:`~physembed.data.resampling.resampled`; "validation"
        and "small" are of some cases, see :func:`~physembed.data.parts.part_of`.
    fold : int
        Which fold of that split is the test set, from 0.
    description : Description, optional
        How a file or folder of one's own is to be understood, where that is not found out by rule.

    Returns
    -------
    Dataset
        Series as float64, labels as strings. Missing values stay NaN, and series of unequal
        lengths come as a list: `check_collection` refuses both, naming the case, or lays them
        onto one grid, as the estimators do.

    Raises
    ------
    UnknownNameError
        If no such data set or split is known; the nearest name is suggested.
    DatasetError
        If it is known but not on this machine (the message says how to fetch it), or damaged.

    Examples
    --------
    >>> import physembed as pe
    >>> data = pe.load_dataset("GunPoint")  # or a file of your own: "vibration.csv"
    >>> data.X_train.shape, data.X_test.shape
    ((50, 1, 150), (150, 1, 150))
    """
    check_integer("fold", fold, least=0)
    fold = int(fold)
    place = own_place(name, data_dir)
    if place is not None:
        from physembed.data.own.loading import load_own

        return load_own(place, description, split=split, fold=fold)
    check_dataset_name(name)
    if split == RESAMPLED:
        return resampled(load_dataset(name, data_dir), fold)
    if split in PARTS:
        _check_fold(name, split, fold)
        return part_of(load_dataset(name, data_dir), split)
    folder = resolve_data_dir(data_dir)
    if name not in OF_A_SOURCE:
        return _of_archive(name, folder, split, fold)
    _check_fold(name, split, fold)
    return OF_A_SOURCE[name](folder, split, fold)


def _of_archive(name: str, folder: Path, split: str, fold: int) -> Dataset:
    """A set of UCR's or UEA's archive, or of their form."""
    directory, source = find_ucr_folder(name, folder), None
    if directory is None:
        directory, source = bundled_ucr_folder(name), "bundled with aeon"
    if directory is None:
        raise _absent(name, folder) if _is_downloadable(name) else _unknown(name, folder)
    _check_fold(name, split, fold)

    from physembed.data.sources import ucr

    return ucr.load(name, directory, source=source or str(directory))


def _spoken_digits(folder: Path, split: str, fold: int) -> Dataset:
    from physembed.data.sources import spoken_digits

    archive = find_spoken_digits(folder)
    if archive is None:
        raise _absent("SpokenDigits", folder)
    return spoken_digits.load(archive, split=split, fold=fold)


def _light_curves(folder: Path, split: str, fold: int) -> Dataset:
    from physembed.data.sources import light_curves

    return light_curves.load()


OF_A_SOURCE: dict[str, Callable[[Path, str, int], Dataset]] = {
    "SpokenDigits": _spoken_digits,
    "SimulatedLightCurves": _light_curves,
}
"""What reads a data set of a source of its own, out of the data folder, a split and a fold of it;
every other name is one of an archive's."""


def own_place(name: str | Path, data_dir: Path | str | None = None) -> Path | None:
    """The file or folder that a name stands for; None where it is a data set's name.

    A data set that is known by the name comes before a folder that is called so.
    """
    from physembed.data.own.loading import place_of

    place = place_of(name) if isinstance(name, str | Path) else None
    if place is None or (place.is_dir() and str(name) in dataset_names(data_dir)):
        return None
    return place


def n_folds(name: str, split: str = "official", *, description: "Description | None" = None) -> int:
    """Return how many folds a split of a data set has.

    Parameters
    ----------
    name : str
        A data set's name.
    split : str
        "official", "validation" and "small" (1 fold each); for SpokenDigits also "10-fold" and
        "leave-one-speaker-out" (6).
    description : Description, optional
        Of a file or folder of one's own, which is divided as it says.

    Raises
    ------
    UnknownNameError
        If the data set has no such split.
    """
    place = own_place(name)
    if place is not None:
        from physembed.data.own.loading import n_folds_of

        return n_folds_of(place, description)
    splits = {**splits_of(check_dataset_name(name)), **dict.fromkeys(PARTS, 1)}
    if split not in splits:
        raise UnknownNameError(f"split of {name}", split, list(splits))
    return splits[split]


def _check_fold(name: str, split: str, fold: int) -> None:
    n = n_folds(name, split)
    if fold >= n:
        raise InvalidInputError(
            f"fold={fold!r} does not exist: split {split!r} of {name} has folds 0 to {n - 1}."
        )


def _absent(name: str, folder: Path) -> DatasetError:
    return DatasetError(
        f"data set {name!r} is not on this machine (looked in {folder}). "
        f"Fetch it with `physembed datasets fetch {name}`, or point --data-dir (data_dir=, or "
        "the variable PHYSEMBED_DATA) at the folder that has it."
    )


def _unknown(name: str, folder: Path) -> UnknownNameError:
    return UnknownNameError("data set", name, list(dataset_names(folder)))


def _is_downloadable(name: str) -> bool:
    """Whether the UCR or UEA archive has it; aeon keeps the list."""
    if name in CATALOGUE:
        return True
    from aeon.datasets.tsc_datasets import multivariate, univariate

    return name in univariate or name in multivariate
