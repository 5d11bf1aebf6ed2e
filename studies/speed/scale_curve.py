"""Time against the number of series: what ``physembed plan`` says up to a billion, and what is so.

``python -m studies.speed.scale_curve FOLDER DETECTORS CLASSES`` prints a record as JSON: plans of
one worker and of many, and fits of one thread that were really run, all on this machine.
"""

import json
import sys
from pathlib import Path
from typing import Any

from physembed._threads import limited_threads
from physembed.charts.style import BLUE, GREY, VERMILION, figure_style, save_figure
from physembed.estimators.planning import Demand, measure, plan
from studies.new_figure import new_figure
from studies.speed.scale import one_size
from studies.speed.scale_cases import POINTS

PLANNED = tuple(10**power for power in range(3, 10))
RUN = (1_000, 10_000, 100_000)
"""Series that are planned for, and those of them that are fitted to as well."""
WORKERS = (1, 64)


def curve(folder: Path, detectors: int, classes: int) -> dict[str, Any]:
    """Plans of every size, in seconds of one thread, and of some what they really took."""
    run = []
    with limited_threads(1):
        for n_cases in RUN:
            one = one_size(folder, n_cases, detectors)
            took = {what: one[what]["processor_seconds"] for what in ("fit", "predict")}
            run.append({"cases": n_cases} | took)
    costs = measure(Demand(PLANNED[-1], POINTS, detectors, classes=classes))
    planned = []
    for workers in WORKERS:
        for n_cases in PLANNED:
            demand = Demand(n_cases, POINTS, detectors, classes=classes, workers=workers)
            told = plan(demand, costs)
            fit = told.preparing + told.summing + told.solving
            size = {"cases": n_cases, "workers": workers}
            planned.append(size | {"fit": fit, "predict": told.predicting})
    return {"detectors": detectors, "points": POINTS, "run": run, "planned": planned}


def draw_curve(record: dict[str, Any], path: Path) -> None:
    """Lines of what is planned, dashed where nothing as large was run, and dots of what was."""
    largest = record["run"][-1]["cases"]
    with figure_style():
        figure = new_figure(9.0, 3.6)
        panels = figure.subplots(1, 2, sharey=True)
        for axes, what in zip(panels, ("fit", "predict"), strict=True):
            for workers, colour in zip(WORKERS, (BLUE, VERMILION), strict=True):
                rows = [one for one in record["planned"] if one["workers"] == workers]
                name = f"planned, {workers} thread{'s' * (workers > 1)}"
                sizes, seconds = [one["cases"] for one in rows], [one[what] for one in rows]
                far = [n >= largest for n in sizes]
                first = far.index(True) if workers == 1 else 0
                axes.plot(sizes[: first + 1], seconds[: first + 1], "-", color=colour)
                axes.plot(sizes[first:], seconds[first:], "--", color=colour, label=name)
            axes.plot(
                [one["cases"] for one in record["run"]],
                [one[what] for one in record["run"]],
                "o",
                color=BLUE,
                label="run, 1 thread",
            )
            axes.set(xscale="log", yscale="log", title=what, ylim=(0.01, 2e5))
            axes.set_xlabel(f"series of {record['points']} points")
            for wait, name in ((60, "a minute"), (3600, "an hour"), (86400, "a day")):
                axes.axhline(wait, color=GREY, linewidth=0.6)
                axes.annotate(name, (1e3, wait), color=GREY, fontsize=8, va="bottom")
        panels[0].set_ylabel("seconds")
        panels[1].legend(loc="lower right")
        save_figure(figure, path)


if __name__ == "__main__":
    place, numbers = Path(sys.argv[1]), [int(argument) for argument in sys.argv[2:]]
    sys.stdout.write(json.dumps(curve(place, *numbers)))
