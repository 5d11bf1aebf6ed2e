"""The moments of a whole source: unit by unit, in order, wherever the units are summed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed._checkpoint import Checkpoint
from physembed.data.pieces.sources import Reader
from physembed.data.pieces.survey import Survey
from physembed.data.pieces.units import Unit, blocks_of
from physembed.errors import InvalidInputError
from physembed.estimators.classes_and_targets import LearnedOfY
from physembed.training.in_pieces import Prepared
from physembed.training.memory_in_pieces import cases_at_once
from physembed.training.readout.moments import ARRAYS, Moments

Blocks = Iterable[tuple[Any, NDArray[np.int64]]]
"""Blocks of a unit with the numbers of their cases among all."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is summed, and how: the same for every unit.

    Parameters
    ----------
    prepared : Prepared
    survey : Survey
        Of the source; its sample may be left out.
    n_folds : int
    learned : LearnedOfY
    """

    prepared: Prepared
    survey: Survey
    n_folds: int
    learned: LearnedOfY

    @property
    def at_once(self) -> int:
        """Cases of a block."""
        kind = self.survey.kind
        return cases_at_once(max(self.prepared.n_features, kind.n_channels * kind.n_timepoints))

    def blocks(self, unit: Unit, reader: Reader) -> Blocks:
        """The blocks of a unit, as they are on the disk."""
        return blocks_of(
            unit, reader, self.at_once, of_classes=self.learned.of_classes, kind=self.survey.kind
        )

    def moments_of(self, unit: Unit, blocks: Blocks) -> Moments:
        """The moments of a unit.

        Raises
        ------
        InvalidInputError
            With the name of the part that is not right; nothing of the unit is summed then.
        """
        moments = self.prepared.moments(self.n_folds)
        for block, numbers in blocks:
            folds = self.survey.folds(numbers, block.groups, self.n_folds)
            try:
                self.prepared.add(
                    moments,
                    torch.from_numpy(block.X),
                    self.learned.numbers(block.y),
                    folds,
                    self.learned.class_weights,
                )
            except InvalidInputError as error:
                raise InvalidInputError(f"{unit.name}, from case {numbers[0]}: {error}") from error
        return moments


def sum_here(task: Task, reader: Reader, units: list[Unit]) -> Iterator[Moments]:
    """The moments of each unit in order, in this process."""
    for unit in units:
        yield task.moments_of(unit, task.blocks(unit, reader))


Sum = Callable[[Task, Reader, list[Unit]], Iterator[Moments]]
"""What gives the moments of units in order, such as :func:`sum_here`."""


def summed(
    task: Task,
    reader: Reader,
    sum_units: Sum,
    *,
    kept_in: Path | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> Moments:
    """The moments of all units, each added once and in order.

    Parameters
    ----------
    task : Task
    reader : Reader
        At the beginning of the source.
    sum_units : callable
    kept_in : Path or None, default=None
        A file that tells this task from every other, in which the sum is kept while it grows, and
        from which it goes on; it is removed at the end.
    report : callable
        Is told how many cases have been summed.
    """
    units, total = task.survey.units, task.prepared.moments(task.n_folds)
    checkpoint = None if kept_in is None else Checkpoint(kept_in)
    n_done = 0
    if checkpoint is not None:
        told = checkpoint.read(lambda content: _check(content, total, len(units)))
        if told is not None:
            n_done = int(told["units"])
            for name in ARRAYS:
                getattr(total, name)[...] = told[name].numpy()
    n_cases = sum(unit.n_cases for unit in units[:n_done])
    n_written = n_done
    report(n_cases)
    try:
        for moments in sum_units(task, reader, units[n_done:]):
            total.include(moments)
            n_cases += units[n_done].n_cases
            n_done += 1
            if checkpoint is not None and checkpoint.is_due():
                _write(checkpoint, total, n_done)
                n_written = n_done
            report(n_cases)
        if not reader.source.anywhere:
            reader.end()
    except BaseException:
        if checkpoint is not None and n_done > n_written:
            _write(checkpoint, total, n_done)
        raise
    if checkpoint is not None:
        checkpoint.remove()
    return total


def _write(checkpoint: Checkpoint, total: Moments, n_units: int) -> None:
    content: dict[str, Any] = {name: torch.from_numpy(getattr(total, name)) for name in ARRAYS}
    content["units"] = n_units
    checkpoint.write(lambda path: torch.save(content, path))


def without_sample(task: Task) -> Task:
    """The task as it is sent to others, who need no sample."""
    survey = task.survey
    none = slice(0, 0)
    sample = replace(survey.sample, X=survey.sample.X[none], y=survey.sample.y[none], groups=None)
    survey = replace(survey, sample=sample, sampled=survey.sampled[none], units=[])
    return replace(task, survey=survey)


def _check(content: Any, like: Moments, n_units: int) -> None:
    for name in ARRAYS:
        if content[name].shape != getattr(like, name).shape:
            raise ValueError(f"{name} has the shape {tuple(content[name].shape)}")
    if not 0 <= int(content["units"]) <= n_units:
        raise ValueError(f"it tells of {content['units']} units of {n_units}")
