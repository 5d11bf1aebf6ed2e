"""The table of the README's first screen: what is reached, against what one would use instead."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from physembed.experiments.grid.folder import BENCHMARK
from physembed.experiments.reproduction.archive import ARCHIVE, read_archive
from physembed.experiments.reproduction.summary import summarise
from physembed.experiments.results.markdown import markdown_table

Records = Sequence[dict[str, Any]]

FEW, BITS = 56, 8
HEADER = ("", "What it reaches", "What one would use instead")


def first_screen(root: Path) -> str:
    """Five rows, each from committed records, as Markdown."""
    results = root / "results"
    archive = read_archive(results / "reproduction" / ARCHIVE)
    benchmark = _read(results / "benchmark" / BENCHMARK)["records"]
    rows = [
        _archive_row(benchmark),
        _few_row(_read(results / "frontier" / "frontier.json"), benchmark),
        _speakers_row(archive),
        _belief_row(_read(results / "calibration" / "calibration.json")),
        _processor_row(_read(results / "embedded" / "measured.json"), archive),
    ]
    return markdown_table(HEADER, rows, n_text_columns=len(HEADER))


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _mean_of(records: Records, model: str, quantity: str) -> float:
    return mean(record[quantity] for record in records if record["model"] == model)


def _archive_row(benchmark: Records) -> list[str]:
    n_sets = len({record["dataset"] for record in benchmark})
    cells = [
        f"{100 * _mean_of(benchmark, model, 'accuracy'):.1f} % with "
        f"{_mean_of(benchmark, model, 'total_parameters'):,.0f} stored numbers"
        for model in ("auto", "minirocket")
    ]
    return [f"{n_sets} sets of the UCR archive", f"**{cells[0]}**", f"MiniRocket: {cells[1]}"]


def _few_row(frontier: Records, benchmark: Records) -> list[str]:
    """A student of few detectors, and MiniRocket on the sets that both were tried on."""
    rival = {r["dataset"]: r for r in benchmark if r["model"] == "minirocket"}
    students = {
        record["dataset"]: student
        for record in frontier
        for student in record["lessons"][0]["students"]
        if (student["asked"], student["bits"]) == (FEW, BITS) and record["dataset"] in rival
    }
    ours = mean(student["accuracy"]["0"] for student in students.values())
    weights = mean(student["weights"] for student in students.values())
    theirs = mean(rival[name]["accuracy"] for name in students)
    many = mean(rival[name]["total_parameters"] for name in students)
    return [
        f"{FEW} detectors, {len(students)} sets",
        f"**{100 * ours:.1f} % with {weights:,.0f} weights of {BITS} bits**",
        f"MiniRocket: {100 * theirs:.1f} % with {many:,.0f} of 32 bits",
    ]


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
        for model in ("auto", "minirocket")
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
