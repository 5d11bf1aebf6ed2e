"""Tables of docs/deployment.md, from what ``studies.embedded`` measured."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import mean
from typing import Any

from physembed._markdown import markdown_table
from physembed.deploy.report import whole_series
from studies.documents.embedded_rivals import SHORT, preset_told, rivals_table
from studies.documents.embedded_ways import (
    agreement_sentence,
    agreement_table,
    models_table,
    programs_table,
)

RESULTS = Path("results/embedded")
REPRODUCTION = Path("results/reproduction/reproduction.json")
PAGE = Path("docs/deployment.md")

AIMS = (
    ("FordASubset", "tiny", "float32", "Cortex-M4F", 5_120, 8_600, 1_300_000),
    ("FordASubset", SHORT, "float32", "Cortex-M4F", 5_120, 8_600, 1_300_000),
    ("SpokenDigits", "auditory", "float32", "Cortex-M4F", 9_216, 21_810, 3_000_000),
    ("SpokenDigits", "auditory in integers", "int8", "Cortex-M4F", 6_144, 21_810, None),
    ("SpokenDigits", "auditory-frames", "float32", "Cortex-M4F", 8_192, 5_120, 900_000),
    ("SpokenDigits", "auditory-frames", "int8", "Cortex-M4F", 8_192, 5_120, 900_000),
    ("FordASubset", "tiny in integers", "float32", "Cortex-M0", 6_144, 4_608, 4_000_000),
    ("FordASubset", f"{SHORT} in integers", "float32", "Cortex-M0", 6_144, 4_608, 4_000_000),
    ("SpokenDigits", "auditory in integers", "float32", "Cortex-M0", 8_192, 11_264, 13_000_000),
    ("FordASubset", "tiny-integer", "float32", "Cortex-M0", 2_048, 1_340, 1_500_000),
)
"""Data set, preset, readout and processor; bytes of flash, of RAM with stack, and instructions."""
ONNX_AIMS = (
    ("FordASubset", "tiny", 0.1, 0.6),
    ("FordASubset", SHORT, 0.1, 0.6),
    ("SpokenDigits", "auditory", 0.7, 0.3),
    ("SpokenDigits", "auditory-frames", 0.7, 0.3),
)
"""Data set and preset; megabytes, and milliseconds of a case."""


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """What writes every block of the page."""
    page = root / PAGE

    def measured() -> list[dict[str, Any]]:
        return _records(root / RESULTS / "measured.json")

    def alike() -> list[dict[str, Any]]:
        return _records(root / RESULTS / "agreement.json")

    def ways() -> list[dict[str, Any]]:
        return _records(root / RESULTS / "ways.json")

    return {
        (page, "embedded gaps"): lambda: (
            "What was written of a model that was fitted on series of unequal lengths or with "
            f"missing values takes {whole_series()}; the report says so."
        ),
        (page, "embedded c"): lambda: c_table(measured()),
        (page, "embedded integers"): lambda: integers_table(
            _records(root / RESULTS / "integers.json")
        ),
        (page, "embedded aims"): lambda: aims_table(measured()),
        (page, "embedded tables"): lambda: factors_table(_records(root / RESULTS / "tables.json")),
        (page, "embedded onnx"): lambda: onnx_table(measured()),
        (page, "embedded estimates"): lambda: estimates_table(measured()),
        (page, "embedded agreement"): lambda: agreement_table(alike()),
        (page, "embedded agreement sentence"): lambda: agreement_sentence(alike()),
        (page, "embedded ways of programs"): lambda: programs_table(ways()),
        (page, "embedded ways of models"): lambda: models_table(ways()),
        (page, "embedded rivals"): lambda: rivals_table(
            measured(),
            _records(root / RESULTS / "rivals.json"),
            json.loads((root / REPRODUCTION).read_text("utf-8"))["records"],
            _records(root / RESULTS / "emlearn.json"),
        ),
    }


def _records(file: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return records


def c_table(records: list[dict[str, Any]]) -> str:
    """What a program takes on each processor."""
    columns = (
        "Data set",
        "Preset",
        "Accuracy / %",
        "Processor",
        "Flash / B",
        "of it readout / B",
        "RAM / B",
        "Stack / B",
        "Instructions a window",
        "Same class",
    )
    rows = []
    for record in records:
        report = record["c"]
        same = _same(report["agreement"]["C on this machine"])
        if "rounded" in report:
            # of whole weights, which the rounded ones are to say the same as
            same = _same(report["rounded"])
        rows += [
            (
                record["dataset"],
                preset_told(record),
                f"{100 * record['accuracy']:.1f}",
                target["target"],
                f"{target['flash']:,}",
                f"{report['readout_bytes']:,}",
                f"{target['ram']:,}",
                _number(target["stack"]),
                _number(target["instructions"]),
                same,
            )
            for target in report["targets"]
        ]
    return markdown_table(columns, rows, n_text_columns=2, further_text_columns=(3,))


def aims_table(records: list[dict[str, Any]]) -> str:
    """What was aimed at, what is reached, and by how much it is over."""
    columns = ("Data set", "Preset", "Where", "What", "Aimed at", "Reached", "")
    rows = []
    for dataset, preset, readout, processor, *aims in AIMS:
        record = _one(records, dataset, preset, readout)
        target = next(t for t in record["c"]["targets"] if t["target"] == processor)
        reached = (
            target["flash"],
            target["ram"] + (target["stack"] or 0),
            target["instructions"],
        )
        for what, aim, value in zip(
            ("flash / B", "RAM and stack / B", "instructions"), aims, reached, strict=True
        ):
            if aim is not None:
                place = (dataset, preset_told(record), processor, what)
                rows.append((*place, f"{aim:,}", f"{value:,}", _verdict(value, aim)))
    for dataset, preset, megabytes, milliseconds in ONNX_AIMS:
        record = _one(records, dataset, preset, "float32")
        size, time = record["onnx"]["bytes"] / 1e6, record["onnx_milliseconds"]
        rows += [
            (
                dataset,
                preset_told(record),
                "ONNX",
                what,
                str(aim),
                f"{value:.2f}",
                _verdict(value, aim),
            )
            for what, aim, value in (("MB", megabytes, size), ("ms a case", milliseconds, time))
        ]
    return markdown_table(columns, rows, n_text_columns=4, further_text_columns=(6,))


def _one(records: list[dict[str, Any]], dataset: str, preset: str, readout: str) -> dict[str, Any]:
    key = (dataset, preset, readout)
    return next(r for r in records if (r["dataset"], r["preset"], r["readout"]) == key)


def _verdict(reached: float, aim: float) -> str:
    return "" if reached <= aim else f"over by {100 * (reached / aim - 1):.0f} %"


def factors_table(records: list[dict[str, Any]]) -> str:
    """Closed forms beside tables in their place."""
    rows = [
        (
            record["dataset"],
            preset_told(record),
            name.replace("_", " "),
            f"{record[name]['flash']:,}",
            _number(record[name]["instructions"]),
        )
        for record in records
        for name in ("closed_forms", "tables")
    ]
    columns = ("Data set", "Preset", "Factors", "Flash / B", "Instructions a window")
    return markdown_table(columns, rows, n_text_columns=3)


def integers_table(records: list[dict[str, Any]]) -> str:
    """Accuracy of programs in whole numbers, seed by seed."""
    columns = (
        "Data set",
        "Seed",
        "Accuracy of the integers / %",
        "of the network / %",
        "Filters",
        "Taps",
        "Same bits in C",
    )
    accuracies = ("accuracy", "accuracy_in_python")
    rows = [
        (
            record["dataset"],
            str(record["seed"]),
            *(f"{100 * record[name]:.1f}" for name in accuracies),
            str(record["filters"]),
            str(record["taps"]),
            _of_cases(record),
        )
        for record in records
    ]
    means = (f"{100 * mean(record[name] for record in records):.1f}" for name in accuracies)
    rows.append(("mean", "", *means, "", "", ""))
    return markdown_table(columns, rows)


def _of_cases(record: Mapping[str, Any]) -> str:
    same = record.get("same_bits_in_c")
    return "not run" if same is None else f"{same:,} of {record['cases']:,}"


def onnx_table(records: list[dict[str, Any]]) -> str:
    """Size, time and agreement in onnxruntime."""
    rows = [
        (
            record["dataset"],
            preset_told(record),
            f"{record['onnx']['bytes'] / 1e6:.2f}",
            f"{record['onnx_milliseconds']:.2f}",
            _same(record["onnx"]["agreement"]["ONNX in onnxruntime"]),
        )
        for record in records
        if "onnx" in record
    ]
    columns = ("Data set", "Preset", "Size / MB", "Time of a case / ms", "Same class")
    return markdown_table(columns, rows, n_text_columns=2)


def estimates_table(records: list[dict[str, Any]]) -> str:
    """What is told of a plan without a compiler."""
    names = [part["name"] for part in records[0]["c"]["estimated"]["processors"]]
    columns = (
        *("Data set", "Preset", "All numbers / B", "Flash / B", "Operations a window"),
        *(f"{name}: ms, µJ" for name in names),
    )
    rows = []
    for record in records:
        told = record["c"]["estimated"]
        parts = (
            f"{part['milliseconds']:,.0f}, {part['microjoules']:,}" for part in told["processors"]
        )
        sizes = (f"{told[name]:,}" for name in ("stored_bytes", "flash_bytes", "operations"))
        rows.append((record["dataset"], preset_told(record), *sizes, *parts))
    return markdown_table(columns, rows, n_text_columns=2)


def _same(agreement: Mapping[str, Any]) -> str:
    return f"{agreement['same_class']:,} of {agreement['cases']:,}"


def _number(value: int | None) -> str:
    return "not run" if value is None else f"{value:,}"
