"""Accuracy against bytes as a picture, from the records of the frontier."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from physembed.charts import Chart, Cloud, Points, write_pictures
from physembed.charts.style import BLUE, GREEN, GREY, PALETTE, PURPLE, VERMILION
from physembed.experiments.grid.folder import BENCHMARK
from studies.documents.packed_tables import packed_students

Records = Sequence[dict[str, Any]]

NOISE = "0.03"
ALL_KERNELS = 9996
DETECTORS = (16, 56, 288, 1120)
KINDS = (
    ("compact that bears noise, 8 bits", -1, BLUE),
    ("compact that need not, 8 bits", 0, VERMILION),
)
"""Name, lesson and colour."""

BESIDE = {
    **{"linear": "linear", "spectral": "spectral", "nlse": "the paper's NLSE"},
    **{"lattice": "lattice", "homodyne": "homodyne"},
}
"""Models of the benchmark, and what they are called beside their points."""

OF_A_FEW_DETECTORS = {"tiny": "tiny", "lens found": "lens"}
"""Presets of sixteen or seventeen detectors in the study of few detectors, likewise."""

OTHERS = "other models, 32 bits"


def write_picture(root: Path) -> None:
    """``results/frontier/accuracy_against_bytes.png``."""
    folder = root / "results" / "frontier"

    def read(*names: str) -> Any:
        return json.loads(folder.parent.joinpath(*names).read_text("utf-8"))

    # a record of all kernels tells no number of them
    rockets = [{"kernels": ALL_KERNELS, **record} for record in read("frontier", "rivals.json")]
    rockets += read("frontier", "few_kernels.json")
    resampled = read("frontier", "resampled_rivals.json")
    models = read("benchmark", BENCHMARK)["records"]
    few = read("projection", "ucr.json")
    chart = picture(read("frontier", "packed.json"), rockets, resampled, models, few)
    write_pictures(chart, folder, (".png",))


def picture(
    packed: Records, rockets: Records, resampled: Records, benchmark: Records, few: Records
) -> Chart:
    """As the series are, beside all that was fitted to these sets; with noise in the sensor."""
    datasets = {record["dataset"] for record in packed}
    beside = {
        "0": [_chosen_features(resampled), _models(benchmark, few, datasets)],
        NOISE: [],
    }
    panels = [
        Points(
            title,
            [
                *(_students(packed, level, kind) for kind in KINDS),
                _minirockets(rockets, level),
                *beside[level],
            ],
            "bytes of what is learnt, mean",
            "test accuracy, mean / %",
            logarithmic="x",
        )
        for title, level in (("series as they are", "0"), ("3 % of noise in the sensor", NOISE))
    ]
    return Chart(
        name="accuracy_against_bytes",
        title=f"Accuracy against bytes, {len(datasets)} sets",
        caption=(
            "16, 56, 288 and 1,120 detectors, with thresholds and indices; MiniRocket of 84, 252, "
            "1,092 and 9,996 kernels, and 56, 352 and 1,344 of its features, chosen by the same "
            "recipe, at four bytes for each weight, bias and index; and whole models, at four "
            "bytes for each number that they learn."
        ),
        alternative=(
            "Few detectors reach in a hundredth of the bytes what MiniRocket reaches, far above "
            "linear models; with noise in the sensor, those chosen to bear it stay where they are."
        ),
        panels=tuple(panels),
        size=(5.6, 4.4),
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


def _minirockets(rockets: Records, level: str) -> Cloud:
    """MiniRocket of so many kernels, one feature each; a weight and a bias of four bytes."""
    x, y = [], []
    sizes = sorted({record["kernels"] for record in rockets})
    for size in sizes:
        of = [record for record in rockets if record["kernels"] == size]
        x.append(4 * fmean(record["weights"] + size for record in of))
        y.append(100 * fmean(record["accuracy"][level] for record in of))
    label = f"MiniRocket, {sizes[0]:,} to {sizes[-1]:,} features, 32 bits"
    return Cloud(label, np.array(x), np.array(y), colour=PALETTE.index(GREEN))


def _models(benchmark: Records, few: Records, datasets: set[str]) -> Cloud:
    """Whole models on the same sets, at four bytes for each number that they learn."""
    numbers = [(r, r["total_parameters"]) for r in benchmark if r["model"] in BESIDE]
    numbers += [(r, r["embedding"] + r["readout"]) for r in few if r["model"] in OF_A_FEW_DETECTORS]
    x, y, names = [], [], {**BESIDE, **OF_A_FEW_DETECTORS}
    for model in names:
        of = [(r, n) for r, n in numbers if r["model"] == model and r["dataset"] in datasets]
        x.append(4 * fmean(n for _, n in of))
        y.append(100 * fmean(r["accuracy"] for r, _ in of))
    return Cloud(
        OTHERS, np.array(x), np.array(y), tuple(names.values()), colour=PALETTE.index(GREY)
    )
