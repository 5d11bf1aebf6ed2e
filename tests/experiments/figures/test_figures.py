"""Figures are real pictures, with what they promise in them."""

import itertools
import math
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from physembed.charts.style import save_figure
from physembed.experiments.figures import (
    accuracy_against_parameters,
    coefficient_convergence,
    confusion_matrix,
    learning_curves,
)
from physembed.experiments.results.frame import Summary

History = list[dict[str, float]]


def history(n_epochs: int, *, validated: bool = True, shift: float = 0.0) -> History:
    return [
        {
            "epoch": epoch,
            "train_loss": 1 / epoch + shift,
            "train_accuracy": 1 - 0.5 / epoch,
            "validation_loss": 1.2 / epoch if validated else math.nan,
            "validation_accuracy": 1 - 0.6 / epoch if validated else math.nan,
            "seconds": 0.1,
            **{f"fibre1/layer{k}/beta2": 0.4 + 0.01 * k * epoch for k in range(1, 7)},
            **{f"fibre1/layer{k}/gamma": 0.05 for k in range(1, 7)},
        }
        for epoch in range(1, n_epochs + 1)
    ]


def row(model: str, parameters: int, *accuracies: float) -> Summary:
    same = {"dataset": "Leaves", "model": model, "fold": 0, "settings": {}}
    return Summary(
        tuple(
            {**same, "seed": seed, "accuracy": accuracy / 100, "total_parameters": parameters}
            for seed, accuracy in enumerate(accuracies)
        )
    )


def figures() -> dict[str, Figure]:
    convergence = coefficient_convergence(history(9), title="Leaves, nlse, seed 0")
    assert convergence is not None
    return {
        "learning_curves": learning_curves([history(9), history(7, shift=0.1)], title="Leaves"),
        "coefficient_convergence": convergence,
        "accuracy_against_parameters": accuracy_against_parameters(
            [row("nlse", 320, 90.0, 92.0), row("linear", 302, 80.0)], title="Leaves"
        ),
        "confusion_matrix": confusion_matrix([[9, 1], [3, 7]], ["oak", "maple"], title="Leaves"),
    }


@pytest.mark.parametrize("name", list(figures()))
def test_figures_are_pngs_of_150_dpi_with_colours(name: str, tmp_path: Path) -> None:
    figure = figures()[name]
    file = save_figure(figure, tmp_path / "deep" / f"{name}.png")
    assert file.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    pixels = imread(file)
    assert pixels.shape[1] == pytest.approx(150 * figure.get_figwidth(), abs=1)
    colours = np.unique((pixels[..., :3] * 255).astype(int).reshape(-1, 3), axis=0)
    assert (np.ptp(colours, axis=1) > 50).any(), "nothing but shades of grey"
    assert [f.name for f in file.parent.iterdir()] == [file.name]


def test_svg_is_written_by_suffix(tmp_path: Path) -> None:
    file = save_figure(figures()["confusion_matrix"], tmp_path / "matrix.svg")
    assert "<svg" in file.read_text(encoding="utf-8")


def test_global_settings_of_matplotlib_stay_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    figures()
    assert dict(matplotlib.rcParams) == before


def test_each_run_is_thin_and_the_mean_is_thick_and_right() -> None:
    loss = learning_curves([history(9), history(7, shift=0.1)]).axes[0]
    widths = sorted(line.get_linewidth() for line in loss.lines)
    assert len(loss.lines) == 2 * (2 + 1)
    mean = next(line for line in loss.lines if line.get_label() == "training, mean of 2 runs")
    assert mean.get_linewidth() == widths[-1] > widths[0]
    values = np.asarray(mean.get_ydata())
    assert values[0] == pytest.approx(1.05)  # (1 + 1.1) / 2
    assert values[8] == pytest.approx(1 / 9)  # only the longer history reaches epoch 9


def test_absent_validation_is_left_out() -> None:
    loss = learning_curves([history(3, validated=False)]).axes[0]
    assert [line.get_label() for line in loss.lines] == ["training"]


def test_a_panel_per_coefficient_and_a_line_per_layer() -> None:
    figure = coefficient_convergence(history(5))
    assert figure is not None
    beta2, gamma = figure.axes
    assert "beta2" in beta2.get_ylabel() and "natural units" in beta2.get_ylabel()
    assert [line.get_label() for line in beta2.lines] == ["1", "2", "3", "4", "5", "6"]
    assert len(gamma.lines) == 1, "layers that agree share one line"


def test_models_without_coefficients_have_no_convergence() -> None:
    bare = [{k: v for k, v in r.items() if "/" not in k} for r in history(3)]
    assert coefficient_convergence(bare) is None
    assert coefficient_convergence([]) is None


def test_fibres_have_panels_of_their_own() -> None:
    two = [r | {"fibre2/layer1/beta2": 0.1} for r in history(3)]
    figure = coefficient_convergence(two)
    assert figure is not None
    assert len(figure.axes) == 3


def test_names_of_models_do_not_cover_each_other() -> None:
    crowd = [
        row("nlse", 320, 90.0, 92.0),
        row("gpe", 320, 90.5, 91.0),
        row("lattice", 330, 91.0, 91.0),
        row("linear", 302, 90.8, 90.8),
        row("spectral", 154, 83.0, 83.0),
        row("cnn", 240_000, 91.0, 92.0),
        row("minirocket", 200_000, 91.3, 91.3),
    ]
    figure = accuracy_against_parameters(crowd)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == len(crowd)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_confusion_matrix_writes_the_counts() -> None:
    axes = confusion_matrix([[9, 1], [3, 7]], ["oak", "maple"]).axes[0]
    assert [text.get_text() for text in axes.texts] == ["9", "1", "3", "7"]
    many = 30
    crowded = confusion_matrix(np.eye(many, dtype=int).tolist(), [str(k) for k in range(many)])
    assert not crowded.axes[0].texts
