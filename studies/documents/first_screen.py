"""The table of the README's first screen: what is reached, against what one would use instead."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from physembed._markdown import markdown_table
from physembed.experiments.reproduction.archive import ARCHIVE, read_archive
from physembed.experiments.reproduction.summary import summarise

Records = Sequence[dict[str, Any]]

MANY, FEW = (1120, 32), (56, 4)
"""Detectors, and bits of a weight."""
FRONTIER = ("frontier", "packed", "rivals")
"""Records: in single precision, in few bits, and of MiniRocket."""
NOISE = "0.03"
HEADER = ("", "What it reaches", "What one would use instead")


def first_screen(root: Path) -> str:
    """Five rows, each from committed records, as Markdown."""
    results = root / "results"
    archive = read_archive(results / "reproduction" / ARCHIVE)
    frontier = results / "frontier"
    rows = [
        *_frontier_rows(*(_read(frontier / f"{name}.json") for name in FRONTIER)),
        _speakers_row(archive),
        _belief_row(_read(results / "calibration" / "calibration.json")),
        _processor_row(_read(results / "embedded" / "measured.json"), archive),
    ]
    return markdown_table(HEADER, rows, n_text_columns=len(HEADER))


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _mean_of(records: Records, model: str, quantity: str) -> float:
    return mean(record[quantity] for record in records if record["model"] == model)


def _frontier_rows(frontier: Records, packed: Records, rivals: Records) -> list[list[str]]:
    """Students that bear noise, and MiniRocket on the same sets and the same test cases."""
    many, few = _students(frontier, MANY), _students(packed, FEW)
    theirs = mean(record["weights"] for record in rivals)
    sets = f"{len(rivals)} sets of the UCR archive"
    return [
        [
            sets,
            f"**{_percent(many)} with {mean(s['weights'] for s in many):,.0f} weights**; with "
            f"{100 * float(NOISE):.0f} % of noise in the sensor **{_percent(many, NOISE)}**",
            f"MiniRocket: {_percent(rivals)} with {theirs:,.0f}; {_percent(rivals, NOISE)}",
        ],
        [
            f"the same sets, {FEW[0]} detectors",
            f"**{_percent(few)} with {mean(s['weights'] for s in few):,.0f} weights of {FEW[1]} "
            f"bits, {mean(s['bytes'] for s in few):,.0f} bytes in all**",
            f"MiniRocket: {_percent(rivals)} with {theirs:,.0f} of 32 bits",
        ],
    ]


def _students(frontier: Records, size: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        student
        for record in frontier
        for student in record["lessons"][-1]["students"]
        if (student["asked"], student["bits"]) == size
    ]


def _percent(records: Records, level: str = "0") -> str:
    return f"{100 * mean(record['accuracy'][level] for record in records):.1f} %"


def _speakers_row(archive: dict[str, Any]) -> list[str]:
    cells = []
    for model in ("auditory", "minirocket"):
        summary = summarise(archive, "SpokenDigits", model, "leave-one-speaker-out")
        assert summary is not None
        cells.append(f"{summary.mean:.1f} %")
    return [
        "spoken digits, by a speaker never heard",
        f"**{cells[0]}**",
        f"MiniRocket: {cells[1]}",
    ]


def _belief_row(calibration: Records) -> list[str]:
    n_sets = len({record["dataset"] for record in calibration})
    cells = [
        f"log loss {_mean_of(calibration, model, 'log_loss'):.2f}; average precision of a rare "
        f"class {_mean_of(calibration, model, 'average_precision'):.2f}"
        for model in ("compact", "minirocket")
    ]
    what = f"probabilities, {n_sets} sets of two classes"
    return [what, f"**{cells[0]}**", f"MiniRocket: {cells[1]}"]


def _processor_row(embedded: Records, archive: dict[str, Any]) -> list[str]:
    (record,) = (r for r in embedded if (r["dataset"], r["preset"]) == ("FordASubset", "tiny"))
    (processor,) = (t for t in record["c"]["targets"] if t["target"] == "Cortex-M4F")
    network = summarise(archive, "FordASubset", "cnn", "official")
    assert network is not None
    stored = network.records[0]["total_parameters"]
    return [
        "engine noise on a microcontroller",
        f"**{100 * record['accuracy']:.1f} % in {processor['flash'] / 1000:.1f} kB of flash and "
        f"{processor['ram'] / 1000:.1f} kB of RAM**",
        f"CNN: {network.mean:.1f} % with {4 * stored / 1000:,.0f} kB of weights",
    ]
