"""Accuracy against bytes as a picture, from the records of the frontier."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from physembed.charts import Chart, Cloud, Points, write_pictures
from physembed.charts.arrays import Numbers
from physembed.charts.style import BLUE, GREY, PALETTE, PURPLE, VERMILION
from physembed.experiments.grid.folder import BENCHMARK
from studies.documents.packed_tables import packed_students

Records = Sequence[dict[str, Any]]

NOISE = "0.03"
DETECTORS = (16, 56, 288, 1120)
KINDS = (
    ("compact that bears noise, 8 bits", -1, BLUE),
    ("compact that need not, 8 bits", 0, VERMILION),
)
"""Name, lesson and colour."""

BESIDE = {
    **{"linear": "linear", "spectral": "spectral", "nlse": "the paper's NLSE"},
    **{"lattice": "lattice", "homodyne": "homodyne", "minirocket": "MiniRocket"},
}
"""Models of the benchmark, and what they are called beside their points."""


def write_picture(root: Path) -> None:
    """``results/frontier/accuracy_against_bytes.png``."""
    folder = root / "results" / "frontier"
    packed, rivals, resampled = (
        json.loads((folder / name).read_text("utf-8"))
        for name in ("packed.json", "rivals.json", "resampled_rivals.json")
    )
    benchmark = json.loads((folder.parent / "benchmark" / BENCHMARK).read_text("utf-8"))
    chart = picture(packed, rivals, resampled, benchmark["records"])
    write_pictures(chart, folder, (".png",))


def picture(packed: Records, rivals: Records, resampled: Records, benchmark: Records) -> Chart:
    """As the series are, beside all that was fitted to these sets; with noise in the sensor."""
    datasets = {record["dataset"] for record in packed}
    beside = {
        "0": [_chosen_features(resampled), _models(benchmark, datasets)],
        NOISE: [_minirocket(rivals, NOISE)],
    }
    panels = [
        Points(
            title,
            [_students(packed, level, kind) for kind in KINDS] + beside[level],
            "bytes of readout, thresholds and indices, mean",
            "test accuracy, mean / %",
            logarithmic="x",
        )
        for title, level in (("series as they are", "0"), ("3 % of noise in the sensor", NOISE))
    ]
    return Chart(
        name="accuracy_against_bytes",
        title=f"Accuracy against bytes, {len(datasets)} sets",
        caption=(
            "16, 56, 288 and 1,120 detectors; 56, 352 and 1,344 of MiniRocket's features, chosen "
            "by the same recipe, at four bytes for each weight, bias and index; and whole models, "
            "at four bytes for each number that they learn."
        ),
        alternative=(
            "Few detectors reach in two kilobytes what MiniRocket reaches in 170, far above linear "
            "models; with noise in the sensor, those chosen to bear it stay where they are."
        ),
        panels=tuple(panels),
        size=(5.4, 3.8),
    )


def _students(packed: Records, level: str, kind: tuple[str, int, str]) -> Cloud:
    label, lesson, colour = kind
    alike = [packed_students(packed, lesson, asked, 8) for asked in DETECTORS]
    n_bytes = [fmean(student["bytes"] for student in some) for some in alike]
    accuracies = [100 * fmean(student["accuracy"][level] for student in some) for some in alike]
    return Cloud(label, np.array(n_bytes), np.array(accuracies), colour=PALETTE.index(colour))


def _chosen_features(resampled: Records) -> Cloud:
    """MiniRocket's features in place of detectors, through the same recipe."""
    by_size: dict[int, list[tuple[int, float]]] = {}
    for record in resampled:
        for student in record["students"] if record["fold"] == 0 else ():
            n_bytes = 4 * (student["weights"] + 2 * student["detectors"])
            known = by_size.setdefault(student["asked"], [])
            known.append((n_bytes, student["accuracy"]["0"]))
    n_bytes, accuracies = np.array([np.mean(by_size[size], axis=0) for size in sorted(by_size)]).T
    label = "MiniRocket's features, chosen, 32 bits"
    return Cloud(label, n_bytes, 100 * accuracies, colour=PALETTE.index(PURPLE))


def _models(benchmark: Records, datasets: set[str]) -> Cloud:
    """Whole models of the benchmark on the same sets, at four bytes for each number."""
    x, y = [], []
    for model in BESIDE:
        of = [r for r in benchmark if r["model"] == model and r["dataset"] in datasets]
        x.append(4 * fmean(r["total_parameters"] for r in of))
        y.append(100 * fmean(r["accuracy"] for r in of))
    return _named(np.array(x), np.array(y), tuple(BESIDE.values()))


def _minirocket(rivals: Records, level: str) -> Cloud:
    n_bytes = 4 * fmean(record["weights"] for record in rivals)
    accuracy = 100 * fmean(record["accuracy"][level] for record in rivals)
    return _named(np.array([n_bytes]), np.array([accuracy]), (BESIDE["minirocket"],))


def _named(x: Numbers, y: Numbers, names: tuple[str, ...]) -> Cloud:
    return Cloud("other models, 32 bits", x, y, names, colour=PALETTE.index(GREY))
