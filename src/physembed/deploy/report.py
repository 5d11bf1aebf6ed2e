"""The report of an export: as a record, and as a page for people."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from physembed._markdown import markdown_table
from physembed._version import __version__
from physembed.deploy.agreement import Agreement
from physembed.deploy.plan import Plan

REPORT, REPORT_PAGE = "report.json", "REPORT.md"
KIND = "physembed-export"

AGREEMENT_COLUMNS = (
    "Where",
    "Cases",
    "Same class",
    "Scores agree",
    "Largest difference",
    "On a tie",
    "Differ",
)
TARGET_COLUMNS = (
    "Processor",
    "Board",
    "Flash / bytes",
    "RAM / bytes",
    "Stack / bytes",
    "Instructions a window",
    "Vectors",
)

MOST_NAMED = 10
"""Cases that are named; of more the number is told."""


def is_export(folder: Path) -> bool:
    """Whether a folder holds what an export wrote."""
    try:
        record = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("kind") == KIND


def begun(plan: Plan, agreements: Mapping[str, Agreement]) -> dict[str, Any]:
    """What every report says."""
    return {
        "kind": KIND,
        "physembed_version": __version__,
        "channels": plan.n_channels,
        "timepoints": plan.n_timepoints,
        "labels": list(plan.labels),
        "features": plan.readout.weights.shape[1],
        "agreement": {place: agreement.record() for place, agreement in agreements.items()},
        "agrees": all(agreement.is_complete for agreement in agreements.values()),
    }


def markdown(report: Mapping[str, Any]) -> str:
    """The page of a program of C."""
    lines = [
        f"# {report['name']}",
        "",
        f"Written by physembed {report['physembed_version']}: {report['channels']} channel(s) of "
        f"{report['timepoints']:,} timepoints, {report['features']:,} features, "
        f"{len(report['labels'])} classes, computed in {report['number']}.",
        "",
        f"- Memory of a prediction, which the caller owns: {report['memory_bytes']:,} bytes.",
        *_gaps(report),
        *_streaming(report),
        f"- Readout: {report['readout_bytes']:,} bytes.",
        *_estimates(report["estimated"]),
        f"- MiniRocket would store {report['minirocket']['stored_bytes']:,} bytes for this task "
        f"and take {report['minirocket']['operations']:,} additions and multiplications.",
        *_lengths(report["transforms"]),
        *_rounded(report.get("rounded")),
        *_right(report.get("right")),
        "",
        "## Agreement",
        "",
        f"Cases are {report['cases_are']}. Scores agree where they differ by at most 1e-3 + 1e-3 "
        "times the score. A case sits on a tie where moving its series by a millionth of its range "
        "moves the model's own scores by more.",
        "",
        markdown_table(
            AGREEMENT_COLUMNS,
            [_agreement_row(place, row) for place, row in report["agreement"].items()],
            further_text_columns=(5, 6),
        ),
        "",
        "## Targets",
        "",
        "Flash holds code, constants and what is linked of the compiler's and math.h's functions; "
        "RAM is the memory above. Instructions are QEMU's, which counts no cycles.",
        "",
        markdown_table(
            TARGET_COLUMNS,
            [_target_row(row) for row in report["targets"]],
            n_text_columns=2,
            further_text_columns=(6,),
        ),
    ]
    if report["not_at_hand"]:
        lines += ["", "Not at hand, so not looked at: " + "; ".join(report["not_at_hand"]) + "."]
    return "\n".join(lines) + "\n"


def _estimates(told: Mapping[str, Any]) -> list[str]:
    """What the plan alone tells."""
    lines = [
        f"- All numbers: {told['stored_bytes']:,} bytes; with a readout of 8 bits "
        f"{told['stored_bytes_int8']:,}.",
        f"- About {told['operations']:,} additions and multiplications a window.",
    ]
    lines += [
        f"- About {part['milliseconds']:,} ms and {part['microjoules']:,} µJ a window on an "
        f"{part['name']}: an estimate from its data sheet, 2.9 instructions an operation and 1.3 "
        "cycles an instruction; nothing was measured there."
        for part in told["processors"]
    ]
    return lines


def whole_series(timepoints: int | None = None) -> str:
    """What a program takes of a model that bridges gaps itself, and what to do before it."""
    length = (
        "the longest length seen in fit" if timepoints is None else f"{timepoints:,} timepoints"
    )
    return (
        f"whole series of {length}: before it, bridge gaps by straight lines, continue a "
        "shorter series with its last value and cut a longer one, as predict does"
    )


def _gaps(report: Mapping[str, Any]) -> list[str]:
    if not report["bridged"]:
        return []
    return [
        "- The model was fitted on series with missing values or of unequal lengths. The program "
        f"takes {whole_series(report['timepoints'])}."
    ]


def _right(told: Mapping[str, Any] | None) -> list[str]:
    """How many cases get their own class."""
    if told is None:
        return []
    in_python = f"the model in Python on {told['model']:,}"
    if "written" not in told:
        return [f"- Right: {in_python} of {told['cases']:,} cases; the program was not run here."]
    return [f"- Right on {told['written']:,} of {told['cases']:,} cases; {in_python}."]


def _streaming(report: Mapping[str, Any]) -> list[str]:
    """What samples one by one take."""
    if report["hop"] is None:
        return []
    return [
        f"- Samples one by one: a window after every {report['hop']:,}; the last ones take "
        f"{report['stream_bytes']:,} bytes more."
    ]


def _rounded(told: Mapping[str, Any] | None) -> list[str]:
    """How far a readout of integers says what the model says."""
    if told is None:
        return []
    if "number" in told:
        weights = f", with weights of {told['readout']}" if "readout" in told else ""
        return [
            f"- In whole numbers{weights}, {told['same_class']:,} of {told['cases']:,} cases get "
            "the class of the model. Scores are compared below with those of the whole numbers, "
            "bit for bit."
        ]
    return [
        f"- Weights are {told['readout']}: {told['same_class']:,} of {told['cases']:,} cases get "
        "the class of the model. Scores are compared below with those of the rounded weights."
    ]


def _lengths(transforms: list[Mapping[str, Any]]) -> list[str]:
    lines = []
    for row in transforms:
        factors = " · ".join(map(str, row["radices"])) or "1"
        slow = [radix for radix in row["radices"] if radix > 11]
        note = f"; the factor {slow[0]} is summed directly, which is slow" if slow else ""
        if row["points"] % 2:
            # of an even window a real series is half as many complex points
            note += "; an even window, by another guard_band, would take less than half of it"
        lines.append(f"- Transform of {row['points']:,} complex points, {factors}{note}.")
    return lines


def _agreement_row(place: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (row["cases"], row["same_class"], row["within"])
    return (
        place,
        *(f"{count:,}" for count in counts),
        f"{row['largest_difference']:.2g}",
        _named(row["ties"]),
        _named(row["differing"]),
    )


def _named(cases: list[int]) -> str:
    if len(cases) > MOST_NAMED:
        return f"{len(cases):,} cases"
    return ", ".join(map(str, cases)) or "none"


def _target_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    def told(value: int | None) -> str:
        return "not run" if value is None else f"{value:,}"

    passed = {True: "pass", False: "FAIL", None: "not run"}[row["passed"]]
    return (
        row["target"],
        row["board"],
        f"{row['flash']:,}",
        f"{row['ram']:,}",
        told(row["stack"]),
        told(row["instructions"]),
        passed,
    )
