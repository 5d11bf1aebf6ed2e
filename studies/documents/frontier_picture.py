"""Accuracy against bytes as a picture, from the records of the frontier."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from physembed.charts import Chart, Cloud, Points, write_pictures
from physembed.charts.style import BLUE, GREEN, GREY, PALETTE, VERMILION
from physembed.training import SelectionSettings

Records = Sequence[dict[str, Any]]

NOISE = "0.03"
KINDS = (
    ("compact that bears noise, 8 bits", -1, 8, BLUE),
    ("compact that bears noise, 32 bits", -1, 32, GREEN),
    ("compact that need not, 8 bits", 0, 8, VERMILION),
)
"""Name, lesson, bits of a weight and colour."""


def write_picture(root: Path) -> None:
    """``results/frontier/accuracy_against_bytes.png``."""
    folder = root / "results" / "frontier"
    frontier, rivals = (
        json.loads((folder / name).read_text("utf-8")) for name in ("frontier.json", "rivals.json")
    )
    write_pictures(picture(frontier, rivals), folder, (".png",))


def picture(frontier: Records, rivals: Records) -> Chart:
    """As the series are, and with noise in the sensor."""
    panels = [
        Points(
            title,
            [_students(frontier, level, kind) for kind in KINDS] + [_minirocket(rivals, level)],
            "bytes of readout, thresholds and indices, mean",
            "test accuracy, mean / %",
            logarithmic="x",
        )
        for title, level in (("series as they are", "0"), ("3 % of noise in the sensor", NOISE))
    ]
    return Chart(
        name="accuracy_against_bytes",
        title=f"Accuracy against bytes, {len(frontier)} sets",
        caption="16, 56, 288 and 1,120 detectors, and MiniRocket with all of its kernels.",
        alternative="With noise in the sensor, detectors chosen to bear it stay where they are.",
        panels=tuple(panels),
        size=(5.4, 3.8),
    )


def _students(frontier: Records, level: str, kind: tuple[str, int, int, str]) -> Cloud:
    label, lesson, bits, colour = kind
    by_size: dict[int, list[tuple[int, float]]] = {}
    settings = SelectionSettings(weight_bits=bits)
    for record in frontier:
        n_outputs = record["classes"] if record["classes"] > 2 else 1
        for student in record["lessons"][lesson]["students"]:
            if student["bits"] == bits:
                n_bytes = settings.n_bytes(student["detectors"], n_outputs)
                known = by_size.setdefault(student["asked"], [])
                known.append((n_bytes, student["accuracy"][level]))
    sizes = sorted(by_size)
    return Cloud(
        label,
        np.array([fmean(n for n, _ in by_size[size]) for size in sizes]),
        np.array([100 * fmean(right for _, right in by_size[size]) for size in sizes]),
        colour=PALETTE.index(colour),
    )


def _minirocket(rivals: Records, level: str) -> Cloud:
    n_bytes = 4 * fmean(record["weights"] for record in rivals)
    accuracy = 100 * fmean(record["accuracy"][level] for record in rivals)
    grey = PALETTE.index(GREY)
    return Cloud("MiniRocket", np.array([n_bytes]), np.array([accuracy]), colour=grey)
