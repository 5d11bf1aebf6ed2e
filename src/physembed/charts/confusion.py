"""Which class is taken for which."""

from collections.abc import Sequence

import numpy as np

from physembed.charts.chart import Chart
from physembed.charts.panels import Map

MAX_CLASSES_WITH_NUMBERS = 16
CAPTION = (
    "A row for each true class, a column for each class that the model chose; what is right "
    "stands on the diagonal."
)


def confusion_matrix(
    counts: Sequence[Sequence[int]],
    classes: Sequence[str],
    *,
    name: str,
    title: str = "",
    caption: str = CAPTION,
) -> Chart:
    """A confusion matrix: the shade is the share of the true class, the number the cases.

    Parameters
    ----------
    counts : sequence of sequence of int, shape (classes, classes)
        Row: true class; column: predicted class.
    classes : sequence of str
    name, title, caption : str
        Of the chart.
    """
    cases = np.asarray(counts)
    shares = 100 * cases / np.maximum(cases.sum(axis=1, keepdims=True), 1)
    right, n_cases = int(np.trace(cases)), int(cases.sum())
    side = float(np.clip(0.42 * len(classes) + 2.0, 3.4, 9.0))
    return Chart(
        name=name,
        title=title,
        caption=caption,
        alternative=f"Matrix of {len(classes)} classes: {right:,} of {n_cases:,} cases are right.",
        panels=(
            Map(
                "",
                list(classes),
                list(classes),
                shares,
                "share of the true class / %",
                "predicted class",
                "true class",
                scale="share",
                limit=100.0,
                downwards=True,
                written=cases if len(classes) <= MAX_CLASSES_WITH_NUMBERS else None,
            ),
        ),
        size=(side + 0.9, side),
    )
