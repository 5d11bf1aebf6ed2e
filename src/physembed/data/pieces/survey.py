"""The first pass over a source: what there is, whether it is right, and a sample of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._folds import folds_of
from physembed.data.cases import shown
from physembed.data.pieces.piece import Block, Kind, OpenPart
from physembed.data.pieces.sources import Source
from physembed.data.pieces.units import UNIT_CASES, Span, Unit
from physembed.errors import InvalidInputError

SAMPLE_CASES = 2048
"""Cases of a sample, from which thresholds, scales and detectors are taken."""
SAMPLE_NUMBERS = 2**24
"""Most numbers of its series: of long series a sample has fewer."""
READ_NUMBERS = 2**22
"""Numbers of a block's series, where nothing is done but to look at them."""


@dataclass(frozen=True, eq=False)
class Survey:
    """What a first pass found.

    Parameters
    ----------
    kind : Kind
        What all cases have in common.
    units : list of Unit
        All cases, in order.
    values : ndarray
        The different labels, ascending; empty of a regression.
    counts : ndarray of shape (values,), int64
        Cases of each.
    mean, deviation : float
        Of the targets of a regression; 0 and 1 of classes.
    groups : ndarray or None
        The different groups, ascending.
    sample : Block
        Cases drawn without replacement, in order; all where they are no more than asked for.
    sampled : ndarray of int64
        Their numbers among all cases.
    """

    kind: Kind
    units: list[Unit]
    values: NDArray[Any]
    counts: NDArray[np.int64]
    mean: float
    deviation: float
    groups: NDArray[Any] | None
    sample: Block
    sampled: NDArray[np.int64]

    @property
    def n_cases(self) -> int:
        """Number of all cases."""
        return sum(unit.n_cases for unit in self.units)

    def folds(
        self, numbers: NDArray[np.int64], groups: NDArray[Any] | None, n_folds: int
    ) -> NDArray[np.int64]:
        """The fold of cases by their numbers among all, or by their groups where there are any."""
        if self.groups is None or groups is None:
            return folds_of(numbers, n_folds)
        return folds_of(np.searchsorted(self.groups, groups).astype(np.int64), n_folds)


def survey(
    source: Source,
    *,
    of_classes: bool,
    seed: int,
    sample_cases: int = SAMPLE_CASES,
    classes: Sequence[Any] | None = None,
    unit_cases: int = UNIT_CASES,
    report: Callable[[int], None] = lambda _: None,
) -> Survey:
    """Read a source once.

    The sample are the cases with the smallest of numbers that are drawn for all cases in order, by
    a generator of the seed: each case is as likely as another, whatever the parts are.

    Parameters
    ----------
    source : Source
    of_classes : bool
        Whether what belongs to each case is a class; else a real number.
    seed : int
        Of the sample.
    sample_cases : int, default=SAMPLE_CASES
        At most; of long series there are fewer (:data:`SAMPLE_NUMBERS`).
    classes : sequence, optional
        The labels that there are: another one is refused at once. None collects them.
    unit_cases : int, default=UNIT_CASES
        Most cases of a unit.
    report : callable
        Is told how many cases have been read.

    Raises
    ------
    InvalidInputError
        For what is wrong with a part, with its name.
    """
    collected = _Collected(sample_cases, seed, of_classes, classes, unit_cases)
    for number, part in enumerate(source.parts()):
        begin = OpenPart(part, of_classes=of_classes)
        for first in range(0, len(begin), unit_cases):
            opened = OpenPart(part, of_classes=of_classes) if first and part.is_mapped else begin
            collected.take(opened, number, first, min(first + unit_cases, len(begin)))
            report(collected.n_cases)
    return collected.survey(source.name)


