"""Which physics suits which data, as a picture: equations down, data sets across."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Chart, Map
from physembed.experiments.zoo.models import CONTROLS, WITHOUT_PHYSICS
from physembed.experiments.zoo.sweep import Fit
from physembed.experiments.zoo.worth import accuracies_over_data

NAME = "physics-and-data"
MOST_POINTS = 20.0
"""Gained or lost, where the colours end."""


def physics_and_data(fits: Sequence[Fit], *, name: str = NAME) -> Chart | None:
    """Accuracy of every medium on every set, less that without physics.

    Parameters
    ----------
    fits : sequence of Fit
        Several seeds of a model count by their mean; models are left out as by
        :func:`~physembed.experiments.zoo.worth.accuracies_over_data`.
    name : str
        Of its files.

    Returns
    -------
    Chart or None
        None where there are not both media and networks without physics.
    """
    data, table, _ = accuracies_over_data(fits)
    table = {model: 100 * accuracies for model, accuracies in table.items()}
    plain = [table.pop(model) for model in WITHOUT_PHYSICS if model in table]
    if not plain or not table:
        return None
    # either of them may be what a medium of its kind is compared with
    without = np.max(plain, axis=0)
    order = sorted(table, key=lambda model: -float(table[model].mean()))
    gains = np.stack([table[model] - without for model in order])
    media = [model for model in order if model not in CONTROLS]
    if not media:
        return None
    best, of_media = media[0], np.stack([table[model] - without for model in media])
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
    mean = float(of_media[0].mean())
    return Chart(
        name,
        "Which physics suits which data",
        "Accuracy on the test cases less that of the same detectors without physics, real or "
        "complex, whichever is better; the best mean on top.",
        f"Map of {len(order)} models and {len(data)} sets. The best medium is {best}, {mean:+.1f} "
        f"points from no physics on average; media gain {of_media.max():.0f} points at most and "
        f"lose {-of_media.min():.0f}.",
        (panel,),
        columns=1,
        size=(4.4 + 0.55 * len(data), 1.6 + 0.24 * len(order)),
    )
