"""Loss and accuracy against epoch, for training and validation."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Chart, Line, Lines
from physembed.charts.arrays import Numbers

History = list[dict[str, float]]
_PARTS = (("train", "training", 0, "solid"), ("validation", "validation", 1, "dash"))


def learning_curves(
    histories: Sequence[History], *, name: str, title: str = "", smoothing: int = 1
) -> Chart:
    """Loss and accuracy against epoch: each run thin and raw, their mean thick and smoothed.

    Parameters
    ----------
    histories : sequence of list of dict
        One history per seed and fold, with the keys ``epoch``, ``train_loss``,
        ``train_accuracy`` (0 to 1), ``validation_loss`` and ``validation_accuracy``; NaN where
        there was no validation.
    name, title : str
        Of the chart.
    smoothing : int, default=1
        Epochs over which the mean is averaged, as far as there are as many on either side; 1 leaves
        it as it is.
    """
    epochs = np.arange(1, max(map(len, histories), default=0) + 1, dtype=float)
    panels = tuple(
        Lines(quantity, epochs, _means(histories, quantity, scale, smoothing), "epoch", label)
        for quantity, label, scale in (
            ("loss", "cross-entropy / nat", 1.0),
            ("accuracy", "accuracy / %", 100.0),
        )
    )
    ends = ", ".join(f"{line.label} {line.y[-1]:.1f} percent" for line in panels[1].lines)
    return Chart(
        name=name,
        title=title,
        caption="Thin lines are single runs, thick ones their mean.",
        alternative=f"Lines of loss and accuracy over {len(epochs)} epochs; at the end: {ends}.",
        panels=panels,
        size=(4.2, 3.2),
    )


def _means(histories: Sequence[History], quantity: str, scale: float, smoothing: int) -> list[Line]:
    longest = max(map(len, histories), default=0)
    lines = []
    for prefix, part, colour, dash in _PARTS:
        # runs that stopped early leave NaN behind, which the mean skips
        curves = np.full((len(histories), longest), np.nan)
        for row, history in zip(curves, histories, strict=True):
            row[: len(history)] = [scale * record[f"{prefix}_{quantity}"] for record in history]
        present = np.isfinite(curves).any(axis=0)
        if not present.any():
            continue
        label = part if len(histories) == 1 else f"{part}, mean of {len(histories)} runs"
        mean = np.full(longest, np.nan)
        mean[present] = np.nanmean(curves[:, present], axis=0)
        if smoothing > 1:
            label += f", over {smoothing} epochs"
            mean = _smoothed(mean, smoothing)
        several = len(histories) > 1 or smoothing > 1
        lines.append(
            Line(label, mean, members=curves if several else None, colour=colour, dash=dash)
        )
    return lines


def _smoothed(values: Numbers, width: int) -> Numbers:
    """The mean over ``width`` neighbours, over fewer at the ends, the same number on each side."""
    smoothed = np.empty_like(values)
    for k in range(len(values)):
        reach = min((width - 1) // 2, k, len(values) - 1 - k)
        smoothed[k] = values[k - reach : k + reach + 1].mean()
    return smoothed
