"""Which class is taken for which."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from physembed.charts.style import BLACK, figure_style, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_CLASSES_WITH_NUMBERS = 16


def confusion_matrix(
    counts: Sequence[Sequence[int]], classes: Sequence[str], *, title: str = ""
) -> "Figure":
    """Draw a confusion matrix: the shade is the share of the true class, the number the cases.

    Parameters
    ----------
    counts : sequence of sequence of int, shape (classes, classes)
        Row: true class; column: predicted class.
    classes : sequence of str
    title : str, default=""

    Returns
    -------
    matplotlib.figure.Figure
    """
    import numpy as np

    cases = np.asarray(counts)
    shares = 100 * cases / np.maximum(cases.sum(axis=1, keepdims=True), 1)
    n_classes = len(classes)
    with figure_style():
        side = float(np.clip(0.42 * n_classes + 2.0, 3.4, 9.0))
        figure = new_figure(side + 0.9, side)
        axes = figure.subplots()
        image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
        axes.grid(visible=False)
        long_labels = max(map(len, classes)) > 3
        axes.set_xticks(range(n_classes), classes, rotation=90 if long_labels else 0)
        axes.set_yticks(range(n_classes), classes)
        axes.set(xlabel="predicted class", ylabel="true class")
        axes.set_title(title)
        figure.colorbar(image, ax=axes, label="share of the true class / %", shrink=0.85)
        if n_classes <= MAX_CLASSES_WITH_NUMBERS:
            size = float(np.clip(90 / max(n_classes, len(str(cases.max())) * 3), 5, 10))
            for (row, column), number in np.ndenumerate(cases):
                colour = "white" if shares[row, column] > 50 else BLACK
                axes.text(
                    column,
                    row,
                    f"{number}",
                    ha="center",
                    va="center",
                    color=colour,
                    fontsize=size,
                )
    return figure
