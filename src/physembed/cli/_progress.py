"""How a comparison goes on, on standard error."""

from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from physembed.cli._console import standard_error
from physembed.experiments.grid.run import Outcome


class TimeLeft(ProgressColumn):
    """Time left at the mean pace of the runs that have ended; they are few and long."""

    def render(self, task: Task) -> Text:
        elapsed_at_last_end = task.fields.get("elapsed_at_last_end")
        if not (task.total and task.completed and task.elapsed and elapsed_at_last_end):
            return Text("-:--:--", style="progress.remaining")
        whole = elapsed_at_last_end * task.total / task.completed
        left = timedelta(seconds=max(0, round(whole - task.elapsed)))
        return Text(str(left), style="progress.remaining")


class GridProgress:
    """A bar over the whole grid with a time estimate, and a line for every run that ends.

    Attributes
    ----------
    n_runs, n_finished : int
    """

    def __init__(self) -> None:
        self.console = standard_error()
        self.n_runs = 0
        self.n_finished = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("runs"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeLeft(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        self._task = self._progress.add_task("checking models and data", total=None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def start(self, n_runs: int, n_finished: int, jobs: int) -> None:
        """Show what is ahead."""
        self.n_runs, self.n_finished = n_runs, n_finished
        before = f", {n_finished} of them finished before" if n_finished else ""
        self._say(f"{n_runs} run{'' if n_runs == 1 else 's'}{before}, {jobs} at a time")
        if self._task is not None:
            self._progress.remove_task(self._task)
        # only the runs of now tell how long the rest will take
        self._task = self._progress.add_task("comparing", total=n_runs - n_finished)

    def ended(self, outcome: Outcome) -> None:
        """Show how a run ended."""
        if outcome.record is None:
            self._say(f"{outcome.run.title}: failed", style="red")
        else:
            self.n_finished += 1
            record = outcome.record
            self._say(
                f"{outcome.run.title}: accuracy {record['accuracy']:.1%}, "
                f"trained in {record['fit_seconds']:.3g} s"
            )
        if self._task is not None:
            elapsed = self._progress.tasks[0].elapsed
            self._progress.update(self._task, advance=1, elapsed_at_last_end=elapsed)

    def _say(self, line: str, style: str | None = None) -> None:
        self._progress.console.print(line, style=style, markup=False, soft_wrap=True)
