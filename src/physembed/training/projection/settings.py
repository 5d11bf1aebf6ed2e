"""The settings of training by projection."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from physembed._checks import check_choice, check_flag, check_integer, check_number, is_integer
from physembed.errors import InvalidInputError
from physembed.networks import register_part

Rung = tuple[int, int, int]
"""Starts that are left, steps that each of them takes, cases in each step."""

READOUTS = ("best", "ridge")
FEWEST_CASES = 64
"""In a step, however long the series are."""
RUNGS: tuple[Rung, ...] = ((64, 0, 200), (12, 8, 250), (3, 16, 500), (1, 36, 500))


@dataclass(frozen=True)
class ProjectionSettings:
    """How physics is searched for while the readout is solved exactly.

    Parameters
    ----------
    rungs : tuple of (int, int, int), default=RUNGS
        Successive halving: for each rung the number of starts that are left, the steps each takes
        by gradient, and the cases in a step, drawn anew each time. A rung of zero steps only looks.
    step_points : int or None, default=None
        Cases times channels times timepoints in a step, at most: of long series a step then sees
        fewer cases than its rung says, though never fewer than 64, and the last choice among
        starts at most four times as many.
        None sets no bound.
    stage_steps : int, default=60
        Steps for each later stage of a search, in which masks of free form begin to move; see
        :class:`~physembed.networks.SearchSpace`.
    rate : float, default=0.025
        Rate of Adam as a share of the range of each number: 0.1 on the default range of 4 natural
        units. It falls to a tenth over the last rung, and over each later stage.
    prior : float or None, default=None
        Deviation, as a share of the range of each number, of a Gaussian prior about the network's
        own values, for physics that begins well; None trusts the training cases alone.
    tolerance : float, default=0.0
        Relative standard deviation of the errors with which coefficients will be made: the search
        looks for physics whose left-out error stays low under such errors, at twice the cost, and
        a proof by ``proving_folds`` is asked under them, by probabilities in place of mistakes.
    proving_folds : int, default=0
        Divisions of the training cases in which what the search finds must make fewer mistakes, on
        the cases that it has not seen, than the network's own values; otherwise these are kept.
        Of many cases one division may decide it, and the others are then left out.
        For physics that begins well; 0 asks for no proof.
    autofocus : bool, default=False
        Begin with a few starts in focus: those of the highest contrast of the detected features
        among as many drawn ones as the first rung has, whatever the labels.
    final_cases : int, default=2000
        Cases of which the last choice among starts is made, at most.
    readout : {"best", "ridge"}, default="best"
        The readout that the found physics ends with: ridge, or logistic regression where that is
        better in cross-validation on the training cases.

    Examples
    --------
    >>> import physembed as pe
    >>> short = pe.ProjectionSettings(rungs=((8, 0, 100), (2, 10, 100)))
    >>> classifier = pe.PhysicalEmbeddingClassifier("lens", training=short)
    """

    rungs: tuple[Rung, ...] = RUNGS
    step_points: int | None = None
    stage_steps: int = 60
    rate: float = 0.025
    prior: float | None = None
    tolerance: float = 0.0
    proving_folds: int = 0
    autofocus: bool = False
    final_cases: int = 2000
    readout: str = "best"

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, np.generic):
                object.__setattr__(self, name, value.item())
        object.__setattr__(self, "rungs", tuple(tuple(rung) for rung in self.rungs))
        _check_rungs(self.rungs)
        check_integer("step_points", self.step_points, least=1, optional=True)
        for name in ("stage_steps", "proving_folds"):
            check_integer(name, getattr(self, name), least=0)
        if self.proving_folds == 1:
            raise InvalidInputError("proving_folds must be 0 or at least 2, got 1.")
        check_integer("final_cases", self.final_cases, least=3)
        check_number("rate", self.rate, above=0)
        check_number("prior", self.prior, above=0, optional=True)
        check_number("tolerance", self.tolerance, least=0)
        check_choice("readout", self.readout, READOUTS)
        check_flag("autofocus", self.autofocus)

    def bounded(self, points: int) -> Self:
        """These settings with no more cases in a step than ``step_points`` allows.

        Parameters
        ----------
        points : int
            Channels times timepoints of a case.
        """
        if self.step_points is None:
            return self
        most = max(FEWEST_CASES, self.step_points // points)
        rungs = tuple((starts, steps, min(cases, most)) for starts, steps, cases in self.rungs)
        return replace(self, rungs=rungs, final_cases=min(self.final_cases, 4 * most))

    def limited(self, max_steps: int) -> Self:
        """These settings with at most so many steps in a rung and in a later stage."""
        rungs = tuple((starts, min(steps, max_steps), cases) for starts, steps, cases in self.rungs)
        return replace(self, rungs=rungs, stage_steps=min(self.stage_steps, max_steps))


def _check_rungs(rungs: tuple[Rung, ...]) -> None:
    if not rungs or not all(
        len(rung) == 3
        and all(is_integer(number) for number in rung)
        and rung[0] >= 1
        and rung[1] >= 0
        and rung[2] >= 3
        for rung in rungs
    ):
        raise InvalidInputError(
            "rungs must hold (starts of at least 1, steps of at least 0, cases of at least 3), "
            f"got {rungs!r}."
        )
    starts = [rung[0] for rung in rungs]
    if starts != sorted(starts, reverse=True):
        raise InvalidInputError(f"rungs must not gain starts, got {rungs!r}.")


register_part(ProjectionSettings)
