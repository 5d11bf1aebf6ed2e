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


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated block of the frontier, and what writes it."""
    results = root / "results"

    def write() -> str:
        records, rivals = (
            json.loads((results / "frontier" / name).read_text("utf-8"))
            for name in ("frontier.json", "rivals.json")
        )
        benchmark = json.loads((results / "benchmark" / BENCHMARK).read_text("utf-8"))
        return frontier_table(records, rivals, benchmark["records"])

    return {(root / "docs" / "benchmark.md", "frontier"): write}


def _cells(students: Records) -> list[str]:
    by_bits = {bits: [s for s in students if s["bits"] == bits] for bits in (32, 8, 4)}
    cells = [f"{fmean(student['weights'] for student in by_bits[32]):,.0f}"]
    cells += [f"{_mean(of_bits, '0'):.2f}" for of_bits in by_bits.values()]
    return cells + [f"{_mean(by_bits[32], level):.2f}" for level in NOISE]


def _mean(students: Records, level: str) -> float:
    return 100 * fmean(student["accuracy"][level] for student in students)
