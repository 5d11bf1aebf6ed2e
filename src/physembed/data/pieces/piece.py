"""A piece of a source, and what a block of its cases must be."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from physembed.data.checks import check_collection
from physembed.data.containers import cases_in, to_numpy
from physembed.data.label_checks import labels_of, targets_of
from physembed.errors import InvalidInputError


@dataclass(frozen=True, eq=False)
class Piece:
    """Series and what belongs to them, as a source gives them.

    Parameters
    ----------
    X : array_like
        (cases, timepoints) or (cases, channels, timepoints).
    y : array_like of shape (cases,)
    groups : array_like of shape (cases,), optional
    columns : tuple of str, default=()
        Of a table, what the columns of the series are called.
    """

    X: Any
    y: Any
    groups: Any = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of a source by its name.

    Parameters
    ----------
    name : str
    opened : callable
        Gives its :class:`Piece`.
    is_mapped : bool, default=False
        Whether it is mapped into memory, and better opened again than held.
    """

    name: str
    opened: Callable[[], Piece]
    is_mapped: bool = False


@dataclass(frozen=True)
class Kind:
    """What all parts have in common.

    Parameters
    ----------
    n_channels, n_timepoints : int
    dtype : str
        Of the series, as they come.
    label_kind : {"text", "numbers"}
    has_groups : bool
    columns : tuple of str, default=()
        Of tables, whose columns come in one order.
    """

    n_channels: int
    n_timepoints: int
    dtype: str
    label_kind: str
    has_groups: bool
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Block:
    """Some cases of a part, checked.

    Parameters
    ----------
    X : ndarray of shape (cases, channels, timepoints), float64
    y : ndarray of shape (cases,)
        Labels, or targets in float64.
    groups : ndarray of shape (cases,) or None
    kind : Kind
    """

    X: NDArray[np.float64]
    y: NDArray[Any]
    groups: NDArray[Any] | None
    kind: Kind

    def digest(self, before: int = 0) -> int:
        """A checksum of the cases, going on from that of those before: the same for any blocks."""
        # one for each of the three, since blocks of another size would mix them in another order
        sums = [(before >> (32 * k)) & 0xFFFFFFFF for k in range(3)]
        for k, array in enumerate((self.X, self.y, self.groups)):
            if array is not None:
                sums[k] = crc32(_as_bytes(array), sums[k])
        return sums[0] | sums[1] << 32 | sums[2] << 64


def _as_bytes(array: NDArray[Any]) -> Any:
    if array.dtype.kind in "USO":
        # as wide as the longest of a block
        return "".join(f"{value}\n" for value in array.tolist()).encode()
    return np.ascontiguousarray(array).view(np.uint8).data


class OpenPart:
    """A part whose cases are taken in blocks.

    Parameters
    ----------
    part : Part
    of_classes : bool
        Whether ``y`` holds class labels; else real numbers.

    Raises
    ------
    InvalidInputError
        If it is empty, or the lengths of series, labels and groups differ.
    """

    def __init__(self, part: Part, *, of_classes: bool) -> None:
        self.name, self.of_classes = part.name, of_classes
        piece = part.opened()
        X, self.columns = to_numpy(piece.X), piece.columns
        self.X = X if isinstance(X, np.ndarray) else cases_in(X, f"X of {part.name}").series
        if piece.y is None:
            raise InvalidInputError(
                f"{self.name} has no labels: y is None; one for each case is accepted."
            )
        self.y, self.groups = to_numpy(piece.y), to_numpy(piece.groups)
        for what, values in (("y", self.y), ("groups", self.groups)):
            if values is not None and np.ndim(values) == 0:
                raise InvalidInputError(
                    f"{what} of {self.name} must be one value for each case, got {values!r}."
                )
            if values is not None and len(values) != len(self.X):
                raise InvalidInputError(
                    f"{what} of {self.name} has {len(values)} values for {len(self.X)} cases."
                )
        if len(self.X) == 0:
            raise InvalidInputError(f"{self.name} is empty: it has no cases.")

    def __len__(self) -> int:
        return len(self.X)

    def block(self, first: int, end: int, like: Kind | None) -> Block:
        """The cases from ``first`` to before ``end``, if they are as those before.

        Parameters
        ----------
        first, end : int
        like : Kind or None
            What the parts before have in common; None for the first.

        Raises
        ------
        InvalidInputError
            With the name of the part, and the case from which it counts where that is not 0.
        """
        place = self.name + (f", cases from {first} on" if first else "")
        given = self.X[first:end]
        X = check_collection(given, argument=f"X of {place}")
        y = self.y[first:end]
        read = labels_of if self.of_classes else targets_of
        y = np.asarray(read(y, len(X), argument=f"y of {place}"))
        groups = None if self.groups is None else np.asarray(self.groups[first:end])
        kind = Kind(
            X.shape[1],
            X.shape[2],
            str(getattr(given, "dtype", "float64")),
            "text" if y.dtype.kind in "US" else "numbers",
            groups is not None,
            self.columns,
        )
        if like is not None and kind != like:
            self._refuse(place, kind, like)
        return Block(X, y, groups, kind)

    @staticmethod
    def _refuse(place: str, kind: Kind, like: Kind) -> None:
        told = {
            "n_channels": "{} channel(s)",
            "n_timepoints": "series of {} timepoints",
            "dtype": "series of dtype {}",
            "label_kind": "labels that are {}",
            "has_groups": "groups",
            "columns": "columns {}",
        }
        name = next(name for name in told if getattr(kind, name) != getattr(like, name))
        here, there = (told[name].format(getattr(which, name)) for which in (kind, like))
        if name == "has_groups":
            here, there = ("groups", "none") if kind.has_groups else ("no groups", "some")
        if name == "columns":
            # of hundreds of timepoints, the first that is another
            pairs = zip_longest(kind.columns, like.columns, fillvalue="nothing")
            here, there = next(pair for pair in pairs if pair[0] != pair[1])
            here, there = f"the column {here}", f"{there} in its place"
        raise InvalidInputError(f"{place} has {here}, where the parts before have {there}.")
