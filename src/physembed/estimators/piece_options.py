"""How a source of parts is read and summed, and what is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from physembed._checks import check_choice, check_integer
from physembed.data.pieces.sources import ACCEPTED, Source, source_of
from physembed.data.pieces.survey import SAMPLE_CASES
from physembed.data.pieces.units import UNIT_CASES
from physembed.errors import InvalidInputError

BACKENDS = ("here", "ray")
TEACHERS = ("sample", "all")


@dataclass(frozen=True)
class PieceOptions:
    """How a source is read and summed.

    Parameters
    ----------
    classes : sequence or None, default=None
        The labels that there are; another one is refused at once. None collects them first.
    sample_cases : int, default=2048
        Cases that thresholds, scales and detectors are taken from; a source of no more cases is
        fitted as an array is.
    unit_cases : int, default=65536
        Cases that are summed, kept and repeated as a whole.
    taught_by : {"sample", "all"}, default="sample"
        Who chooses the detectors: the sample, by what its teacher says of it, or all cases, by
        their labels, for which they are read once more and the products of all features of the
        pool are summed; then without a ``teacher``.
    backend : {"here", "ray"}, default="here"
        Units are summed in this process, or by the workers of a Ray cluster.
    address : str or None, default=None
        The cluster's, such as "10.0.0.1:6379" or "auto"; None starts one on this machine. Every
        node must see the parts under the same paths.
    workers : int, default=-1
        Workers of the cluster at work at once, each with one thread; -1 is every core of it.

    Raises
    ------
    InvalidInputError, UnknownNameError
    """

    classes: Sequence[Any] | None = None
    sample_cases: int = SAMPLE_CASES
    unit_cases: int = UNIT_CASES
    taught_by: str = "sample"
    backend: str = "here"
    address: str | None = None
    workers: int = -1

    def __post_init__(self) -> None:
        if isinstance(self.classes, str | bytes):
            raise InvalidInputError(
                f"classes must be a sequence of labels, such as ['a', 'b'], got {self.classes!r}."
            )
        check_integer("sample_cases", self.sample_cases, least=2)
        check_integer("unit_cases", self.unit_cases, least=1)
        check_choice("backend", self.backend, BACKENDS)
        check_choice("taught_by", self.taught_by, TEACHERS)
        check_integer("workers", self.workers, least=1, also=-1)
        if self.backend != "ray" and (self.address is not None or self.workers != -1):
            name, value = ("address", self.address) if self.address else ("workers", self.workers)
            raise InvalidInputError(
                f"{name}={value!r} is that of a Ray cluster, but the backend is {self.backend!r}."
            )


def source_for(X: Any, y: Any, groups: Any, options: dict[str, Any]) -> Source | None:
    """The source that is to be fitted to; None where X and y are arrays as ever.

    Raises
    ------
    InvalidInputError
        If options of a source are given, and there is none, or groups beside one.
    """
    source = source_of(X) if y is None else None
    if options and source is None:
        name, value = next(iter(options.items()))
        raise InvalidInputError(
            f"{name}={value!r} is for a source of parts, given in place of X and without y, "
            f"{ACCEPTED}; X is a {type(X).__name__}{'' if y is None else ' with a y'}."
        )
    if source is not None and groups is not None:
        raise InvalidInputError(
            "groups of a source stand in its pieces, (X, y, groups); groups must be None."
        )
    return source
