"""The record of what many series cost: every step in a process of its own, kept as it is made."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from physembed._checks import check_choice
from studies.speed.scale import DETECTORS, WAYS
from studies.speed.scale_cases import DATASET, write_cases
from studies.speed.scale_curve import RUN

ROOT = Path(__file__).parents[2]
"""From where ``python -m`` finds studies."""

CLASSES = 10
SIZES = (1_000, 10_000, 100_000, 1_000_000)
RIVAL_CASES = 50_000
"""Series that the rival stands, which are also tried in other ways."""
SAMPLED, SAMPLES = 10_000, (128, 256, 512, 1024, 2048)
"""Series that are fitted to, and cases of the sample that chooses the detectors: what a fit takes
beside what it takes for every series."""
LONG = 10_000_000
QUICK = ("fit", "curve", "ray")
"""With what the names of steps begin that take minutes."""


def scale_records(
    data_dir: Path | None = None,
    *,
    sizes: tuple[int, ...] = SIZES,
    rival_cases: int | None = RIVAL_CASES,
    again: Sequence[str] = (),
    record: dict[str, Any] | None = None,
    report: Callable[[str], None] = lambda _: None,
    write: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Time and memory of every size, and of a rival at the most that it stands.

    What is measured is handed to ``write`` after every step, and what a ``record`` has is not
    measured again: a stop loses one step. Steps that are named in ``again`` are, and no others.
    Without cases of a rival only those are measured that take minutes.

    Raises
    ------
    InvalidInputError
        If a step of this name is not to be had.
    """
    from physembed.training.environment import environment_record

    here = environment_record()
    # what was measured before stays what it was measured on
    begun = {"environment": here, "threads": torch.get_num_threads(), "cores": os.cpu_count()}
    record = {} if record is None else record
    for name, value in begun.items():
        record.setdefault(name, value)
    record |= {"made_of": DATASET, "sizes": list(sizes)}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        steps: dict[str, Callable[[], Any]] = {
            f"fit {size}": partial(_in_process, "fit", folder, size, DETECTORS) for size in sizes
        }
        steps["curve"] = partial(_beside, "scale_curve", folder, DETECTORS, CLASSES)
        steps["kills"] = partial(_beside, "kills_on_ray")
        steps["ray"] = partial(_beside, "scale_on_ray")
        if rival_cases is not None:
            steps[f"fit {rival_cases}"] = partial(
                _in_process, "fit", folder, rival_cases, DETECTORS
            )
            steps["rival"] = partial(_in_process, "rival", folder, rival_cases)
            steps["ways"] = partial(_ways, folder, rival_cases)
        steps["samples"] = partial(_samples, folder)
        steps["choices"] = partial(_beside, "scale_choices", folder, SAMPLED, DETECTORS)
        steps["reading"] = partial(_beside, "scale_reading", folder, RIVAL_CASES)
        steps["long"] = partial(_in_process, "long", folder, LONG)
        steps["one"] = partial(_in_process, "one", folder, LONG)
        for step in again:
            check_choice("again", step, steps)
        few = [step for step in steps if rival_cases or step.startswith(QUICK)]
        wanted = list(again) or [step for step in few if step not in record]
        fitted = {f"fit {size}": size for size in sizes}
        fitted |= {"curve": RUN[-1], "samples": SAMPLED, "choices": SAMPLED, "reading": RIVAL_CASES}
        if rival_cases is not None:
            fitted |= dict.fromkeys((f"fit {rival_cases}", "rival", "ways"), rival_cases)
        n_cases = max([fitted.get(step, 0) for step in wanted], default=0)
        if n_cases:
            report("making cases")
            write_cases(folder, n_cases, data_dir)
        for step in wanted:
            report(step)
            record[step] = steps[step]()
            record.setdefault("loads", {})[step] = os.getloadavg()[1]
            elsewhere = record.setdefault("elsewhere", {})
            elsewhere.pop(step, None)
            if here["processor"] != record["environment"]["processor"]:
                elsewhere[step] = here["processor"]
            write(record)
    return record


def _ways(folder: Path, n_cases: int) -> list[dict[str, Any]]:
    return [
        _in_process("way", folder, n_cases, detectors, way)
        for way, (detectors, _, _) in enumerate(WAYS)
    ]


def _samples(folder: Path) -> list[dict[str, Any]]:
    return [_in_process("sample", folder, SAMPLED, DETECTORS, size) for size in SAMPLES]


def _in_process(*arguments: object) -> Any:
    return _beside("scale", *arguments)


def _beside(module: str, *arguments: object) -> Any:
    """What a module of this folder prints, as JSON."""
    quiet = ["-W", "ignore::RuntimeWarning:runpy"]
    command = [sys.executable, *quiet, "-m", f"studies.speed.{module}"]
    done = subprocess.run(
        [*command, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return json.loads(done.stdout)
