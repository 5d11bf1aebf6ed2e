"""Finished runs on disk: a run is finished exactly when its record is there and can be read."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from physembed._files import is_temporary, to_plain, write_json_atomically
from physembed.errors import RunFolderError
from physembed.experiments.grid.plan import Run

RECORD = "record.json"
KEYS = (
    "dataset",
    "model",
    "seed",
    "fold",
    "split",
    "accuracy",
    "embedding_parameters",
    "readout_parameters",
    "total_parameters",
    "fit_seconds",
    "predict_seconds",
    "peak_memory_bytes",
    "n_train",
    "n_test",
    "n_classes",
    "classes",
    "confusion_matrix",
    "settings",
    "composition",
    "dataset_digest",
    "versions",
    "machine",
    "physembed_version",
    "started",
    "own_data",
)
"""What every record holds, in this order."""

Record = dict[str, Any]

_SINCE = {"peak_memory_bytes": None, "own_data": None}
"""What records of earlier versions lack, and what was true of them."""

_LATER = {"levels": True}
"""Settings of a preset that came after the first records, at the value that changes nothing; None
is what is not there anyway."""

_GONE = {"fine_tune_epochs": 0}
"""Settings of trainings that were taken out again, at the value that changed nothing."""


def base_model(record: Record) -> str:
    """The catalogue's model, of which the record's may be a variant under a name of its own."""
    settings = record["settings"]
    return str(settings.get("preset") or settings.get("model") or record["model"])


def write_record(folder: Path, record: Record) -> None:
    """Write a run's record, which declares the run finished; to be called last."""
    whole = _SINCE | record
    write_json_atomically(folder / RECORD, {key: whole[key] for key in KEYS})


def read_record(folder: Path) -> Record | None:
    """The record of a finished run, or None where the run was not finished."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict):
        return None
    record = _SINCE | record
    return record if all(key in record for key in KEYS) else None


def finished_record(out: Path, run: Run) -> Record | None:
    """The record of ``run`` if it is finished.

    Raises
    ------
    RunFolderError
        If the folder holds the result of other settings, or something that is not a run.
    """
    from physembed.estimators.model_files import HISTORY, is_model_folder

    folder = out / run.folder
    record = read_record(folder)
    if record is None:
        there = folder.iterdir() if folder.is_dir() else ()
        # a history, and what was about to be written, are what a kill before the record left
        names = {path.name for path in there if not is_temporary(path)}
        if names - {HISTORY, RECORD} and not is_model_folder(folder):
            raise RunFolderError(
                f"{folder} is in the way: it is not a run of physembed. Choose another --out."
            )
        return None
    differences = differing(run.fingerprint(), _with_later_settings(record))
    if differences:
        raise RunFolderError(
            f"{folder} holds a run with other settings: {'; '.join(differences)}. "
            "Choose another --out, or pass --overwrite to replace it."
        )
    return record


def _with_later_settings(record: Record) -> Record:
    """The record with the settings that came after it, at the defaults, which change nothing."""
    settings = record["settings"]
    if "preset" in settings:
        settings = _LATER | settings
    stated = settings.get("training")
    if stated is None:
        return record | {"settings": settings}
    # loaded where a record is there to compare with: they bring torch
    from physembed.training import ProjectionSettings, SelectionSettings, TrainingSettings

    kinds = {"projection": ProjectionSettings, "selection": SelectionSettings}
    kind: Any = kinds.get(settings.get("method"), TrainingSettings)
    defaults = to_plain(asdict(kind()))
    told = {k: v for k, v in stated.items() if (k, v) not in _GONE.items()}
    return record | {"settings": settings | {"training": defaults | told}}


def differing(wanted: Record, there: Record, *, prefix: str = "") -> list[str]:
    """Each difference between two nested records, in words that name the setting."""
    differences: list[str] = []
    for key in sorted(wanted.keys() | (there.keys() if prefix else set())):
        name = f"{prefix}{key}"
        mine, theirs = wanted.get(key), there.get(key)
        if isinstance(mine, dict) and isinstance(theirs, dict):
            differences += differing(mine, theirs, prefix=f"{name}.")
        elif mine != theirs:
            differences.append(f"{name} is {_short(theirs)} there and {_short(mine)} here")
    return differences


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:36]}...{text[-1]}"
