"""All measurements of speed and memory, one after another, into one record."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from physembed._files import write_json_atomically
from physembed.data import load_dataset
from physembed.errors import UnknownNameError
from studies.speed import designed, imports, memory, public_call, scaling, start_up, steps, training

MEASUREMENTS = (
    "steps",
    "propagate",
    "memory",
    "start-up",
    "import",
    "scaling",
    "training",
    "designed",
    "chosen",
)
QUICK = ((64, 512), (64, 5120))
"""Sizes of a quick run."""


@dataclass(frozen=True)
class Bench:
    """What is measured.

    Parameters
    ----------
    parts : collection of str
        Of :data:`MEASUREMENTS`.
    device : torch.device
    quick : bool
        Fewer sizes and rounds: seconds instead of minutes.
    data_dir : Path or None
        Where Spoken Digits lies, which training and designed physics are measured on; None is the
        usual data folder.

    Raises
    ------
    UnknownNameError
    DatasetError
        If a part is to be measured whose data set is not on this machine.
    """

    parts: Collection[str]
    device: torch.device
    quick: bool = False
    data_dir: Path | None = None

    def __post_init__(self) -> None:
        for part in self.parts:
            if part not in MEASUREMENTS:
                raise UnknownNameError("part", part, list(MEASUREMENTS))
        for part, dataset in [
            ("training", training.DATASET),
            ("designed", designed.DATASET),
            ("chosen", designed.DATASET),
        ]:
            if part in self.parts:
                # minutes before it would be missed
                load_dataset(dataset, self.data_dir)


def run_bench(
    bench: Bench, out: Path | None = None, report: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Measure, and write ``bench.json`` in ``out`` after every part.

    Parameters
    ----------
    bench : Bench
    out : Path or None
        A folder; what it holds of parts that are not measured now is kept.
    report : callable
        Is told what is being measured.

    Returns
    -------
    dict
        The environment, and the records of every part that was measured.
    """
    from physembed.training.environment import environment_record

    file = None if out is None else out / "bench.json"
    known = json.loads(file.read_text("utf-8")) if file is not None and file.is_file() else {}
    now = {
        "environment": environment_record(),
        "device": _name(bench.device),
        "threads": torch.get_num_threads(),
        "quick": bench.quick,
    }
    record: dict[str, Any] = {part: known[part] for part in MEASUREMENTS if part in known}
    if record.keys() <= set(bench.parts):
        record |= now
    else:
        # what is measured anew, on another machine or another day, has an environment of its own
        record |= {name: known[name] for name in now}
        anew = dict.fromkeys(bench.parts, now["environment"])
        record["environments"] = known.get("environments", {}) | anew
    rounds = 3 if bench.quick else 10
    measure: dict[str, Callable[[], Any]] = {
        "steps": lambda: steps.step_records(
            QUICK if bench.quick else steps.SIZES,
            device=bench.device,
            rounds=rounds,
            report=report,
        ),
        "propagate": lambda: public_call.public_call_records(
            QUICK if bench.quick else steps.SIZES, rounds=rounds, report=report
        ),
        "memory": lambda: memory.memory_records(
            (6, 60) if bench.quick else memory.DEPTHS, report=report
        ),
        "start-up": start_up.start_up_record,
        "import": lambda: imports.import_record(2 if bench.quick else 5),
        "scaling": lambda: scaling.scaling_records(
            device=bench.device,
            rounds=2 if bench.quick else 4,
            largest=2**14 if bench.quick else scaling.LENGTHS[-1],
            report=report,
        ),
        "training": lambda: training.training_record(
            bench.data_dir, epochs=1 if bench.quick else 10, report=report
        ),
        "designed": lambda: designed.designed_records(
            bench.data_dir, rounds=1 if bench.quick else 5, report=report
        ),
        "chosen": lambda: designed.chosen_record(bench.data_dir, rounds=1 if bench.quick else 5),
    }
    for part in MEASUREMENTS:
        if part in bench.parts:
            report(part)
            record[part] = measure[part]()
            if file is not None:
                write_json_atomically(file, record)
    return record


def _name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
