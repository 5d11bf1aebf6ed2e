"""The history of a training as a file."""

import csv
import math
from pathlib import Path


def write_history(file: Path, history: list[dict[str, float]]) -> None:
    """Per-epoch records as CSV; empty where nothing was trained by gradient."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        if history:
            writer = csv.DictWriter(stream, fieldnames=list(history[0]))
            writer.writeheader()
            writer.writerows(history)


def read_history(content: bytes) -> list[dict[str, float]]:
    """What :func:`write_history` wrote."""
    lines = content.decode("utf-8").splitlines()
    records = [{k: float(v or math.nan) for k, v in row.items()} for row in csv.DictReader(lines)]
    for record in records:
        record["epoch"] = int(record["epoch"])
    return records
