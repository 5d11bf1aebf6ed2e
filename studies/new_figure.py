"""A figure that a study draws on by itself, where a chart of the library does not do."""

from matplotlib.figure import Figure


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of a size in inches, bound to no window."""
    return Figure(figsize=(width, height), layout="constrained", facecolor="white")