@dataclass
class _Collected:
    """What has been found so far."""

    sample_cases: int
    seed: int
    of_classes: bool
    classes: Sequence[Any] | None
    unit_cases: int
    kind: Kind | None = None
    n_cases: int = 0
    units: list[list[Span]] = field(default_factory=list)
    counts: dict[Any, int] = field(default_factory=dict)
    label_type: Any = None
    groups: set[Any] = field(default_factory=set)
    moments: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        self._generator = np.random.default_rng(self.seed)
        self._drawn = np.empty(0)
        self._numbers = np.empty(0, dtype=np.int64)
        self._blocks: Block | None = None

    def take(self, opened: OpenPart, number: int, first: int, end: int) -> None:
        before, digest = self.n_cases, 0
        at_once = READ_NUMBERS // max(1, int(np.prod(np.shape(opened.X[:1])[1:], initial=1)))
        for start in range(first, end, max(1, at_once)):
            block = opened.block(start, min(start + max(1, at_once), end), self.kind)
            self._count(block, opened.name)
            digest = block.digest(digest)
            self._draw(block)
            self.kind = block.kind
            self.n_cases += len(block.X)
        span = Span(number, opened.name, first, end, before, digest)
        full = not self.units or _n_cases(self.units[-1]) + (end - first) > self.unit_cases
        if full:
            self.units.append([])
        self.units[-1].append(span)

    def _count(self, block: Block, name: str) -> None:
        if block.groups is not None:
            self.groups.update(np.unique(block.groups).tolist())
        if not self.of_classes:
            self._add_targets(block.y)
            return
        labels, counts = np.unique(block.y, return_counts=True)
        self.label_type = (
            labels.dtype
            if self.label_type is None
            else np.promote_types(self.label_type, labels.dtype)
        )
        for label, count in zip(labels.tolist(), counts.tolist(), strict=True):
            if self.classes is not None and label not in self.classes:
                raise InvalidInputError(
                    f"{name} has the label {shown(label)}, which is none of classes="
                    f"{list(self.classes)!r}."
                )
            self.counts[label] = self.counts.get(label, 0) + count

    def _add_targets(self, y: NDArray[np.float64]) -> None:
        """Mean and sum of squares about it of these and those before (Chan et al., 1979)."""
        (mean, squares), n = self.moments, self.n_cases
        shift = float(y.mean()) - mean
        share = len(y) / (n + len(y))
        about = float(np.square(y - y.mean()).sum()) + shift**2 * n * share
        self.moments = (mean + shift * share, squares + about)

    def _draw(self, block: Block) -> None:
        most = max(2, min(self.sample_cases, SAMPLE_NUMBERS // block.X[0].size))
        drawn = self._generator.random(len(block.X))
        numbers = self.n_cases + np.arange(len(block.X))
        if len(self._drawn) >= most:
            smaller = drawn < self._drawn.max()
            drawn, numbers = drawn[smaller], numbers[smaller]
            block = _cases(block, smaller)
        joined = np.concatenate([self._drawn, drawn])
        among = np.concatenate([self._numbers, numbers])
        stay = np.sort(np.argpartition(joined, most - 1)[:most]) if len(joined) > most else None
        both = block if self._blocks is None else _joined(self._blocks, block)
        if stay is not None:
            joined, among, both = joined[stay], among[stay], _cases(both, stay)
        self._drawn, self._numbers, self._blocks = joined, among, both

    def survey(self, name: str) -> Survey:
        if self.kind is None or self._blocks is None:
            raise InvalidInputError(f"{name} has no cases.")
        values = np.empty(0)
        counts = np.empty(0, dtype=np.int64)
        mean, deviation = 0.0, 1.0
        if self.of_classes:
            values = np.sort(np.array(list(self.counts), dtype=self.label_type))
            counts = np.array([self.counts[label] for label in values.tolist()])
            if len(values) < 2:
                raise InvalidInputError(
                    f"{name} has only 1 class, {shown(values[0])}; a classifier needs at least two."
                )
        else:
            mean = self.moments[0]
            deviation = float(np.sqrt(self.moments[1] / self.n_cases)) or 1.0
        groups = np.array(sorted(self.groups)) if self.groups else None
        if groups is not None and len(groups) < 2:
            raise InvalidInputError(
                f"groups of {name} must hold at least two different values, got only "
                f"{shown(groups[0])}."
            )
        units = [Unit(tuple(spans)) for spans in self.units]
        return Survey(
            self.kind,
            units,
            values,
            counts,
            mean,
            deviation,
            groups,
            self._blocks,
            self._numbers,
        )


def _n_cases(spans: list[Span]) -> int:
    return sum(span.end - span.first for span in spans)


def _cases(block: Block, chosen: NDArray[Any]) -> Block:
    groups = None if block.groups is None else block.groups[chosen]
    return Block(block.X[chosen], block.y[chosen], groups, block.kind)


def _joined(one: Block, other: Block) -> Block:
    groups = None
    if one.groups is not None and other.groups is not None:
        groups = np.concatenate([one.groups, other.groups])
    X = np.concatenate([one.X, other.X]) if len(other.X) else one.X
    return Block(X, np.concatenate([one.y, other.y]), groups, one.kind)
