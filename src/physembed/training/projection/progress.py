"""A progress bar over a search, whose steps take very different times."""

from types import TracebackType
from typing import Self

from rich.progress import TextColumn

from physembed.training.progress import training_bar
from physembed.training.projection.search import SearchState, Step

LOOKING = 1 / 3
"""Share of a step by gradient that looking alone costs."""


class SearchProgress:
    """One bar on standard error, in units of work: starts times cases.

    Parameters
    ----------
    steps : list of Step
    shown : bool
    """

    def __init__(self, steps: list[Step], *, shown: bool) -> None:
        self._work = [
            step.starts * step.cases * (LOOKING if step.rate is None else 1.0) for step in steps
        ]
        percent = TextColumn("{task.percentage:.0f} %")
        self._progress = training_bar("searching", percent, shown=shown)

    def __enter__(self) -> Self:
        self._progress.start()
        self._task = self._progress.add_task("searching", total=sum(self._work), metrics="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def update(self, state: SearchState) -> None:
        """After each step."""
        losses, accuracies = state.trace.losses[-1], state.trace.accuracies[-1]
        best = int(losses.nan_to_num(nan=float("inf")).argmin())
        metrics = f"{len(losses)} start{'s' * (len(losses) > 1)}, left-out error {losses[best]:.3f}"
        if not bool(accuracies[best].isnan()):
            metrics += f", accuracy {accuracies[best]:.1%}"
        done = sum(self._work[: state.position])
        self._progress.update(self._task, completed=done, metrics=metrics)
