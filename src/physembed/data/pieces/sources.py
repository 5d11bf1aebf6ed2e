"""What series in parts may come from: arrays on the disk, folders, loaders, iterables."""

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from physembed.data.pieces.part_files import (
    PART_READERS,
    beside_parts,
    mapped_array,
    parts_in,
)
from physembed.data.pieces.piece import Part, Piece
from physembed.data.pieces.ray_dataset import is_ray_dataset, parts_of_dataset
from physembed.errors import DatasetError, InvalidInputError, PhysembedWarning

ACCEPTED = (
    "a pair (X, y) of arrays or of paths of .npy files, a folder of .npz or .parquet parts, a list "
    "of (X, y) pieces, a function that gives such pieces anew each time, a DataLoader that does "
    "not shuffle, or a Ray Dataset"
)
"""What a source may be, in a message."""
_TWICE = "A fit reads its source twice, and must find the same cases in the same order: "
OF_DATASETS = (
    f"{_TWICE}of a dataset that shuffles or draws, give shuffled.materialize(), or a seed."
)
OF_LOADERS = f"{_TWICE}a loader must not shuffle, augment or draw."
OF_FUNCTIONS = f"{_TWICE}a function must give the same pieces each time it is called."
"""What may be wrong with sources that are made anew for each pass."""


@dataclass(frozen=True)
class Source:
    """Parts in order, as often as they are asked for.

    Parameters
    ----------
    name : str
        What messages call it.
    parts : callable
        Begins anew: gives the parts in the same order each time.
    anywhere : bool
        Whether any part can be opened by itself, and in another process: files can, what an
        iterable gives comes in its order.
    change : str, default=""
        What may be the reason where a second pass finds other cases than the first, in a sentence.
    """

    name: str
    parts: Callable[[], Iterable[Part]]
    anywhere: bool
    change: str = ""

    def changed(self, what: str, how: str = "") -> InvalidInputError:
        """The error of a part that is no longer what it was."""
        told = f"{what} has changed since it was first read{': ' if how else ''}{how}."
        return InvalidInputError(f"{told} {self.change}".rstrip())


