"""A progress bar over a recovery, whose stages are of very different lengths."""

import math
from types import TracebackType
from typing import Self

from rich.progress import TextColumn

from physembed.explain.recovery.measured_channel import CASES_OF_THE_SEARCH, STEPS_OF_THE_SEARCH
from physembed.training.progress import training_bar

EVALUATIONS = {"looking for starts": 55, "fitting": 30, "weighing the noise": 70, "error bars": 4}
"""Evaluations of a Jacobian that a stage takes, roughly; of the first one beside its starts."""


class RecoveryProgress:
    """One bar on standard error, in units of work: cases times steps of a propagation.

    What a stage will take is not known before: it nears its end the slower the longer it takes, and
    the next begins there.

    Parameters
    ----------
    n_unknown, n_cases, steps, n_starts : int
        ``n_starts`` are tried in the first stage, none where a start is given.
    shown : bool
    """

    def __init__(
        self, n_unknown: int, n_cases: int, steps: int, *, n_starts: int, shown: bool
    ) -> None:
        jacobian = 1 + 2 * n_unknown
        work = {name: n * jacobian * n_cases * steps for name, n in EVALUATIONS.items()}
        of_search = CASES_OF_THE_SEARCH * STEPS_OF_THE_SEARCH
        refined = EVALUATIONS["looking for starts"] * jacobian if n_starts else 0
        work["looking for starts"] = (n_starts + refined) * of_search
        self._work, self._total = work, sum(work.values())
        self._behind = self._spent = self._expected = 0.0
        percent = TextColumn("{task.percentage:.0f} %")
        self._progress = training_bar("recovering", percent, shown=shown)

    def __enter__(self) -> Self:
        self._progress.start()
        self._task = self._progress.add_task("recovering", total=self._total, metrics="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._progress.update(self._task, completed=self._total, metrics="")
        self._progress.stop()

    def begin(self, stage: str) -> None:
        """A stage begins, or one that there was already goes on from where it was."""
        names = list(self._work)
        start = sum(self._work[name] for name in names[: names.index(stage)])
        if start > self._behind or not self._spent:
            self._behind, self._spent, self._expected = start, 0.0, self._work[stage]
        self._progress.update(self._task, metrics=stage)
        self.spent(0.0)

    def spent(self, work: float) -> None:
        """So much more was done."""
        self._spent += work
        share = 1 - math.exp(-self._spent / (self._expected or 1.0))
        self._progress.update(self._task, completed=self._behind + share * self._expected)
