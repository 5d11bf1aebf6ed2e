"""The bar of a training, on standard error."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import ProgressColumn as Column


def training_bar(title: str, *counted: Column, shown: bool = True) -> Progress:
    """A bar with a time estimate and a field ``metrics``; nothing where it is not a terminal.

    Parameters
    ----------
    title : str
    *counted : ProgressColumn
        How much is done, beside the bar.
    shown : bool, default=True
    """
    return Progress(
        TextColumn(title),
        BarColumn(),
        *counted,
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[metrics]}"),
        # before Rich 14.3 a bar that is not shown ends in an empty line
        console=Console(stderr=True, quiet=not shown),
        disable=not shown,
    )
