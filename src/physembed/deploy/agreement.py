"""Whether two say the same of the same cases."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.interpreter.run import scores
from physembed.deploy.plan import Plan
from physembed.deploy.vectors import ABSOLUTE, RELATIVE


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
        Cases, from 0, that do not agree and sit on a tie of the reference itself: a change of the
        series that is smaller than single precision tells moves their scores as much.
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
    found: NDArray[np.floating],
    expected: NDArray[np.floating],
    moved: NDArray[np.floating] | None = None,
) -> Agreement:
    """Compare scores, (cases, scores).

    Parameters
    ----------
    found, expected : ndarray
    moved : ndarray or None
        What the reference says of the same cases with their last digits changed: where that is as
        far from ``expected``, the case sits on a tie.
    """
    allowed = ABSOLUTE + RELATIVE * np.abs(expected)
    difference = np.abs(found.astype(np.float64) - expected)
    bad = ~(difference <= allowed).all(axis=1)
    same = found.argmax(axis=1) == expected.argmax(axis=1)
    on_tie = np.zeros(len(bad), dtype=bool)
    if moved is not None:
        on_tie = ~(np.abs(moved - expected) <= allowed).all(axis=1)
    failing = bad | ~same
    return Agreement(
        cases=len(found),
        same_class=int(same.sum()),
        within=int((~bad).sum()),
        largest_difference=float(difference.max(initial=0.0)),
        ties=tuple(int(k) for k in np.flatnonzero(failing & on_tie)),
        differing=tuple(int(k) for k in np.flatnonzero(failing & ~on_tie)),
    )


def moved_scores(plan: Plan, series: NDArray[np.float32]) -> NDArray[np.float64]:
    """What the interpreter says of series whose last digits are changed, in double precision.

    Every value goes up or down by 2⁻²³ of the largest one of its channel's distances from its
    first: what single precision does not tell.
    """
    random = np.random.Generator(np.random.PCG64(2))
    signs = random.integers(0, 2, size=series.shape) * 2.0 - 1.0
    extent = np.abs(series - series[..., :1]).max(axis=2, keepdims=True)
    return np.asarray(scores(plan, series + signs * 2.0**-23 * extent), dtype=np.float64)
