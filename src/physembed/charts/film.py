"""Charts of animations as moving pictures."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from physembed.charts.chart import Chart
from physembed.charts.panels import PALETTE, Animation
from physembed.charts.style import figure_style

MILLISECONDS_PER_FRAME = 120
MOST_FRAMES = 32
PAUSE = 1200
"""Milliseconds of the last frame, before the film begins again."""


def write_film(chart: Chart, path: Path) -> Path:
    """Write a chart whose panels are animations as GIF, complete or not at all.

    Drawn as paths on one canvas that is wiped between frames, since a GIF needs dozens.
    """
    from matplotlib.backends import backend_agg
    from matplotlib.figure import Figure
    from PIL import Image

    panels = [panel for panel in chart.panels if isinstance(panel, Animation)]
    with figure_style():
        figure = Figure(figsize=(4.6 * len(panels), 3.0), dpi=80, layout="tight", facecolor="white")
        canvas: Any = backend_agg.FigureCanvasAgg(figure)
        moving = []
        for place, panel in enumerate(panels):
            axes = figure.add_subplot(1, len(panels), place + 1)
            lines = [
                axes.plot(panel.x, y, color=PALETTE[k], linewidth=1.2)[0]
                for k, y in enumerate(panel.frames[0])
            ]
            low, high = float(panel.frames.min()), float(panel.frames.max())
            axes.set(xlabel=panel.x_label, ylabel=panel.y_label, ylim=(low, high + 1e-12))
            axes.set_title(panel.title, loc="left", fontsize=10)
            where = axes.text(0.98, 0.96, "", transform=axes.transAxes, ha="right", va="top")
            moving.append((panel, lines, where))
        images = []
        shown = np.unique(
            np.linspace(0, len(panels[0].frames) - 1, MOST_FRAMES).round().astype(int)
        )
        canvas.draw()
        figure.set_layout_engine("none")
        for n in shown:
            for panel, lines, where in moving:
                for line, y in zip(lines, panel.frames[n], strict=True):
                    line.set_ydata(y)
                where.set_text(panel.steps[n])
            canvas.draw()
            picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
            images.append(picture.convert("RGB").quantize(32))
    temporary = path.parent / f".{path.stem}.{uuid4().hex[:12]}.physembed-tmp"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with temporary.open("wb") as stream:
            images[0].save(
                stream,
                format="GIF",
                save_all=True,
                append_images=images[1:],
                duration=[MILLISECONDS_PER_FRAME] * (len(images) - 1) + [PAUSE],
                loop=0,
            )
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