class Reader:
    """One pass over a source, from its beginning on.

    Parameters
    ----------
    source : Source
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._parts = iter(source.parts())
        self._number = -1
        self._part: Part | None = None

    def part(self, number: int) -> Part:
        """The part of a number, not before one that was asked for already.

        Raises
        ------
        InvalidInputError
            If there are fewer parts than there were.
        """
        while self._number < number:
            try:
                self._part = next(self._parts)
            except StopIteration:
                how = f"it ends after {self._number + 1} parts"
                raise self.source.changed(self.source.name, how) from None
            self._number += 1
        assert self._part is not None
        return self._part

    def end(self) -> None:
        """Make sure that nothing comes after the part that was asked for last.

        Raises
        ------
        InvalidInputError
            If there are more parts than there were.
        """
        if self._part is not None and next(self._parts, None) is not None:
            how = f"it goes on after {self._number + 1} parts"
            raise self.source.changed(self.source.name, how)


def source_of(data: Any, wanted: Sequence[str] = ()) -> Source | None:
    """What may be read in parts as a source; None for what is no such thing, as an array.

    Parameters
    ----------
    data : object
        See :data:`ACCEPTED`.
    wanted : sequence of str, optional
        What the columns of the series are called in tables, where that is known.

    Raises
    ------
    InvalidInputError
        For what can be read once only, or comes in another order every time.
    DatasetError
        If a folder or file is absent, or holds no parts.
    """
    source: Source | None = data if isinstance(data, Source) else None
    if isinstance(data, str | Path):
        source = _folder(Path(data), wanted)
    elif isinstance(data, tuple) and len(data) in (2, 3) and not _is_piece(data[0]):
        source = _arrays(data)
    elif _is_loader(data):
        source = _loader(data)
    elif is_ray_dataset(data):
        parts = partial(parts_of_dataset, data, wanted)
        source = Source("Ray Dataset", parts, False, OF_DATASETS)
    elif isinstance(data, Iterator):
        raise InvalidInputError(
            f"source is a {type(data).__name__}, which can be read once only, and a fit reads it "
            "twice: give the function that makes it, a list, or a folder; or give piece after "
            "piece to partial_fit."
        )
    elif callable(data):
        name = getattr(data, "__name__", "source")
        source = Source(name, partial(_numbered, data), False, OF_FUNCTIONS)
    elif _holds_pieces(data):
        source = Source("source", partial(_numbered, data.__iter__), False)
    return source


def _holds_pieces(data: Any) -> bool:
    """Whether it is a list of pieces, or can be iterated and is no container of series.

    A list of which some are no pieces is meant as one: which are not, is told when it is read.
    """
    if isinstance(data, Mapping):
        return False
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return any(_is_piece(piece) for piece in data)
    return hasattr(data, "__iter__") and not any(
        hasattr(data, name) for name in ("__array__", "shape", "dtype", "iloc", "series")
    )


def _is_piece(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) in (2, 3)


def _is_loader(data: Any) -> bool:
    loaders = sys.modules.get("torch.utils.data")
    return loaders is not None and isinstance(data, loaders.DataLoader)


def _loader(loader: Any) -> Source:
    from torch.utils.data import RandomSampler

    if isinstance(getattr(loader, "sampler", None), RandomSampler):
        raise InvalidInputError(
            "source is a DataLoader that shuffles, so that each pass has another order; "
            "give one with shuffle=False."
        )
    return Source("DataLoader", partial(_numbered, loader.__iter__), False, OF_LOADERS)


def _numbered(begin: Callable[[], Iterable[Any]]) -> Iterator[Part]:
    """The pieces of an iterable as parts that are called by their number."""
    for number, item in enumerate(begin()):
        if not (isinstance(item, tuple | list) and len(item) in (2, 3)):
            raise InvalidInputError(
                f"piece {number} is a {type(item).__name__}; a pair (X, y), or (X, y, groups), is "
                "accepted."
            )
        yield Part(f"piece {number}", partial(Piece, *item))


def _arrays(data: tuple[Any, ...]) -> Source:
    """One part: arrays in memory, or mapped from files, which are opened again for each unit."""
    openers = [_opener(item) for item in data]
    is_mapped = getattr(openers[0], "func", None) is mapped_array
    file = data[0] if isinstance(data[0], str | Path) else getattr(data[0], "filename", None)
    name = Path(file).name if file else "X"
    part = Part(name, partial(_opened, openers), is_mapped=is_mapped)
    return Source("source", partial(_listed, [part]), is_mapped)


def _opener(item: Any) -> Callable[[], Any]:
    if isinstance(item, str | Path):
        path = Path(item)
        if not path.is_file():
            raise DatasetError(f"{path} is not a file; the path of a .npy file is accepted.")
        return partial(mapped_array, path)
    if isinstance(item, np.memmap) and item.filename is not None and _is_whole(item):
        # pages that were looked at count as memory of the process while a map lasts
        return partial(mapped_array, Path(item.filename), item.dtype, item.offset, item.shape)
    return partial(_given, item)


def _is_whole(array: np.memmap) -> bool:
    """Whether it is the map itself, and no view of one, whose offset would be another."""
    return array.flags.c_contiguous and not isinstance(array.base, np.ndarray)


def _given(item: Any) -> Any:
    return item


def _opened(openers: Sequence[Callable[[], Any]]) -> Piece:
    return Piece(*(opener() for opener in openers))


def _listed(parts: Sequence[Part]) -> Sequence[Part]:
    return parts


def _folder(folder: Path, wanted: Sequence[str]) -> Source:
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder; {ACCEPTED} is accepted.")
    files, others = parts_in(folder), beside_parts(folder)
    if not files:
        raise DatasetError(
            f"{folder} holds no parts; files {' or '.join(PART_READERS)} are accepted."
        )
    kinds = sorted({path.suffix.lower() for path in files})
    if len(kinds) > 1:
        raise DatasetError(f"{folder} holds parts of several kinds ({', '.join(kinds)}).")
    if others:
        some = ", ".join(others[:3]) + (" and others" if len(others) > 3 else "")
        warnings.warn(
            f"{folder} holds {some}, not to be read: parts are files {' or '.join(PART_READERS)}.",
            PhysembedWarning,
            stacklevel=2,
        )
    read = partial(PART_READERS[kinds[0]], wanted=wanted)
    return Source(
        str(folder), partial(_listed, [Part(f.name, partial(read, f)) for f in files]), True
    )
