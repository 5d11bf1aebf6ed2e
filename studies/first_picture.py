"""The README's picture: two classes go through a medium, and part.

``python -m studies.first_picture [DATA]`` writes ``docs/two-classes.gif``. Recordings of an engine
in two states (FordASubset) enter a condensate in a harmonic trap as waves: no number of it is
trained. Left, one test case of each class on its way, and what 64 detectors read at each depth;
right, all test cases: where a linear readout of these puts them, fitted to the training cases anew
at every depth. At the entrance phases are random and little is told; after a quarter of the trap's
period a wave is its own spectrum.
"""

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import RidgeClassifierCV
from sklearn.preprocessing import StandardScaler
from torch import Tensor

import physembed as pe

Numbers = NDArray[np.float64]

DATASET = "FordASubset"
OUT = Path("docs/two-classes.gif")
POINTS, DETECTORS, FLOOR = 1024, 64, 1e-2
FRAMES, STEPS = 32, 4
"""Depths that are drawn up to a quarter of the trap's period, and split steps between two."""
SHOWN = (3, 1)
"""Test cases of each class, by their places among those of the class."""
NAMES = ("an engine", "in its other state")
COLOURS = ("#0072b2", "#d55e00")
SECONDS, REST = 0.1, 20
"""Of a frame; frames for which the last one stays."""


def main(data_dir: str | None = None) -> None:
    """Propagate, read, draw."""
    data = pe.load_dataset(DATASET, data_dir)
    X_train, X_test = data.arrays()
    series = np.concatenate([X_train, X_test])[:, 0]
    classes = np.unique(data.y_train)
    truth = np.searchsorted(classes, np.concatenate([data.y_train, data.y_test]))
    test = truth[len(X_train) :]
    shown = [len(X_train) + int(np.flatnonzero(test == k)[case]) for k, case in enumerate(SHOWN)]
    lights, readings, scores = [], [], []
    for field in _on_its_way(_entering(series)):
        light = field.abs().square()
        read = torch.log(light.unflatten(-1, (DETECTORS, -1)).mean(dim=-1) + FLOOR).numpy()
        lights.append(light[shown].numpy())
        readings.append(read[shown])
        scores.append(_parted(read, truth, len(X_train)))
        print(f"{((scores[-1] > 0) == test).mean():.3f}", end=" ", flush=True)
    _write(series[shown], np.array(lights), np.array(readings), np.array(scores), test)


def _entering(series: Numbers) -> Tensor:
    """Series as fields of power one in the middle of a window."""
    field = torch.zeros(len(series), POINTS, dtype=torch.complex64)
    first = (POINTS - series.shape[1]) // 2
    scaled = (series - series.mean(axis=1, keepdims=True)) / series.std(axis=1, keepdims=True)
    field[:, first : first + series.shape[1]] = torch.from_numpy(scaled)
    return field


def _on_its_way(field: Tensor) -> Iterator[Tensor]:
    """The field at the entrance and at each depth, in a trap whose period turns time into frequency
    on the very grid of the discrete Fourier transform."""
    kinetic = POINTS / (2 * math.pi)
    yield field
    for _ in range(FRAMES):
        field = pe.propagate(
            field,
            pe.GrossPitaevskii(pe.HarmonicTrap()),
            {"kinetic": kinetic, "g": 0.0, "strength": 0.5 / kinetic},
            pe.TimeGrid(POINTS),
            layer_length=math.pi / 2 / FRAMES,
            steps_per_layer=STEPS,
            scheme="strang",
            # the trap holds what the window and the band hold, corner for corner
            check_sampling=False,
        )
        yield field


def _parted(readings: Numbers, truth: NDArray[np.int64], n_train: int) -> Numbers:
    """Scores of the test cases, of a ridge that was fitted to the training cases."""
    scaled = StandardScaler().fit(readings[:n_train]).transform(readings)
    ridge = RidgeClassifierCV(np.logspace(-2, 4, 13)).fit(scaled[:n_train], truth[:n_train])
    return np.asarray(ridge.decision_function(scaled[n_train:]))


def _write(
    series: Numbers, lights: Numbers, readings: Numbers, scores: Numbers, truth: NDArray[np.int64]
) -> None:
    """Frames as an animation that begins again."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.animation import FuncAnimation, PillowWriter

    figure = plt.figure(figsize=(8.4, 3.9), layout="constrained")
    parts: Any = figure.subfigures(1, 2, width_ratios=(1.35, 1))
    left, right = parts
    axes = left.subplots(3, 2, height_ratios=(1, 3.2, 1), sharex="col")
    maps, bars = [], []
    for k, colour in enumerate(COLOURS):
        entering, on_its_way, leaving = axes[:, k]
        t = np.arange(series.shape[1]) + (POINTS - series.shape[1]) / 2
        entering.plot(t, series[k], color=colour, linewidth=0.7)
        entering.set_title(NAMES[k], color=colour, fontweight="bold", fontsize=11)
        on_its_way.set_facecolor("black")
        extent = (0, POINTS, len(lights), 0)
        highest = np.quantile(lights, 0.997) ** 0.5
        maps.append(
            on_its_way.imshow(
                np.full((len(lights), POINTS), np.nan), extent=extent, aspect="auto", vmin=0,
                vmax=highest, cmap="magma", interpolation="none",
            )
        )  # fmt: skip
        places = (np.arange(DETECTORS) + 0.5) * POINTS / DETECTORS
        bars.append(
            leaving.bar(places, np.zeros(DETECTORS), width=POINTS / DETECTORS, color=colour)
        )
        leaving.set_ylim(0, 1.05 * (readings.max() - math.log(FLOOR)))
        for axis in axes[:, k]:
            axis.set(xticks=[], yticks=[], xlim=(0, POINTS))
    for axis, words in zip(
        axes[:, 0], ("series", "through the\nmedium  →", "detectors"), strict=True
    ):
        axis.set_ylabel(words, fontsize=9)
    parting = right.subplots()
    limit = 1.15 * float(np.quantile(np.abs(scores), 0.995))
    parting.set(
        xlim=(-limit, limit), ylim=(0, 1), yticks=[], xlabel="linear readout of 64 detectors"
    )
    parting.axvline(0, color="0.7", zorder=0)
    offsets = np.random.default_rng(0).uniform(0.03, 0.97, len(truth))
    dots = [parting.plot([], [], "o", ms=3.5, alpha=0.65, color=c)[0] for c in COLOURS]
    title = parting.set_title("", fontsize=11)

    def draw(frame: int) -> None:
        for k, image in enumerate(maps):
            seen = np.sqrt(lights[:, k])
            seen[frame + 1 :] = np.nan
            image.set_data(seen)
            for bar, height in zip(bars[k], readings[frame, k], strict=True):
                bar.set_height(height - math.log(FLOOR))
        for k, line in enumerate(dots):
            line.set_data(scores[frame][truth == k], offsets[truth == k])
        right_ones = ((scores[frame] > 0) == (truth == 1)).mean()
        title.set_text(f"{right_ones:.0%} of {len(truth)} test cases are told apart")

    frames = [*range(len(lights)), *[len(lights) - 1] * REST]
    writer: Any = PillowWriter(fps=round(1 / SECONDS))
    FuncAnimation(figure, draw, frames=frames).save(OUT, writer=writer, dpi=90)


if __name__ == "__main__":
    main(*sys.argv[1:2])
