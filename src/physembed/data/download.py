"""Fetching data sets: complete and verified in the data folder, or not there at all.

Everything is written to a temporary folder inside the data folder, checked there by the same
reader that will read it later, and then renamed into place.
"""

import tempfile
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO

from physembed.data.catalogue import CATALOGUE, check_dataset_name
from physembed.data.location import (
    SPOKEN_DIGITS_ARCHIVE,
    SPOKEN_DIGITS_COMMIT,
    bundled_ucr_folder,
    find_spoken_digits,
    find_ucr_folder,
    resolve_data_dir,
)
from physembed.data.transfer import transfer
from physembed.errors import DatasetError, DownloadError

SPOKEN_DIGITS_URL = "https://github.com/Jakobovski/free-spoken-digit-dataset/archive"
UCR_URL = "https://timeseriesclassification.com/aeon-toolkit"

_LARGEST_FILE = 4 << 30  # bytes of one unpacked .ts file; the archive's largest have under 2 GiB
_COPY_BYTES = 1 << 20


def fetch_dataset(
    name: str, data_dir: Path | str | None = None, *, base_url: str | None = None
) -> Path:
    """Download a data set into the data folder, unless it is there already.

    Parameters
    ----------
    name : str
        "SpokenDigits", or the name of any set of the UCR/UEA archive.
    data_dir : path, optional
        The data folder; else ``PHYSEMBED_DATA``, else the user's cache folder. It is created
        where it does not exist.
    base_url : str, optional
        The folder on a server to fetch from, for mirrors and tests: it must offer
        ``<name>.zip``, or ``<commit>.tar.gz`` for Spoken Digits.

    Returns
    -------
    pathlib.Path
        The archive of Spoken Digits, or the folder with the set's two .ts files.

    Raises
    ------
    DownloadError
        If the download fails, or what arrives is damaged or another data set. Nothing is left
        half-written, and what was there before stays.
    DatasetError
        If the data folder cannot be written, or the data set is made and not fetched.
    """
    check_dataset_name(name)
    if name in CATALOGUE and CATALOGUE[name].simulated:
        raise DatasetError(f"{name} is simulated when it is loaded; there is nothing to fetch.")
    folder = resolve_data_dir(data_dir)
    present = _find_sound_copy(name, folder)
    if present is not None:
        return present
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as temporary:
            if name == "SpokenDigits":
                return _fetch_spoken_digits(Path(temporary), folder, base_url or SPOKEN_DIGITS_URL)
            return _fetch_ucr(name, Path(temporary), folder, base_url or UCR_URL)
    except DownloadError as error:
        raise DownloadError(f"{name} was not fetched; nothing was kept. {error}") from None
    except OSError as error:
        raise DatasetError(
            f"{name} was not fetched: {error.filename or folder} cannot be written "
            f"({error.strerror or error}). Choose another data folder with --data-dir."
        ) from None


def _find_sound_copy(name: str, folder: Path) -> Path | None:
    """Return the copy that `load_dataset` would read, unless it is damaged."""
    from physembed.data.loading import load_dataset

    if name == "SpokenDigits":
        place = find_spoken_digits(folder)
    else:
        place = find_ucr_folder(name, folder) or bundled_ucr_folder(name)
    if place is None:
        return None
    with suppress(DatasetError):
        load_dataset(name, folder)
        return place
    return None


def _fetch_spoken_digits(temporary: Path, folder: Path, base_url: str) -> Path:
    from physembed.data.sources import spoken_digits

    url = f"{base_url.rstrip('/')}/{SPOKEN_DIGITS_COMMIT}.tar.gz"
    archive = temporary / SPOKEN_DIGITS_ARCHIVE
    transfer(url, archive)
    try:
        spoken_digits.read_archive(archive)
    except DatasetError as error:
        raise _unusable(url, error, temporary) from None
    return archive.replace(folder / archive.name)


def _fetch_ucr(name: str, temporary: Path, folder: Path, base_url: str) -> Path:
    from physembed.data.sources import ucr

    url = f"{base_url.rstrip('/')}/{name}.zip"
    archive = temporary / f"{name}.zip"
    transfer(url, archive)
    unpacked = temporary / name
    try:
        _unpack(archive, name, unpacked)
        ucr.load(name, unpacked, source=url)
    except DatasetError as error:
        raise _unusable(url, error, temporary) from None
    return _put_in_place(unpacked, find_ucr_folder(name, folder) or folder / "ucr" / name)


def _unpack(archive: Path, name: str, target: Path) -> None:
    """Write the set's two files under names of ours; no path inside the archive is followed."""
    target.mkdir()
    try:
        with zipfile.ZipFile(archive) as contents:
            for part in ("TRAIN", "TEST"):
                wanted = f"{name}_{part}.ts"
                members = [m for m in contents.infolist() if Path(m.filename).name == wanted]
                if len(members) != 1:
                    raise DatasetError(f"it has {len(members)} files {wanted}, where 1 is needed.")
                with contents.open(members[0]) as packed, (target / wanted).open("wb") as unpacked:
                    _copy_up_to_limit(packed, unpacked, wanted)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DatasetError(f"it is not a readable zip archive: {error}.") from None


def _copy_up_to_limit(packed: IO[bytes], unpacked: IO[bytes], wanted: str) -> None:
    written = 0
    while block := packed.read(_COPY_BYTES):
        written += len(block)
        if written > _LARGEST_FILE:
            raise DatasetError(f"{wanted} unpacks to more than {_LARGEST_FILE:,} bytes.")
        unpacked.write(block)


def _put_in_place(unpacked: Path, target: Path) -> Path:
    """Rename a verified set to where it belongs; of a damaged one, only its two files change."""
    if target.is_dir():
        for file in unpacked.iterdir():
            file.replace(target / file.name)
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    return unpacked.rename(target)


def _unusable(url: str, error: DatasetError, temporary: Path) -> DownloadError:
    reason = str(error).replace(f"{temporary}/", "")
    return DownloadError(
        f"What {url} gave cannot be used: {reason} Try again; if it stays so, the server offers "
        "a damaged or different file."
    )
