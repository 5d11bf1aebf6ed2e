"""Accuracy against bytes as a picture, from the records of the frontier."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from physembed.charts import Chart, Cloud, Points, write_pictures
from physembed.charts.style import BLUE, GREEN, GREY, PALETTE, VERMILION
from studies.documents.packed_tables import packed_students

Records = Sequence[dict[str, Any]]

NOISE = "0.03"
DETECTORS = (16, 56, 288, 1120)
KINDS = (
    ("compact that bears noise, 8 bits", -1, 8, BLUE),
    ("compact that bears noise, 32 bits", -1, 32, GREEN),
    ("compact that need not, 8 bits", 0, 8, VERMILION),
)
"""Name, lesson, bits of a weight and colour."""


def write_picture(root: Path) -> None:
    """``results/frontier/accuracy_against_bytes.png``."""
    folder = root / "results" / "frontier"
    frontier, packed, rivals = (
        json.loads((folder / name).read_text("utf-8"))
        for name in ("frontier.json", "packed.json", "rivals.json")
    )
    write_pictures(picture(frontier, packed, rivals), folder, (".png",))


def picture(frontier: Records, packed: Records, rivals: Records) -> Chart:
    """As the series are, and with noise in the sensor."""
    of_bits = {32: frontier, 8: packed}
    panels = [
        Points(
            title,
            [_students(of_bits[kind[2]], packed, level, kind) for kind in KINDS]
            + [_minirocket(rivals, level)],
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


def _students(
    records: Records, packed: Records, level: str, kind: tuple[str, int, int, str]
) -> Cloud:
    label, lesson, bits, colour = kind
    n_bytes, accuracies = [], []
    for asked in DETECTORS:
        alike = packed_students(packed, lesson, asked, 8)
        n_bytes.append(fmean(student["bytes" if bits == 8 else "as_floats"] for student in alike))
        students = packed_students(records, lesson, asked, bits)
        accuracies.append(100 * fmean(student["accuracy"][level] for student in students))
    return Cloud(label, np.array(n_bytes), np.array(accuracies), colour=PALETTE.index(colour))


def _minirocket(rivals: Records, level: str) -> Cloud:
    n_bytes = 4 * fmean(record["weights"] for record in rivals)
    accuracy = 100 * fmean(record["accuracy"][level] for record in rivals)
    grey = PALETTE.index(GREY)
    return Cloud("MiniRocket", np.array([n_bytes]), np.array([accuracy]), colour=grey)
