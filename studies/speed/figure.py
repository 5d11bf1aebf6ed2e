"""Cost against length, depth and number of cases, drawn."""

from pathlib import Path
from typing import Any

from physembed.charts.style import BLUE, VERMILION, figure_style, save_figure
from studies.new_figure import new_figure

AXES = {"length": "points", "depth": "layers", "cases": "cases"}


def draw_scaling(record: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """One panel each; a method whose cost is that of its FFTs gives level lines."""
    with figure_style():
        figure = new_figure(9.0, 3.2)
        panels = figure.subplots(1, len(AXES), sharey=True)
        for axes, (name, varied) in zip(panels, AXES.items(), strict=True):
            x = [row[varied] for row in record[name]]
            units = [row["ns"] / row["auto_ms"] for row in record[name]]
            step = [row["ns"] for row in record[name]]
            floor = [row["fft_ms"] * unit for row, unit in zip(record[name], units, strict=True)]
            axes.plot(x, step, "o-", color=BLUE, label="step of training")
            axes.plot(x, floor, "s--", color=VERMILION, label="its FFTs alone")
            axes.set_xscale("log", base=2)
            axes.set_xlabel(f"number of {varied}")
        panels[0].set_ylim(bottom=0)
        panels[0].set_ylabel(r"ns / (layers · cases · $n\,\log_2 n$)")
        panels[0].legend()
        save_figure(figure, path)
