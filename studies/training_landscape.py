"""What joint training sees of a medium, and what projection sees, over the same two numbers.

``python -m studies.training_landscape DATA_DIR [OUT]`` writes ``landscape.json`` and
``landscape.png``.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed._files import write_json_atomically
from physembed.charts.style import VERMILION, figure_style, save_figure
from physembed.data import load_dataset
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.presets.lens import ENCODERS
from physembed.training import (
    ProjectionSettings,
    fit_readout,
    train_by_gradient,
    train_by_projection,
)
from physembed.training.environment import environment_record
from physembed.training.method import GRADIENT
from physembed.training.projection.objective import LeftOutError, evaluate
from physembed.training.projection.starts import Searched, Values
from studies.few_detectors import fibre_for
from studies.fit_records import as_tensors, outcome, run_from_command_line
from studies.new_figure import new_figure

START = {"kinetic": 1.0, "a1": 0.0, "a2": 0.5}
KINETIC = np.linspace(-4, 4, 65)
LENS = np.linspace(-2, 2, 65)
N_CASES = 300
ONE_START = ProjectionSettings(rungs=((1, 80, 500),))


def measure(data_dir: Path, out: Path) -> None:
    """FordASubset, sixteen detectors behind a lens: two maps, and a path on each."""
    from physembed.training.history import Record

    x, y, unseen, labels = as_tensors(load_dataset("FordASubset", data_dir))

    def make() -> PhysicalEmbeddingNetwork:
        return PhysicalEmbeddingNetwork(
            [fibre_for(ENCODERS[0], START)], n_channels=1, n_timepoints=x.shape[2], n_classes=2
        )

    def way(history: list[Record]) -> list[list[float]]:
        names = [f"fibre1/layer1/{name}" for name in ("kinetic", "a2")]
        return [[START["kinetic"], START["a2"]], *([r[n] for n in names] for r in history)]

    joint, joint_history = train_by_gradient(
        make, x, y, replace(GRADIENT, keep="last"), seed=0, device="cpu"
    )
    projected, projected_history = train_by_projection(make, x, y, ONE_START, seed=0)
    start = make()
    fit_readout(start, x, y)
    cases = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))[:N_CASES]
    values = _grid(Searched.of(start))
    solved = evaluate(LeftOutError(Searched.of(start), x, y), values, cases, x.shape[2]).loss
    fixed = _with_the_readout_of_the_start(start, values, x[cases], y[cases])
    measured: dict[str, Any] = {
        "kinetic": KINETIC,
        "a2": LENS,
        "readout of the start": fixed.reshape(len(KINETIC), -1),
        "readout solved": solved.reshape(len(KINETIC), -1).numpy(),
        "joint": {"way": way(joint_history), **outcome(joint, unseen, labels)},
        "projection": {"way": way(projected_history), **outcome(projected, unseen, labels)},
        "environment": environment_record(),
    }
    write_json_atomically(out / "landscape.json", measured)
    save_figure(landscape_figure(measured), out / "landscape.png")


def _grid(searched: Searched) -> Values:
    kinetic, lens = np.meshgrid(KINETIC, LENS, indexing="ij")
    current = searched.current()
    n_points = kinetic.size
    values = {
        name: value.expand(n_points, *value.shape[1:]).clone() for name, value in current.items()
    }
    values["media.0.trainable.kinetic"][:, 0] = torch.from_numpy(kinetic.ravel())
    values["media.0.trainable.a2"][:, 0] = torch.from_numpy(lens.ravel())
    return values


def _with_the_readout_of_the_start(
    network: PhysicalEmbeddingNetwork, values: Values, x: Tensor, y: Tensor
) -> NDArray[np.float64]:
    """Cross-entropy in nats of the readout that is best at the start, over the values."""
    searched = Searched.of(network)
    losses = []
    with torch.no_grad():
        for part in torch.arange(len(values["media.0.trainable.a2"])).split(32):
            some = {name: value[part] for name, value in values.items()}
            logits = network.head(searched.features(some, x))
            loss = torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), y.repeat(len(part)), reduction="none"
            )
            losses.append(loss.reshape(len(part), -1).mean(dim=1))
    return torch.cat(losses).double().numpy()


def landscape_figure(measured: dict[str, Any]) -> Any:
    """The two maps side by side."""
    panels = (
        ("readout of the start", "joint", "cross-entropy / nat", "the readout lags behind"),
        ("readout solved", "projection", "left-out error / variance", "the readout is solved"),
    )
    with figure_style():
        figure = new_figure(9.0, 3.8)
        for axes, (what, path, label, title) in zip(
            figure.subplots(1, 2, sharey=True), panels, strict=True
        ):
            values = np.asarray(measured[what], dtype=float)
            image = axes.pcolormesh(
                measured["kinetic"],
                measured["a2"],
                np.minimum(values, np.quantile(values, 0.9)).T,
                cmap="viridis",
                rasterized=True,
            )
            way = np.asarray(measured[path]["way"], dtype=float)
            axes.plot(*way.T, color=VERMILION, linewidth=1.5)
            axes.plot(*way[0], "o", color="white", markeredgecolor="black", label="start")
            axes.plot(*way[-1], "*", color=VERMILION, markersize=12, label="end")
            axes.set(xlabel="dispersion, natural units", title=title)
            axes.set_xlim(measured["kinetic"][0], measured["kinetic"][-1])
            axes.set_ylim(measured["a2"][0], measured["a2"][-1])
            axes.grid(visible=False)
            figure.colorbar(image, ax=axes, label=label)
            accuracy = 100 * measured[path]["accuracy"]
            axes.annotate(
                f"{path}: {accuracy:.1f} % of the test cases",
                (0.03, 0.04),
                xycoords="axes fraction",
                # readable on whatever colour lies there
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 2},
            )
        figure.axes[0].set_ylabel("lens, natural units")
        figure.axes[0].legend(loc="upper right", facecolor="white", frameon=True)
    return figure


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
