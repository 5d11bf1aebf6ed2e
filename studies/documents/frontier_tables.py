"""Accuracy against the number of detectors as Markdown, from the records of the frontier."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from physembed.experiments.grid.folder import BENCHMARK
from physembed.experiments.results.markdown import markdown_table

Records = Sequence[dict[str, Any]]

MODELS = ("homodyne", "multirocket-hydra")
"""Of the benchmark, whose accuracies on the same sets stand below."""
SIZES = {"LITE": "9,800", "LITETime": "49,000"}
"""Weights, as their authors tell them."""
NOISE = ("0.01", "0.03", "0.1")
COLUMNS = (
    *("Model", "Bears noise of", "Weights", "32 bits / %", "8 bits / %", "4 bits / %"),
    *("at 1 % of noise", "3 %", "10 %"),
)


def frontier_table(records: Records, rivals: Records, benchmark: Records) -> str:
    """Means over the sets of the records.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.frontier``.
    rivals : sequence of dict
        Of the same study: MiniRocket on the same cases.
    benchmark : sequence of dict
        Records of a benchmark that holds the same sets.
    """
    sets = [record["dataset"] for record in records]
    rows = []
    for number, lesson in enumerate(records[0]["lessons"]):
        asked = sorted({student["asked"] for student in lesson["students"]})
        bears = f"{lesson['robustness']:.0%}" if lesson["robustness"] else ""
        for n_detectors in asked:
            students = [
                student
                for record in records
                for student in record["lessons"][number]["students"]
                if student["asked"] == n_detectors
            ]
            rows.append((f"{n_detectors:,} detectors", bears, *_cells(students)))
    rows.append(
        (
            "MiniRocket",
            "",
            f"{fmean(record['weights'] for record in rivals):,.0f}",
            f"{_mean(rivals, '0'):.2f}",
            *("", ""),
            *(f"{_mean(rivals, level):.2f}" for level in NOISE),
        )
    )
    for model in MODELS:
        known = {r["dataset"]: r for r in benchmark if r["model"] == model and r["seed"] == 0}
        of_sets = [known[name] for name in sets if name in known]
        if len(of_sets) == len(sets):
            weights = fmean(record["readout_parameters"] for record in of_sets)
            accuracy = 100 * fmean(record["accuracy"] for record in of_sets)
            rows.append((f"`{model}`", "", f"{weights:,.0f}", f"{accuracy:.2f}", *[""] * 5))
    listed = ", ".join(sorted(sets))
    said = f"{len(sets)} data sets, official split, test cases counted once: {listed}."
    return f"{said}\n\n{markdown_table(COLUMNS, rows)}"


def published_table(records: Records, rivals: Records, published: Records) -> str:
    """Means over the sets that others published accuracies of."""
    sets = {row["dataset"] for row in published}
    rows = [
        (model, SIZES.get(model, ""), _mean_of(published, model)) for model in _models(published)
    ]
    students = [
        (record["dataset"], lesson["robustness"], student)
        for record in records
        for lesson in record["lessons"]
        for student in lesson["students"]
        if record["dataset"] in sets and student["bits"] == 8
    ]
    for asked, robustness in sorted({(s["asked"], r) for _, r, s in students}):
        alike = [s for _, r, s in students if (s["asked"], r) == (asked, robustness)]
        bears = f", which bear {robustness:.0%} of noise" if robustness else ""
        weights = f"{fmean(student['weights'] for student in alike):,.0f} of 8 bits"
        rows.append((f"`compact`, {asked:,} detectors{bears}", weights, _mean(alike, "0")))
    here = [record for record in rivals if record["dataset"] in sets]
    weights = f"{fmean(record['weights'] for record in here):,.0f}"
    rows.append(("MiniRocket, run here", weights, _mean(here, "0")))
    ordered = sorted(rows, key=lambda row: -row[-1])
    cells = [(name, size, f"{accuracy:.2f}") for name, size, accuracy in ordered]
    return markdown_table(("Model", "Weights", f"Accuracy over {len(sets)} sets / %"), cells)


def _models(published: Records) -> list[str]:
    return sorted({row["model"] for row in published})


def _mean_of(published: Records, model: str) -> float:
    return 100 * fmean(row["accuracy"] for row in published if row["model"] == model)


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated blocks of the frontier, and what writes them."""
    results, page = root / "results", root / "docs" / "benchmark.md"

    def read(name: str) -> Any:
        return json.loads((results / "frontier" / name).read_text("utf-8"))

    def write() -> str:
        benchmark = json.loads((results / "benchmark" / BENCHMARK).read_text("utf-8"))
        return frontier_table(read("frontier.json"), read("rivals.json"), benchmark["records"])

    def write_published() -> str:
        return published_table(read("frontier.json"), read("rivals.json"), read("published.json"))

    return {(page, "frontier"): write, (page, "published"): write_published}


def _cells(students: Records) -> list[str]:
    by_bits = {bits: [s for s in students if s["bits"] == bits] for bits in (32, 8, 4)}
    cells = [f"{fmean(student['weights'] for student in by_bits[32]):,.0f}"]
    cells += [f"{_mean(of_bits, '0'):.2f}" for of_bits in by_bits.values()]
    return cells + [f"{_mean(by_bits[32], level):.2f}" for level in NOISE]


def _mean(students: Records, level: str) -> float:
    return 100 * fmean(student["accuracy"][level] for student in students)
