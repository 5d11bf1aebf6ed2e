"""A chart: panels that belong together, with the words that go with them."""

from dataclasses import dataclass

from physembed.charts.panels import Panel


@dataclass(frozen=True)
class Chart:
    """Panels that are read together.

    Parameters
    ----------
    name : str
        Name of its files and of its place in the report; lower case, words joined by hyphens.
    title : str
    caption : str
        How to read it, in a sentence or three.
    alternative : str
        What a reader who cannot see it should know: the alternative text.
    panels : tuple of Panel
    columns : int, default=2
        Panels beside each other on a wide page.
    """

    name: str
    title: str
    caption: str
    alternative: str
    panels: tuple[Panel, ...]
    columns: int = 2
