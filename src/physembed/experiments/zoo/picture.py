"""Which physics suits which data, as a picture: equations down, data sets across."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Chart, Map
from physembed.experiments.zoo.models import WITHOUT_PHYSICS
from physembed.experiments.zoo.sweep import Fit

NAME = "physics-and-data"
MOST_POINTS = 20.0
"""Gained or lost, where the colours end."""


def physics_and_data(fits: Sequence[Fit], *, name: str = NAME) -> Chart | None:
    """Accuracy of every medium on every set, less that without physics.

    Parameters
    ----------
    fits : sequence of Fit
        Several seeds of a model count by their mean; models that some of the sets lack are left
        out.
    name : str
        Of its files.

    Returns
    -------
    Chart or None
        None where there are not both media and networks without physics.
    """
    data = sorted({fit.data for fit in fits})
    accuracies: dict[str, dict[str, list[float]]] = {}
    for fit in fits:
        accuracies.setdefault(fit.model, {}).setdefault(fit.data, []).append(100 * fit.accuracy)
    table = {
        model: np.array([np.mean(of_model[d]) for d in data])
        for model, of_model in accuracies.items()
        if all(d in of_model for d in data)
    }
    plain = [table.pop(model) for model in WITHOUT_PHYSICS if model in table]
    if not plain or not table:
        return None
    # either of them may be what a medium of its kind is compared with
    without = np.max(plain, axis=0)
    order = sorted(table, key=lambda model: -float(table[model].mean()))
    gains = np.stack([table[model] - without for model in order])
    best = order[0]
    panel = Map(
        "accuracy less that without physics",
        data,
        order,
        gains,
        unit="points above no physics",
        scale="diverging",
        downwards=True,
        limit=MOST_POINTS,
        written=np.rint(gains).astype(int),
    )
    mean = float(gains[0].mean())
    return Chart(
        name,
        "Which physics suits which data",
        "Accuracy on the test cases less that of the same detectors without physics, real or "
        "complex, whichever is better; the best mean on top.",
        f"Map of {len(order)} models and {len(data)} sets. On top is {best}, {mean:+.1f} points "
        f"from no physics on average; physics gains {gains.max():.0f} points at most and loses "
        f"{-gains.min():.0f}.",
        (panel,),
        columns=1,
        size=(4.4 + 0.55 * len(data), 1.6 + 0.24 * len(order)),
    )
