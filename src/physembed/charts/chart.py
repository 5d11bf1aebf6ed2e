"""A chart: panels that belong together, with the words that go with them."""

from dataclasses import dataclass

from physembed.charts.panels import Animation, Key, Map, Panel

LONGEST_LEGEND = 14
"""Names; of more, no legend could be read."""


@dataclass(frozen=True)
class Chart:
    """Panels that are read together.

    Parameters
    ----------
    name : str
        Name of its files and of its place in a report; lower case, words joined by hyphens.
    title : str
        Further lines of it say what there is to see.
    caption : str
        How to read it, in a sentence or three.
    alternative : str
        What a reader who cannot see it should know: the alternative text.
    panels : tuple of Panel
    columns : int, default=2
        Panels beside each other on a wide page.
    size : (float, float), default=(4.9, 3.1)
        Inches of a panel with its labels in a still picture; more where names need it.
    """

    name: str
    title: str
    caption: str
    alternative: str
    panels: tuple[Panel, ...]
    columns: int = 2
    size: tuple[float, float] = (4.9, 3.1)

    @property
    def common_key(self) -> Key | None:
        """The legend that serves several panels; None where each has its own, or none."""
        keys = [key for panel in self.panels if (key := key_of(panel))]
        shared = len(set(keys)) == 1 and (len(keys) > 1 or len(self.panels) == 1)
        return keys[0] if shared else None


def key_of(panel: Panel) -> Key:
    """What a legend of a panel says; empty where it needs none, or where none could be read."""
    if isinstance(panel, Map):
        return ()
    key = panel.still.key if isinstance(panel, Animation) else panel.key
    return key if 1 < len(key) <= LONGEST_LEGEND else ()
