"""Rivals of every size on all sets as Markdown, from the records of several studies."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from scipy.stats import wilcoxon

from physembed._markdown import markdown_table
from physembed.experiments.grid.folder import BENCHMARK
from studies.disturbances import ALL, QUICK

Records = Sequence[dict[str, Any]]
OfSets = dict[str, tuple[float, float | None]]
"""Accuracy and weights of a model by the name of a set."""

OURS = (56, 288, 1120)
DEFAULT = "`compact`, 1,120 detectors"
WHOLE = ("homodyne", "multirocket-hydra")
COLUMNS = (
    *("Model", "Weights", "Accuracy / %"),
    *("Wins / draws / losses of 1,120 detectors", "p"),
)


def rivals_table(records: Mapping[str, Records]) -> str:
    """Means over the sets on which all were measured, best first.

    Parameters
    ----------
    records : mapping of str to sequence of dict
        Of ``frontier``, ``rivals``, ``resampled_rivals``, ``disturbances`` and ``benchmark``.
    """
    models = _models(records)
    sets = sorted(set.intersection(*(set(of_sets) for of_sets in models.values())))
    ours = models[DEFAULT]
    rows = []
    for name, of_sets in models.items():
        accuracies = [of_sets[dataset][0] for dataset in sets]
        weights = [of_sets[dataset][1] for dataset in sets]
        known = [number for number in weights if number is not None]
        row = (name, f"{fmean(known):,.0f}" if len(known) == len(sets) else "")
        rows.append(
            (*row, 100 * fmean(accuracies), _against([ours[n][0] for n in sets], accuracies))
        )
    rows.sort(key=lambda row: -row[2])
    cells = [(name, weights, f"{mean:.2f}", *told) for name, weights, mean, told in rows]
    return f"{len(sets)} data sets, official split.\n\n{markdown_table(COLUMNS, cells)}"


def _models(records: Mapping[str, Records]) -> dict[str, OfSets]:
    models: dict[str, OfSets] = {}

    def add(name: str, dataset: str, accuracy: float, weights: float | None) -> None:
        models.setdefault(name, {})[dataset] = accuracy, weights

    for record in records["frontier"]:
        for lesson in record["lessons"]:
            bears = "" if lesson["robustness"] else ", `robustness=0`"
            for student in lesson["students"]:
                if student["bits"] == 32 and student["asked"] in OURS:
                    name = f"`compact`, {student['asked']:,} detectors{bears}"
                    add(name, record["dataset"], student["accuracy"]["0"], student["weights"])
    for record in records["rivals"]:
        name = "MiniRocket, 9,996 kernels"
        add(name, record["dataset"], record["accuracy"]["0"], record["weights"])
    for record in records["resampled_rivals"]:
        for student in record["students"] if record["fold"] == 0 else ():
            name = f"{student['asked']:,} of MiniRocket's features, by our recipe"
            add(name, record["dataset"], student["accuracy"]["0"], student["weights"])
    for record in records["disturbances"]:
        if record["model"] in QUICK:
            accuracy = record["accuracy"][ALL]
            add(record["model"], record["dataset"], accuracy, record["weights"])
    for record in records["benchmark"]:
        if record["model"] in WHOLE and record["seed"] == 0:
            name = f"`{record['model']}`"
            add(name, record["dataset"], record["accuracy"], record["readout_parameters"])
    return models


def _against(ours: Sequence[float], theirs: Sequence[float]) -> tuple[str, str]:
    # accuracies that are the same share of cases may differ in their last digit
    gains = [round(one - other, 9) for one, other in zip(ours, theirs, strict=True)]
    told = [gain for gain in gains if gain]
    if not told:
        return "", ""
    counts = (sum(g > 0 for g in gains), gains.count(0), sum(g < 0 for g in gains))
    return " / ".join(map(str, counts)), f"{wilcoxon(told).pvalue:.2g}"


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated block, and what writes it."""
    results, page = root / "results", root / "docs" / "benchmark.md"

    def write() -> str:
        names = ("frontier", "rivals", "resampled_rivals", "disturbances")
        files = {name: results / "frontier" / f"{name}.json" for name in names}
        records = {name: json.loads(file.read_text("utf-8")) for name, file in files.items()}
        benchmark = json.loads((results / "benchmark" / BENCHMARK).read_text("utf-8"))
        return rivals_table({**records, "benchmark": benchmark["records"]})

    return {(page, "rivals"): write}
