"""All records of a reproduction in one file, each setting in it once."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from physembed._files import to_plain
from physembed.experiments.grid.plan import run_folder
from physembed.experiments.grid.records import RECORD, Record, read_record, write_record

ARCHIVE = "reproduction.json"
_SHARED = ("settings", "composition", "versions", "machine")
"""What many records have in common, and is kept once under its digest."""


def pack(records: Sequence[Record], **details: Any) -> dict[str, Any]:
    """Records as JSON-ready data, with ``details`` beside them."""
    shared: dict[str, Any] = {}
    packed = []
    for record in records:
        slim = dict(record)
        for key in _SHARED:
            text = json.dumps(to_plain(record[key]), sort_keys=True)
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            shared[digest] = record[key]
            slim[key] = digest
        packed.append(slim)
    return {**details, "records": packed, "shared": shared}


def unpack(data: dict[str, Any]) -> list[Record]:
    """What :func:`pack` was given."""
    return [
        record | {key: data["shared"][record[key]] for key in _SHARED} for record in data["records"]
    ]


def read_archive(file: Path) -> dict[str, Any]:
    """What :func:`pack` made and was written as JSON, the records as they were."""
    data: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return data | {"records": unpack(data)}


def restore(file: Path, out: Path) -> int:
    """Put the records of an archive where a grid looks for finished runs, if they are not there.

    Returns
    -------
    int
        How many were put there.
    """
    if not file.is_file():
        return 0
    restored = 0
    for record in read_archive(file)["records"]:
        folder = out / run_folder(
            record["dataset"], record["model"], record["seed"], record["split"], record["fold"]
        )
        if not (folder / RECORD).exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_record(folder, record)
            restored += 1
    return restored


def finished_records(out: Path) -> list[Record]:
    """Every record of the runs in a folder, by data set, split, model, seed and fold."""
    records = [read_record(file.parent) for file in out.glob(f"runs/*/*/*/{RECORD}")]
    return sorted(
        (record for record in records if record is not None),
        key=lambda r: (r["dataset"], r["split"], r["model"], r["seed"], r["fold"]),
    )
