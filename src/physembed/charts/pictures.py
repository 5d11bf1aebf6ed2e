"""Charts as files: still pictures, and films of those that move."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from physembed._files import file_replaced_atomically
from physembed.charts.chart import Chart
from physembed.charts.in_matplotlib import draw
from physembed.charts.panels import Animation, Line, Lines
from physembed.charts.style import figure_style, save_figure

FRAMES_PER_SECOND = 8
MOST_FRAMES = 32
PAUSE = 7
"""How many times as long as the others the last frame stays, before the film begins again."""

DOTS_PER_INCH = 80


def write_pictures(
    chart: Chart, folder: Path, formats: Sequence[str] = (".png", ".svg")
) -> list[Path]:
    """Write a chart in some formats, and an animation as GIF as well, under the chart's name.

    Raises
    ------
    RunFolderError
        If a file cannot be written.
    """
    figure = draw(chart)
    written = [save_figure(figure, folder / f"{chart.name}{suffix}") for suffix in formats]
    if isinstance(chart.panels[0], Animation):
        written.append(write_film(chart, folder / f"{chart.name}.gif"))
    return written


def write_film(chart: Chart, path: Path) -> Path:
    """Write a chart whose panels are animations as GIF, complete or not at all."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    panels = [panel for panel in chart.panels if isinstance(panel, Animation)]
    figure = draw(replace(chart, panels=tuple(_first_frame(panel) for panel in panels)))
    figure.set_dpi(DOTS_PER_INCH)
    canvas: Any = FigureCanvasAgg(figure)  # matplotlib types its methods in part
    n_frames = len(panels[0].frames)
    frames = []
    with figure_style():
        words = [
            axes.text(0.98, 0.96, "", transform=axes.transAxes, ha="right", va="top", fontsize=9)
            for axes in figure.axes
        ]
        # what moves is drawn anew for each frame, on a picture of all that does not
        moving = [artist for axes in figure.axes for artist in (*axes.lines, *axes.texts)]
        for artist in moving:
            artist.set_animated(True)
        canvas.draw()
        still = canvas.copy_from_bbox(figure.bbox)
        for frame in np.unique(np.linspace(0, n_frames - 1, MOST_FRAMES).round().astype(int)):
            for panel, axes, text in zip(panels, figure.axes, words, strict=True):
                for line, y in zip(axes.lines, panel.frames[frame], strict=True):
                    line.set_ydata(y)
                text.set_text(panel.steps[frame])
            canvas.restore_region(still)
            for artist in moving:
                figure.draw_artist(artist)
            frames.append(Image.fromarray(np.array(canvas.buffer_rgba())).convert("RGB"))
    # matplotlib's PillowWriter draws the whole figure anew for every frame, and shows the last one
    # longer only by writing it again: three to four times the work for the same bytes
    milliseconds = 1000 // FRAMES_PER_SECOND
    with file_replaced_atomically(path) as temporary:
        frames[0].save(
            temporary,
            format="gif",
            save_all=True,
            append_images=frames[1:],
            duration=[*[milliseconds] * (len(frames) - 1), PAUSE * milliseconds],
            loop=0,
        )
    return path


def _first_frame(panel: Animation) -> Lines:
    lines = [Line(label, y) for label, y in zip(panel.labels, panel.frames[0], strict=True)]
    return Lines(panel.title, panel.x, lines, panel.x_label, panel.y_label, y_range=panel.y_range)
