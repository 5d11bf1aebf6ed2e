"""Tables of docs/deployment.md, from what ``studies.embedded`` measured."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import mean
from typing import Any

from physembed.deploy.report import whole_series
from studies.documents.embedded_ways import (
    agreement_sentence,
    agreement_table,
    models_table,
    programs_table,
)

RESULTS = Path("results/embedded")
REPRODUCTION = Path("results/reproduction/reproduction.json")
PAGE = Path("docs/deployment.md")

SHORT = "tiny in a short window"
"""With a guard band of 0.15, which is enough for short filters."""
OURS = {"FordASubset": ("tiny", SHORT), "SpokenDigits": ("auditory", "auditory-frames")}
"""The presets that are compared on each data set."""
GOALS = (
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
ONNX_GOALS = (
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
        (page, "embedded goals"): lambda: goals_table(measured()),
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
    lines = [
        "| Data set | Preset | Accuracy / % | Processor | Flash / B | of it readout / B | RAM / B "
        "| Stack / B | Instructions a window | Same class |",
        "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for record in records:
        report = record["c"]
        same = _same(report["agreement"]["C on this machine"])
        if "rounded" in report:
            # of whole weights, which the rounded ones are to say the same as
            same = _same(report["rounded"])
        for target in report["targets"]:
            lines.append(
                f"| {record['dataset']} | {_preset(record)} | {100 * record['accuracy']:.1f} "
                f"| {target['target']} | {target['flash']:,} | {report['readout_bytes']:,} "
                f"| {target['ram']:,} | {_number(target['stack'])} "
                f"| {_number(target['instructions'])} | {same} |"
            )
    return "\n".join(lines)


def goals_table(records: list[dict[str, Any]]) -> str:
    """What was aimed at, what is reached, and by how much it is over."""
    lines = [
        "| Data set | Preset | Where | What | Aimed at | Reached | |",
        "| --- | --- | --- | --- | ---: | ---: | --- |",
    ]
    for dataset, preset, readout, processor, *goals in GOALS:
        record = _one(records, dataset, preset, readout)
        target = next(t for t in record["c"]["targets"] if t["target"] == processor)
        reached = (
            target["flash"],
            target["ram"] + (target["stack"] or 0),
            target["instructions"],
        )
        for what, goal, value in zip(
            ("flash / B", "RAM and stack / B", "instructions"), goals, reached, strict=True
        ):
            if goal is not None:
                place = f"| {dataset} | {_preset(record)} | {processor} | {what} "
                lines.append(f"{place}| {goal:,} | {value:,} | {_verdict(value, goal)} |")
    for dataset, preset, megabytes, milliseconds in ONNX_GOALS:
        record = _one(records, dataset, preset, "float32")
        size, time = record["onnx"]["bytes"] / 1e6, record["onnx_milliseconds"]
        place = f"| {dataset} | {_preset(record)} | ONNX "
        lines += [
            f"{place}| MB | {megabytes} | {size:.2f} | {_verdict(size, megabytes)} |",
            f"{place}| ms a case | {milliseconds} | {time:.2f} | {_verdict(time, milliseconds)} |",
        ]
    return "\n".join(lines)


def _one(records: list[dict[str, Any]], dataset: str, preset: str, readout: str) -> dict[str, Any]:
    key = (dataset, preset, readout)
    return next(r for r in records if (r["dataset"], r["preset"], r["readout"]) == key)


def _verdict(reached: float, goal: float) -> str:
    return "" if reached <= goal else f"over by {100 * (reached / goal - 1):.0f} %"


def factors_table(records: list[dict[str, Any]]) -> str:
    """Closed forms beside tables in their place."""
    lines = [
        "| Data set | Preset | Factors | Flash / B | Instructions a window |",
        "| --- | --- | --- | ---: | ---: |",
    ]
    for record in records:
        for name in ("closed_forms", "tables"):
            target = record[name]
            lines.append(
                f"| {record['dataset']} | {_preset(record)} | {name.replace('_', ' ')} "
                f"| {target['flash']:,} | {_number(target['instructions'])} |"
            )
    return "\n".join(lines)


def integers_table(records: list[dict[str, Any]]) -> str:
    """Accuracy of programs in whole numbers, seed by seed."""
    lines = [
        "| Data set | Seed | Accuracy of the integers / % | of the network / % | Filters | Taps "
        "| Same bits in C |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {r['dataset']} | {r['seed']} | {100 * r['accuracy']:.1f} "
        f"| {100 * r['accuracy_in_python']:.1f} | {r['filters']} | {r['taps']} "
        f"| {_of_cases(r)} |"
        for r in records
    ]
    means = [100 * mean(r[name] for r in records) for name in ("accuracy", "accuracy_in_python")]
    lines.append(f"| mean | | {means[0]:.1f} | {means[1]:.1f} | | | |")
    return "\n".join(lines)


def _of_cases(record: Mapping[str, Any]) -> str:
    same = record.get("same_bits_in_c")
    return "not run" if same is None else f"{same:,} of {record['cases']:,}"


def onnx_table(records: list[dict[str, Any]]) -> str:
    """Size, time and agreement in onnxruntime."""
    lines = [
        "| Data set | Preset | Size / MB | Time of a case / ms | Same class |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for record in records:
        if "onnx" not in record:
            continue
        report = record["onnx"]
        lines.append(
            f"| {record['dataset']} | {_preset(record)} | {report['bytes'] / 1e6:.2f} "
            f"| {record['onnx_milliseconds']:.2f} "
            f"| {_same(report['agreement']['ONNX in onnxruntime'])} |"
        )
    return "\n".join(lines)


def estimates_table(records: list[dict[str, Any]]) -> str:
    """What is told of a plan without a compiler."""
    names = [part["name"] for part in records[0]["c"]["estimated"]["processors"]]
    headings = " | ".join(f"{name}: ms, µJ" for name in names)
    lines = [
        f"| Data set | Preset | All numbers / B | Flash / B | Operations a window | {headings} |",
        f"| --- | --- | ---: | ---: | ---: |{' ---: |' * len(names)}",
    ]
    for record in records:
        told = record["c"]["estimated"]
        parts = [
            f"{part['milliseconds']:,.0f}, {part['microjoules']:,}" for part in told["processors"]
        ]
        lines.append(
            f"| {record['dataset']} | {_preset(record)} | {told['stored_bytes']:,} "
            f"| {told['flash_bytes']:,} | {told['operations']:,} | {' | '.join(parts)} |"
        )
    return "\n".join(lines)


def rivals_table(
    records: list[dict[str, Any]],
    rivals: list[dict[str, Any]],
    reproduction: list[dict[str, Any]],
    forests: list[dict[str, Any]],
) -> str:
    """Ours beside others: accuracy, bytes, operations."""
    lines = [
        "| Data set | Classifier | Accuracy / % | All numbers / B | Operations a window |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for rival in rivals:
        name = rival["dataset"]
        for record in records:
            if record["dataset"] != name or record["preset"] not in OURS[name]:
                continue
            told = record["c"]["estimated"]
            lines.append(
                f"| {name} | {_preset(record)} | {100 * record['accuracy']:.1f} "
                f"| {told['stored_bytes']:,} | {told['operations']:,} |"
            )
        for label, kind in (
            ("random forest, 100 trees on 32 bands", "forest"),
            ("convolutional network, 8 bits", "cnn"),
            ("MiniRocket", "minirocket"),
        ):
            taken = rival[kind]
            accuracy = taken.get("accuracy", _accuracy(reproduction, name, kind))
            lines.append(
                f"| {name} | {label} | {100 * accuracy:.1f} | {taken['bytes']:,} "
                f"| {taken['operations']:,} |"
            )
        lines += [
            f"| {name} | that forest in 16 bits, as emlearn {forest['emlearn']} writes it, "
            f"compiled for a Cortex-M4F | {100 * forest['accuracy']:.1f} "
            f"| {forest['flash']['Cortex-M4F']:,} | {rival['forest']['operations']:,} |"
            for forest in forests
            if forest["dataset"] == name
        ]
    return "\n".join(lines)


def _accuracy(records: list[dict[str, Any]], dataset: str, model: str) -> float:
    """The mean over seeds on the official split; nan where there is none."""
    accuracies = [
        record["accuracy"]
        for record in records
        if (record["dataset"], record["model"]) == (dataset, model)
        and record.get("split", "official") == "official"
    ]
    return mean(accuracies) if accuracies else float("nan")


def _preset(record: Mapping[str, Any]) -> str:
    readout = record.get("readout", "float32")
    return f"`{record['preset']}`" + ("" if readout == "float32" else f", {readout} readout")


def _same(agreement: Mapping[str, Any]) -> str:
    return f"{agreement['same_class']:,} of {agreement['cases']:,}"


def _number(value: int | None) -> str:
    return "not run" if value is None else f"{value:,}"
