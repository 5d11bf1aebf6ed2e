"""The medium's coefficients against epoch, layer by layer."""

import re
from typing import TYPE_CHECKING

from physembed.charts.style import BLUE, figure_style, new_figure, whole_epochs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

History = list[dict[str, float]]
_KEY = re.compile(r"fibre(?P<fibre>\d+)/layer(?P<layer>\d+)/(?P<name>.+)")
_GREEK = {"alpha": "α", "beta2": "β₂", "gamma": "γ", "kinetic": "ħ/m", "g": "g", "strength": "V"}
N_COLUMNS = 3


def coefficient_convergence(
    history: History, *, title: str = "", most_layers: int | None = None
) -> "Figure | None":
    """Draw how each coefficient moved in training: a panel per coefficient, a line per layer.

    Parameters
    ----------
    history : list of dict
        Its keys "fibre1/layer3/beta2" hold dimensionless values, in natural units.
    title : str, default=""
    most_layers : int or None, default=None
        Only the first so many layers.

    Returns
    -------
    matplotlib.figure.Figure or None
        None where the model has no physical coefficients.
    """
    panels = _panels(history, most_layers)
    if not panels:
        return None
    n_columns = min(N_COLUMNS, len(panels))
    n_rows = -(-len(panels) // n_columns)
    with figure_style():
        figure = new_figure(0.9 + 2.9 * n_columns, 0.6 + 2.7 * n_rows)
        grid = figure.subplots(n_rows, n_columns, squeeze=False)
        epochs = [record["epoch"] for record in history]
        for axes, (name, layers) in zip(grid.flat, panels.items(), strict=False):
            _draw(axes, epochs, layers)
            axes.set(xlabel="epoch", ylabel=name)
        for axes in grid.flat[len(panels) :]:
            axes.remove()
        handles, labels = max(
            (axes.get_legend_handles_labels() for axes in grid.flat[: len(panels)]),
            key=lambda found: len(found[0]),
        )
        if len(handles) > 1:
            figure.legend(handles, labels, loc="outside right center", title="layer")
        figure.suptitle(title)
    return figure


def _panels(history: History, most_layers: int | None) -> dict[str, dict[int, list[float]]]:
    """Values by panel and layer; coefficients that never move and are alike share one line."""
    found = [match for key in (history[0] if history else {}) if (match := _KEY.fullmatch(key))]
    several = len({match["fibre"] for match in found}) > 1
    panels: dict[str, dict[int, list[float]]] = {}
    for match in found:
        if most_layers is not None and int(match["layer"]) > most_layers:
            continue
        symbol = _GREEK.get(match["name"], match["name"])
        spelled = f"{match['name']}, " if symbol not in (match["name"], "V") else ""
        fibre = f"fibre {match['fibre']}: " if several else ""
        name = f"{fibre}{symbol} ({spelled}natural units)"
        values = [record[match.string] for record in history]
        panels.setdefault(name, {})[int(match["layer"])] = values
    return panels


def _draw(axes: "Axes", epochs: list[float], layers: dict[int, list[float]]) -> None:
    from matplotlib import colormaps

    marker = "o" if len(epochs) == 1 else None
    if len(layers) > 1 and len({tuple(values) for values in layers.values()}) == 1:
        values = next(iter(layers.values()))
        axes.plot(epochs, values, color=BLUE, linewidth=2, marker=marker)
        axes.set_title("the same in all layers", fontsize=9)
    else:
        shades = colormaps["viridis"]
        for position, (layer, values) in enumerate(sorted(layers.items())):
            colour = shades(0.92 * position / max(len(layers) - 1, 1))
            axes.plot(epochs, values, color=colour, linewidth=1.8, label=str(layer), marker=marker)
    whole_epochs(axes)
