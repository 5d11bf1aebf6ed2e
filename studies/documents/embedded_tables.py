"""Tables of docs/deployment.md, from what ``studies.embedded`` measured."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

RESULTS = Path("results/embedded")
PAGE = Path("docs/deployment.md")


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """What writes every block of the page."""
    page = root / PAGE
    return {
        (page, "embedded c"): lambda: c_table(_records(root, "measured.json")),
        (page, "embedded onnx"): lambda: onnx_table(_records(root, "measured.json")),
    }


def _records(root: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / RESULTS / name).read_text("utf-8"))
    return found


def c_table(records: list[dict[str, Any]]) -> str:
    """What a program takes on each processor."""
    lines = [
        "| Data set | Preset | Accuracy / % | Processor | Flash / B | of it readout / B | RAM / B "
        "| Stack / B | Instructions a window | Same class |",
        "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for record in records:
        report = record["c"]
        for target in report["targets"]:
            lines.append(
                f"| {record['dataset']} | `{record['preset']}` | {100 * record['accuracy']:.1f} "
                f"| {target['target']} | {target['flash']:,} | {report['readout_bytes']:,} "
                f"| {target['ram']:,} | {_number(target['stack'])} "
                f"| {_number(target['instructions'])} "
                f"| {_same(report['agreement']['C on this machine'])} |"
            )
    return "\n".join(lines)


def onnx_table(records: list[dict[str, Any]]) -> str:
    """Size, time and agreement in onnxruntime."""
    lines = [
        "| Data set | Preset | Size / MB | Time of a case / ms | Same class |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for record in records:
        report = record["onnx"]
        lines.append(
            f"| {record['dataset']} | `{record['preset']}` | {report['bytes'] / 1e6:.2f} "
            f"| {record['onnx_milliseconds']:.2f} "
            f"| {_same(report['agreement']['ONNX in onnxruntime'])} |"
        )
    return "\n".join(lines)


def _same(agreement: Mapping[str, Any]) -> str:
    return f"{agreement['same_class']:,} of {agreement['cases']:,}"


def _number(value: int | None) -> str:
    return "not run: too large" if value is None else f"{value:,}"
