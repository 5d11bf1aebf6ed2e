"""The README's picture: two classes go through a trained medium, and part.

``python -m studies.first_picture`` trains the preset `lens` on GunPoint, which comes with aeon,
and writes ``docs/two-classes.gif``. Left, one test case of each class on its way; right, all test
cases: where a linear readout of the eight detectors puts them, fitted to the training cases anew
at every depth.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import RidgeClassifierCV
from sklearn.preprocessing import StandardScaler

import physembed as pe
from physembed.explain.measures.slow_motion import slow_motion

Numbers = NDArray[np.float64]

OUT = Path("docs/two-classes.gif")
FRAMES = 36
SHOWN = (0, 4)
NAMES = ("draws a gun", "only points")
COLOURS = ("#0072b2", "#d55e00")
SECONDS = 0.09
"""Of a frame; the last one stays for longer."""


def main() -> None:
    """Train, propagate slowly, draw."""
    from aeon.datasets import load_gunpoint

    (X, y), (X_test, y_test) = (load_gunpoint(split=split) for split in ("train", "test"))
    classifier = pe.PhysicalEmbeddingClassifier(preset="lens", random_state=0).fit(X, y)
    print(f"accuracy {classifier.score(X_test, y_test):.3f}")
    network: Any = classifier.network_.double()
    (path,), (medium,) = network.paths, network.media
    both = torch.from_numpy(np.concatenate([X, X_test])).double()
    entering = path.entering(network.fibres[0].encoder(both, torch.complex128))
    truth = np.searchsorted(classifier.classes_, np.concatenate([y, y_test]))
    depths, lights, scores = [], [], []
    with torch.no_grad():
        for depth, field in slow_motion(medium, entering, FRAMES):
            depths.append(depth)
            lights.append(field.abs().square()[:, 0].numpy())
            features = path.detect([path.behind_arms(field).flatten(1, 2)])
            scores.append(_parted(features.numpy(), truth, len(X)))
    print([f"{((s > 0) == truth[len(X) :]).mean():.2f}" for s in scores])
    test = truth[len(X) :]
    shown = [len(X) + int(np.flatnonzero(test == k)[case]) for k, case in enumerate(SHOWN)]
    _write(np.array(depths), np.array(lights)[:, shown], np.array(scores), test)


def _parted(features: Numbers, truth: NDArray[np.int64], n_train: int) -> Numbers:
    """Scores of the test cases, of a ridge that was fitted to the training cases."""
    scaled = StandardScaler().fit(features[:n_train]).transform(features)
    ridge = RidgeClassifierCV(np.logspace(-3, 3, 13)).fit(scaled[:n_train], truth[:n_train])
    return np.asarray(ridge.decision_function(scaled[n_train:]))


def _write(depths: Numbers, lights: Numbers, scores: Numbers, truth: NDArray[np.int64]) -> None:
    """Frames as an animation that begins again."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.animation import FuncAnimation, PillowWriter

    figure, axes = plt.subplots(
        1, 3, figsize=(8.4, 3.3), width_ratios=(1, 1, 1.5), layout="constrained"
    )
    maps = [
        axis.imshow(
            np.sqrt(lights[:, k]) * np.nan,
            aspect="auto",
            extent=(0, lights.shape[2], depths[-1], 0),
            vmin=0,
            vmax=np.sqrt(np.quantile(lights, 0.998)),
        )
        for k, axis in enumerate(axes[:2])
    ]
    for axis, name, colour in zip(axes, NAMES, COLOURS, strict=False):
        axis.set_title(name, color=colour, fontweight="bold")
        axis.set_xlabel("time")
        axis.set_xticks([])
        axis.set_yticks([])
    axes[0].set_ylabel("depth in the medium  →")
    axes[0].yaxis.set_inverted(True)
    last = axes[2]
    limit = 1.3 * np.quantile(np.abs(scores), 0.98)
    last.set(xlim=(-limit, limit), yticks=[], xlabel="linear readout of 8 detectors")
    last.axvline(0, color="0.8", zorder=0)
    offsets = np.random.default_rng(0).uniform(0.05, 0.95, len(truth))
    dots = [
        last.plot([], [], "o", ms=4, alpha=0.7, color=colour, label=name)[0]
        for name, colour in zip(NAMES, COLOURS, strict=True)
    ]
    last.set_ylim(0, 1)
    title = last.set_title("", fontsize=10)

    def draw(frame: int) -> None:
        for k, image in enumerate(maps):
            seen = np.sqrt(lights[:, k])
            seen[frame + 1 :] = np.nan
            image.set_data(seen)
        for k, line in enumerate(dots):
            line.set_data(scores[frame][truth == k], offsets[truth == k])
        right = ((scores[frame] > 0) == (truth == 1)).mean()
        title.set_text(f"{len(truth)} test cases: {right:.0%} on their side")

    frames = [*range(len(depths)), *[len(depths) - 1] * 18]
    FuncAnimation(figure, draw, frames=frames).save(
        OUT, writer=PillowWriter(fps=round(1 / SECONDS)), dpi=90
    )


if __name__ == "__main__":
    main()
