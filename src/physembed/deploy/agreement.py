"""Whether two say the same of the same cases."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.interpreter.run import scores
from physembed.deploy.plan import Plan
from physembed.deploy.vectors import ABSOLUTE, RELATIVE

DRAWS = 128
"""Of the signs by which a series is moved, of cases that do not agree alone: where a record rests
on a threshold for long, few of them tell, of one case one in twenty-five."""

OnTie = Callable[[NDArray[np.int64], NDArray[np.floating]], NDArray[np.bool_]]
"""Which of some cases sit on a tie, where their scores may differ by so much."""


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
    are_on_tie: OnTie | None = None,
) -> Agreement:
    """Compare scores, (cases, scores).

    Parameters
    ----------
    scores, expected : ndarray
    are_on_tie : callable, optional
        Which of the cases that do not agree sit on a tie, as :meth:`Reference.are_on_tie` tells.
    """
    allowed = ABSOLUTE + RELATIVE * np.abs(expected)
    difference = np.abs(scores.astype(np.float64) - expected)
    bad = ~(difference <= allowed).all(axis=1)
    same = scores.argmax(axis=1) == expected.argmax(axis=1)
    failing = np.flatnonzero(bad | ~same)
    on_tie = np.zeros(len(failing), dtype=bool)
    if len(failing) and are_on_tie is not None:
        on_tie = are_on_tie(failing, allowed[failing])
    return Agreement(
        cases=len(scores),
        same_class=int(same.sum()),
        within=int((~bad).sum()),
        largest_difference=float(difference.max(initial=0.0)),
        ties=tuple(failing[on_tie].tolist()),
        differing=tuple(failing[~on_tie].tolist()),
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
    plan : Plan
    series : ndarray of shape (cases, channels, timepoints)
    scores : ndarray of shape (cases, scores)
    """

    plan: Plan
    series: NDArray[np.float32]
    scores: NDArray[np.float64]

    def agreement(self, scores: NDArray[np.floating]) -> Agreement:
        """How far others agree with it."""
        return compare(scores, self.scores, self.are_on_tie)

    def are_on_tie(
        self, cases: NDArray[np.int64], allowed: NDArray[np.floating]
    ) -> NDArray[np.bool_]:
        """Of which cases what is said changes by more, or the class does, when they move a little.

        Every value goes up or down by 2⁻²⁰ of the largest distance from its channel's first value:
        as far as the transforms' rounding in single precision moves a record. Signs are drawn
        again and again.

        Parameters
        ----------
        cases : ndarray of int64
        allowed : ndarray of shape (cases, scores)
        """
        random = np.random.Generator(np.random.PCG64(2))
        series, said = self.series[cases], self.scores[cases]
        extent = np.abs(series - series[..., :1]).max(axis=2, keepdims=True).astype(np.float64)
        on_tie = np.zeros(len(cases), dtype=bool)
        for _ in range(DRAWS):
            signs = random.integers(0, 2, size=series.shape) * 2.0 - 1.0
            moved = scores(self.plan, series + signs * 2.0**-20 * extent)
            on_tie |= ~(np.abs(moved - said) <= allowed).all(axis=1)
            on_tie |= moved.argmax(axis=1) != said.argmax(axis=1)
            if on_tie.all():
                break
        return on_tie


def reference(plan: Plan, series: NDArray[np.float32]) -> Reference:
    """What is said of series by a plan, which whatever is written from it is compared with."""
    return Reference(plan, series, np.asarray(scores(plan, series), dtype=np.float64))
