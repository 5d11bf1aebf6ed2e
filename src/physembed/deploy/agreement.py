"""Whether two say the same of the same cases."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.interpreter.run import scores
from physembed.deploy.plan import Plan
from physembed.deploy.vectors import ABSOLUTE, RELATIVE

DRAWS = 4
"""Of the signs by which series are moved."""


@dataclass(frozen=True)
class Agreement:
    """How far one set of scores agrees with another.

    Parameters
    ----------
    cases : int
    same_class : int
        Cases of the same class.
    within : int
        Cases all of whose scores agree to 1e-3 + 1e-3 |score|.
    largest_difference : float
    ties : tuple of int
        Cases, from 0, that do not agree and sit on a tie of the reference itself: moving the
        series by a millionth of its range moves their scores as much.
    differing : tuple of int
        Cases that do not agree otherwise.
    """

    cases: int
    same_class: int
    within: int
    largest_difference: float
    ties: tuple[int, ...] = ()
    differing: tuple[int, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every case agrees that is no tie."""
        return not self.differing

    def record(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return asdict(self)


def compare(
    scores: NDArray[np.floating],
    expected: NDArray[np.floating],
    moved: Sequence[NDArray[np.floating]] = (),
) -> Agreement:
    """Compare scores, (cases, scores).

    Parameters
    ----------
    scores, expected : ndarray
    moved : sequence of ndarray
        What the reference says of the same cases, moved a little: where one of these is as far
        from ``expected``, or of another class, the case sits on a tie.
    """
    allowed = ABSOLUTE + RELATIVE * np.abs(expected)
    difference = np.abs(scores.astype(np.float64) - expected)
    bad = ~(difference <= allowed).all(axis=1)
    same = scores.argmax(axis=1) == expected.argmax(axis=1)
    on_tie = np.zeros(len(bad), dtype=bool)
    for other in moved:
        on_tie |= ~(np.abs(other - expected) <= allowed).all(axis=1)
        on_tie |= other.argmax(axis=1) != expected.argmax(axis=1)
    failing = bad | ~same
    return Agreement(
        cases=len(scores),
        same_class=int(same.sum()),
        within=int((~bad).sum()),
        largest_difference=float(difference.max(initial=0.0)),
        ties=tuple(int(k) for k in np.flatnonzero(failing & on_tie)),
        differing=tuple(int(k) for k in np.flatnonzero(failing & ~on_tie)),
    )


def exact(scores: NDArray[np.integer], expected: NDArray[np.integer], unit: int = 1) -> Agreement:
    """Compare whole scores, in 1 / unit: where a single bit differs, the case does."""
    difference = np.abs(scores.astype(np.int64) - expected)
    differs = difference.any(axis=1)
    same = scores.argmax(axis=1) == expected.argmax(axis=1)
    return Agreement(
        cases=len(scores),
        same_class=int(same.sum()),
        within=int((~differs).sum()),
        largest_difference=float(difference.max(initial=0)) / unit,
        differing=tuple(int(k) for k in np.flatnonzero(differs)),
    )


@dataclass(frozen=True, eq=False)
class Reference:
    """What the interpreter says of cases in double precision, as they are and moved a little.

    Parameters
    ----------
    scores : ndarray of shape (cases, scores)
    moved : sequence of ndarray
        As :func:`moved_scores` gives them.
    """

    scores: NDArray[np.float64]
    moved: Sequence[NDArray[np.float64]]

    def agreement(self, scores: NDArray[np.floating]) -> Agreement:
        """How far others agree with it."""
        return compare(scores, self.scores, self.moved)


def reference(plan: Plan, series: NDArray[np.float32]) -> Reference:
    """What is said of series by a plan, which whatever is written from it is compared with."""
    said = np.asarray(scores(plan, series), dtype=np.float64)
    return Reference(said, moved_scores(plan, series))


def moved_scores(plan: Plan, series: NDArray[np.float32]) -> list[NDArray[np.float64]]:
    """What the interpreter says of series that are moved a little, in double precision.

    Every value goes up or down by 2⁻²⁰ of the largest distance from its channel's first value: as
    far as the transforms' rounding in single precision moves a record. Signs are drawn a few times.
    """
    random = np.random.Generator(np.random.PCG64(2))
    extent = np.abs(series - series[..., :1]).max(axis=2, keepdims=True).astype(np.float64)
    runs = []
    for _ in range(DRAWS):
        signs = random.integers(0, 2, size=series.shape) * 2.0 - 1.0
        moved = series + signs * 2.0**-20 * extent
        runs.append(np.asarray(scores(plan, moved), dtype=np.float64))
    return runs
