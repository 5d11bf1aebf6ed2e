"""The medium's coefficients against epoch, layer by layer."""

import re

import numpy as np

from physembed.charts import Chart, Line, Lines

History = list[dict[str, float]]
_KEY = re.compile(r"fibre(?P<fibre>\d+)/layer(?P<layer>\d+)/(?P<name>.+)")
_GREEK = {"alpha": "α", "beta2": "β₂", "gamma": "γ", "kinetic": "ħ/m", "g": "g", "strength": "V"}
N_COLUMNS = 3


def coefficient_convergence(
    history: History, *, name: str, title: str = "", most_layers: int | None = None
) -> Chart | None:
    """How each coefficient moved in training: a panel per coefficient, a line per layer.

    Parameters
    ----------
    history : list of dict
        Its keys "fibre1/layer3/beta2" hold dimensionless values, in natural units.
    name, title : str
        Of the chart.
    most_layers : int or None, default=None
        Only the first so many layers.

    Returns
    -------
    Chart or None
        None where the model has no physical coefficients.
    """
    values = _values(history, most_layers)
    if not values:
        return None
    epochs = np.array([record["epoch"] for record in history], dtype=float)
    panels = tuple(_panel(epochs, *item) for item in values.items())
    moved = sum(line.y[-1] != line.y[0] for panel in panels for line in panel.lines)
    return Chart(
        name=name,
        title=title,
        caption="Each line is a layer; layers that are alike throughout share one.",
        alternative=(
            f"Lines of {len(panels)} coefficients over {len(epochs)} epochs, of which {moved} end "
            "elsewhere than they began."
        ),
        panels=panels,
        columns=min(N_COLUMNS, len(panels)),
        size=(3.7, 3.1),
    )


def _values(history: History, most_layers: int | None) -> dict[str, dict[int, list[float]]]:
    """Values by panel and layer."""
    keys = [match for key in (history[0] if history else {}) if (match := _KEY.fullmatch(key))]
    several = len({match["fibre"] for match in keys}) > 1
    panels: dict[str, dict[int, list[float]]] = {}
    for match in keys:
        if most_layers is not None and int(match["layer"]) > most_layers:
            continue
        symbol = _GREEK.get(match["name"], match["name"])
        spelled = f" ({match['name']})" if symbol not in (match["name"], "V") else ""
        fibre = f"fibre {match['fibre']}: " if several else ""
        values = [record[match.string] for record in history]
        panels.setdefault(f"{fibre}{symbol}{spelled}", {})[int(match["layer"])] = values
    return panels


def _panel(epochs: np.ndarray, coefficient: str, layers: dict[int, list[float]]) -> Lines:
    """Lines of one coefficient; layers that never differ share one."""
    if len(layers) > 1 and len({tuple(values) for values in layers.values()}) == 1:
        coefficient += ", the same in all layers"
        layers = {0: next(iter(layers.values()))}
    return Lines(
        coefficient,
        epochs,
        [Line(f"layer {k}", np.array(values)) for k, values in sorted(layers.items())],
        "epoch",
        "natural units",
        ordered=len(layers) > 1,
    )
