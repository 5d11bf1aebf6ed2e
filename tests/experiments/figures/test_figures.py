"""What the figures of experiments describe, and what is written of them."""

import math
from pathlib import Path

import numpy as np
import pytest

from physembed.charts import Chart, Lines, Map, Points, write_pictures
from physembed.charts.confusion import confusion_matrix
from physembed.experiments.figures import (
    accuracy_against_parameters,
    coefficient_convergence,
    learning_curves,
)
from physembed.experiments.figures.standings import pairwise_chart
from physembed.experiments.results.frame import Summary
from tests.pictures import colours_of

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


def charts() -> list[Chart]:
    convergence = coefficient_convergence(history(9), name="convergence", title="Leaves, nlse")
    assert convergence is not None
    return [
        learning_curves([history(9), history(7, shift=0.1)], name="curves", title="Leaves"),
        convergence,
        accuracy_against_parameters(
            [row("nlse", 320, 90.0, 92.0), row("linear", 302, 80.0)], name="price", title="Leaves"
        ),
        confusion_matrix([[9, 1], [3, 7]], ["oak", "maple"], name="matrix", title="Leaves"),
        pairwise_chart(np.array([90.0, 70.0]), np.array([80.0, 75.0]), "a", "b"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.name)
def test_figures_are_pngs_with_colours(chart: Chart, tmp_path: Path) -> None:
    (file,) = write_pictures(chart, tmp_path / "deep", (".png",))
    assert file.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert (np.ptp(colours_of(file), axis=1) > 50).any(), "nothing but shades of grey"
    assert [f.name for f in file.parent.iterdir()] == [f"{chart.name}.png"]


def test_each_run_is_thin_and_the_mean_is_right() -> None:
    loss, _ = learning_curves([history(9), history(7, shift=0.1)], name="curves").panels
    assert isinstance(loss, Lines)
    training, validation = loss.lines
    assert training.label == "training, mean of 2 runs"
    assert validation.dash != training.dash
    assert training.members is not None and training.members.shape == (2, 9)
    assert training.y[0] == pytest.approx(1.05)  # (1 + 1.1) / 2
    assert training.y[8] == pytest.approx(1 / 9)  # only the longer history reaches epoch 9


def test_a_mean_is_smoothed_evenly_to_both_sides() -> None:
    plain, smooth = (
        learning_curves([history(9)], name="curves", smoothing=n).panels[0] for n in (1, 3)
    )
    assert isinstance(plain, Lines) and isinstance(smooth, Lines)
    raw, mean = plain.lines[0].y, smooth.lines[0].y
    assert mean[0] == raw[0] and mean[-1] == raw[-1]
    np.testing.assert_allclose(mean[1:-1], (raw[:-2] + raw[1:-1] + raw[2:]) / 3)


def test_absent_validation_is_left_out() -> None:
    loss, _ = learning_curves([history(3, validated=False)], name="curves").panels
    assert isinstance(loss, Lines)
    assert [line.label for line in loss.lines] == ["training"]


def test_a_panel_per_coefficient_and_a_line_per_layer() -> None:
    chart = coefficient_convergence(history(5), name="convergence")
    assert chart is not None
    beta2, gamma = chart.panels
    assert isinstance(beta2, Lines) and isinstance(gamma, Lines)
    assert "beta2" in beta2.title and beta2.y_label == "natural units"
    assert [line.label for line in beta2.lines] == [f"layer {k}" for k in range(1, 7)]
    assert len(gamma.lines) == 1, "layers that agree share one line"
    assert "6 end elsewhere" in chart.alternative


def test_only_so_many_layers_are_shown_as_are_asked_for() -> None:
    chart = coefficient_convergence(history(5), name="convergence", most_layers=2)
    assert chart is not None
    assert isinstance(chart.panels[0], Lines)
    assert [line.label for line in chart.panels[0].lines] == ["layer 1", "layer 2"]


def test_models_without_coefficients_have_no_convergence() -> None:
    bare = [{k: v for k, v in r.items() if "/" not in k} for r in history(3)]
    assert coefficient_convergence(bare, name="convergence") is None
    assert coefficient_convergence([], name="convergence") is None


def test_fibres_have_panels_of_their_own() -> None:
    two = [r | {"fibre2/layer1/beta2": 0.1} for r in history(3)]
    chart = coefficient_convergence(two, name="convergence")
    assert chart is not None
    assert [panel.title.split(":")[0] for panel in chart.panels] == ["fibre 1"] * 2 + ["fibre 2"]


def test_models_are_grouped_by_where_they_come_from_and_the_frontier_is_drawn() -> None:
    chart = accuracy_against_parameters(
        [row("nlse", 320, 90.0, 92.0), row("linear", 302, 80.0), row("cnn", 400, 85.0)],
        name="price",
        title="",
    )
    (panel,) = chart.panels
    assert isinstance(panel, Points) and panel.through is not None
    assert [(c.label, list(c.names)) for c in panel.clouds] == [
        ("the paper's networks", ["nlse"]),
        ("baselines", ["linear", "cnn"]),
    ]
    np.testing.assert_allclose(panel.clouds[0].spread, [2**0.5])
    # the larger network is less accurate than the one before it
    np.testing.assert_allclose(panel.through, [[302, 320], [80, 91]])


def test_the_confusion_matrix_holds_shares_of_the_true_class_and_the_counts() -> None:
    (panel,) = confusion_matrix([[9, 1], [3, 7]], ["oak", "maple"], name="matrix").panels
    assert isinstance(panel, Map)
    np.testing.assert_allclose(panel.values, [[90, 10], [30, 70]])
    np.testing.assert_array_equal(panel.written, [[9, 1], [3, 7]])
    many = 30
    names = [str(k) for k in range(many)]
    (crowded,) = confusion_matrix(np.eye(many, dtype=int).tolist(), names, name="matrix").panels
    assert isinstance(crowded, Map) and crowded.written is None
