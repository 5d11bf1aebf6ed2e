"""Chosen detectors in bytes as Markdown, from the record of the study."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from physembed._markdown import markdown_table

Records = Sequence[dict[str, Any]]

COLUMNS = (
    *("Detectors", "Bear noise of", "Weights", "Bits", "Accuracy / %", "Bytes"),
    *("of these: which detectors", "thresholds, spreads, means", "weights and biases"),
    *("all, by zlib besides", "in single precision", "with eight bytes a detector"),
)
PARTS = (
    *("bytes", "of_places", "of_records", "of_readout"),
    *("by_zlib", "as_floats", "eight_each"),
)


def packed_table(records: Records) -> str:
    """Means over sets.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.packed_detectors``.
    """
    rows = []
    for number, lesson in enumerate(records[0]["lessons"]):
        bears = f"{100 * lesson['robustness']:.0f} %" if lesson["robustness"] else ""
        for asked, bits in sorted({(s["asked"], s["bits"]) for s in lesson["students"]}):
            alike = packed_students(records, number, asked, bits)
            rows.append(
                (
                    f"{asked:,}",
                    bears,
                    f"{fmean(student['weights'] for student in alike):,.0f}",
                    f"{bits}",
                    f"{100 * fmean(student['accuracy']['0'] for student in alike):.2f}",
                    *(f"{fmean(student[part] for student in alike):,.0f}" for part in PARTS),
                )
            )
    return f"{len(records)} data sets, official split.\n\n{markdown_table(COLUMNS, rows)}"


def packed_students(records: Records, lesson: int, asked: int, bits: int) -> list[dict[str, Any]]:
    """Of every set, the one of that lesson, size and number of bits."""
    return [
        student
        for record in records
        for student in record["lessons"][lesson]["students"]
        if (student["asked"], student["bits"]) == (asked, bits)
    ]


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated block of bytes, and what writes it."""
    file = root / "results" / "frontier" / "packed.json"
    page = root / "docs" / "benchmark-questions.md"
    return {(page, "packed"): lambda: packed_table(json.loads(file.read_text("utf-8")))}
