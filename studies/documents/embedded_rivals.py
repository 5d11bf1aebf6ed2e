"""Table of docs/deployment.md: what is written for a microcontroller, beside others."""

from collections.abc import Mapping
from statistics import mean
from typing import Any

from physembed._markdown import markdown_table

SHORT = "tiny in a short window"
"""With a guard band of 0.15, which is enough for short filters."""
OURS = {"FordASubset": ("tiny", SHORT), "SpokenDigits": ("auditory", "auditory-frames")}
"""The presets that are compared on each data set."""


def rivals_table(
    records: list[dict[str, Any]],
    rivals: list[dict[str, Any]],
    reproduction: list[dict[str, Any]],
    forests: list[dict[str, Any]],
) -> str:
    """Ours beside others: accuracy, bytes, operations."""
    rows: list[tuple[str, str, float, int, int]] = []
    for rival in rivals:
        name = rival["dataset"]
        for record in records:
            if record["dataset"] != name or record["preset"] not in OURS[name]:
                continue
            told = record["c"]["estimated"]
            sizes = (told["stored_bytes"], told["operations"])
            rows.append((name, preset_told(record), record["accuracy"], *sizes))
        for label, kind in (
            ("random forest, 100 trees on 32 bands", "forest"),
            ("convolutional network, 8 bits", "cnn"),
            ("MiniRocket", "minirocket"),
        ):
            taken = rival[kind]
            accuracy = taken.get("accuracy", _accuracy(reproduction, name, kind))
            rows.append((name, label, accuracy, taken["bytes"], taken["operations"]))
        rows += [
            (
                name,
                f"that forest in 16 bits, as emlearn {forest['emlearn']} writes it, "
                "compiled for a Cortex-M4F",
                forest["accuracy"],
                forest["flash"]["Cortex-M4F"],
                rival["forest"]["operations"],
            )
            for forest in forests
            if forest["dataset"] == name
        ]
    cells = [
        (name, classifier, f"{100 * accuracy:.1f}", f"{stored:,}", f"{operations:,}")
        for name, classifier, accuracy, stored, operations in rows
    ]
    columns = ("Data set", "Classifier", "Accuracy / %", "All numbers / B", "Operations a window")
    return markdown_table(columns, cells, n_text_columns=2)


def _accuracy(records: list[dict[str, Any]], dataset: str, model: str) -> float:
    """The mean over seeds on the official split; nan where there is none."""
    accuracies = [
        record["accuracy"]
        for record in records
        if (record["dataset"], record["model"]) == (dataset, model)
        and record.get("split", "official") == "official"
    ]
    return mean(accuracies) if accuracies else float("nan")


def preset_told(record: Mapping[str, Any]) -> str:
    """A record's preset, and its readout where that is of integers."""
    readout = record.get("readout", "float32")
    return f"`{record['preset']}`" + ("" if readout == "float32" else f", {readout} readout")
