"""What a fit in pieces says on standard error while it goes on, where it is asked to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import MofNCompleteColumn, TextColumn

from physembed.training.progress import training_bar


class Telling:
    """Bars with a time estimate over a fit's two passes, and what memory it takes.

    Parameters
    ----------
    shown : bool
        Whether anything is said.
    """

    def __init__(self, shown: bool) -> None:
        self.shown = shown

    @contextmanager
    def reading(self) -> Iterator[Callable[[int], None]]:
        """A count of the cases that have been read; how many there are is not known yet."""
        with self._bar("reading", None) as report:
            yield report

    @contextmanager
    def summing(self, n_cases: int) -> Iterator[Callable[[int], None]]:
        """A bar over the cases that have been summed."""
        with self._bar("summing", n_cases) as report:
            yield report

    def memory(self, n_bytes: int) -> None:
        """How much a fit takes at its largest, before it does."""
        if self.shown:
            console = Console(stderr=True, highlight=False)
            console.print(f"at most {n_bytes / 2**20:,.0f} MiB of memory are taken")

    @contextmanager
    def _bar(self, title: str, n_cases: int | None) -> Iterator[Callable[[int], None]]:
        bar = training_bar(title, MofNCompleteColumn(), TextColumn("cases"), shown=self.shown)
        with bar:
            task = bar.add_task(title, total=n_cases, metrics="")
            yield lambda done: bar.update(task, completed=done)
