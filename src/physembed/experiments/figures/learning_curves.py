"""Loss and accuracy against epoch, for training and validation."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from physembed.charts.style import (
    BLUE,
    VERMILION,
    figure_style,
    new_figure,
    whole_epochs,
)

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

History = list[dict[str, float]]
_PARTS = (("train", "training", BLUE, "-"), ("validation", "validation", VERMILION, "--"))


def learning_curves(
    histories: Sequence[History], *, title: str = "", smoothing: int = 1
) -> "Figure":
    """Draw loss and accuracy against epoch: each run thin and raw, their mean thick and smoothed.

    Parameters
    ----------
    histories : sequence of list of dict
        One history per seed and fold, with the keys ``epoch``, ``train_loss``,
        ``train_accuracy`` (0 to 1), ``validation_loss`` and ``validation_accuracy``; NaN where
        there was no validation.
    title : str, default=""
    smoothing : int, default=1
        Epochs over which the mean is averaged, as far as there are as many on either side; 1 leaves
        it as it is.

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure_style():
        figure = new_figure(8.0, 3.6)
        loss, accuracy = figure.subplots(1, 2)
        _draw(loss, histories, "loss", scale=1.0, smoothing=smoothing)
        loss.set(xlabel="epoch", ylabel="cross-entropy / nat")
        _draw(accuracy, histories, "accuracy", scale=100.0, smoothing=smoothing)
        accuracy.set(xlabel="epoch", ylabel="accuracy / %")
        for axes in (loss, accuracy):
            whole_epochs(axes)
        figure.suptitle(title)
        figure.legend(*loss.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _draw(
    axes: "Axes", histories: Sequence[History], quantity: str, *, scale: float, smoothing: int
) -> None:
    import numpy as np

    longest = max((len(history) for history in histories), default=0)
    epochs = np.arange(1, longest + 1)
    for prefix, part, colour, dashes in _PARTS:
        # runs that stopped early leave NaN behind, which the mean skips
        curves = np.full((len(histories), longest), np.nan)
        for row, history in zip(curves, histories, strict=True):
            row[: len(history)] = [scale * record[f"{prefix}_{quantity}"] for record in history]
        present = np.isfinite(curves).any(axis=0)
        if not present.any():
            continue
        if len(histories) > 1 or smoothing > 1:
            axes.plot(epochs, curves.T, color=colour, linestyle=dashes, linewidth=0.7, alpha=0.45)
        label = part if len(histories) == 1 else f"{part}, mean of {len(histories)} runs"
        mean = np.full(longest, np.nan)
        mean[present] = np.nanmean(curves[:, present], axis=0)
        if smoothing > 1:
            label += f", over {smoothing} epochs"
            mean = _smoothed(mean, smoothing)
        marker = "o" if longest == 1 else None
        axes.plot(
            epochs, mean, color=colour, linestyle=dashes, linewidth=2.2, label=label, marker=marker
        )


def _smoothed(values: "NDArray[np.float64]", width: int) -> "NDArray[np.float64]":
    """The mean over ``width`` neighbours, over fewer at the ends, the same number on each side."""
    import numpy as np

    found = np.empty_like(values)
    for k in range(len(values)):
        reach = min((width - 1) // 2, k, len(values) - 1 - k)
        found[k] = values[k - reach : k + reach + 1].mean()
    return found
