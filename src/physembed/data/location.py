"""Where data sets lie on this machine."""

import importlib.util
import os
import sys
from pathlib import Path

from physembed.errors import InvalidInputError

#: The environment variable that names the data folder.
DATA_DIR_VARIABLE = "PHYSEMBED_DATA"

#: The formats in which the UCR archive is to be had.
UCR_SUFFIXES = (".ts", ".tsv", ".arff")
#: Where its sets lie in a data folder: of one channel, of several, or both beside all else.
UCR_FOLDERS = ("ucr", "uea", ".")

#: The commit of the Free Spoken Digit Dataset that every result of ours is computed on.
SPOKEN_DIGITS_COMMIT = "26eb9aaf76e81b692f806f9140c2d2777410d7a1"
#: Its archive, as GitHub names it.
SPOKEN_DIGITS_ARCHIVE = f"free-spoken-digit-dataset-{SPOKEN_DIGITS_COMMIT}.tar.gz"


def resolve_data_dir(data_dir: Path | str | None = None) -> Path:
    """Return the data folder: the argument, else ``PHYSEMBED_DATA``, else the user's cache folder.

    The folder need not exist yet; nothing is created.

    Parameters
    ----------
    data_dir : path, optional
        A folder, used as it is.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InvalidInputError
        If the place named is a file.
    """
    if data_dir is not None:
        chosen, origin = Path(data_dir), "data_dir"
    elif os.environ.get(DATA_DIR_VARIABLE):
        chosen, origin = Path(os.environ[DATA_DIR_VARIABLE]), DATA_DIR_VARIABLE
    else:
        chosen, origin = _user_cache() / "physembed", "the user's cache folder"
    chosen = chosen.expanduser()
    if chosen.exists() and not chosen.is_dir():
        raise InvalidInputError(f"{origin}={str(chosen)!r} is a file; a folder is needed.")
    return chosen


def _user_cache() -> Path:
    """The user's cache folder where the operating system wants it."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def find_spoken_digits(data_dir: Path) -> Path | None:
    """Return the archive of Spoken Digits in the data folder, if it is there."""
    archive = data_dir / SPOKEN_DIGITS_ARCHIVE
    return archive if archive.is_file() else None


def ucr_part(folder: Path, name: str, part: str) -> Path | None:
    """Return the file of a set's part, of the first kind that is there; None where none is."""
    files = [folder / f"{name}_{part}{suffix}" for suffix in UCR_SUFFIXES]
    return next((file for file in files if file.is_file()), None)


def find_ucr_folder(name: str, data_dir: Path) -> Path | None:
    """Return ``<name>`` in ``data_dir/ucr``, ``data_dir/uea`` or ``data_dir``, whichever first
    holds a part of it."""
    for folder in (data_dir / place / name for place in UCR_FOLDERS):
        if any(ucr_part(folder, name, part) is not None for part in ("TRAIN", "TEST")):
            return folder
    return None


def ucr_names_in(data_dir: Path) -> list[str]:
    """Return the names of the UCR and UEA sets that lie in the data folder, sorted."""
    places = [data_dir / place for place in UCR_FOLDERS]
    parents = [place for place in places if place.is_dir()]
    candidates = {child.name for parent in parents for child in parent.iterdir() if child.is_dir()}
    return sorted(name for name in candidates if find_ucr_folder(name, data_dir) is not None)


def bundled_ucr_folder(name: str) -> Path | None:
    """Return the folder of a set that ships inside aeon, found without importing aeon."""
    spec = importlib.util.find_spec("aeon")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "datasets" / "data" / name
    return folder if (folder / f"{name}_TRAIN.ts").is_file() else None
