"""The history of a training: one record per epoch or step, and as a file."""

import csv
import math
from pathlib import Path

Record = dict[str, float]
"""What an epoch leaves: its number, losses, accuracies, seconds and every coefficient."""


def write_history(file: Path, history: list[Record]) -> None:
    """Records as CSV; empty where nothing was trained."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        if history:
            writer = csv.DictWriter(stream, fieldnames=list(history[0]))
            writer.writeheader()
            writer.writerows(history)


def read_history(content: bytes) -> list[Record]:
    """What :func:`write_history` wrote."""
    lines = content.decode("utf-8").splitlines()
    records = [{k: float(v or math.nan) for k, v in row.items()} for row in csv.DictReader(lines)]
    for record in records:
        record["epoch"] = int(record["epoch"])
    return records
