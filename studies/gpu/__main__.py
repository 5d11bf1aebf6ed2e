"""``python -m studies.gpu``: what a GPU makes of cascades and of training, shown and written."""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from physembed._files import write_text_atomically
from physembed.propagation.self_check import self_check
from physembed.training.environment import environment_record
from studies.gpu import steps, training
from studies.gpu.figure import draw_floors
from studies.gpu.gpu_tables import markdown


def main() -> None:
    """Measure steps, training and fits on the GPU of this machine."""
    parser = argparse.ArgumentParser(prog="python -m studies.gpu", description=main.__doc__)
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder with data sets")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write gpu.json and gpu.md there")
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        print("torch sees no GPU here; physembed doctor says more.", file=sys.stderr)
        raise SystemExit(1)
    record = measure(arguments.data_dir, arguments.out)
    print(markdown(record))


def measure(data_dir: Path | None, out: Path | None) -> dict[str, Any]:
    """Everything, written down as it comes where there is a folder for it."""
    record: dict[str, Any] = {"environment": environment_record()}
    jobs: list[tuple[str, Callable[[], Any]]] = [
        *(("errors", partial(steps.errors, *size)) for size in steps.PRECISE),
        *(("step", partial(training.training_step, *size)) for size in training.STEPS),
        *(("sizes", partial(steps.measure, *size)) for size in steps.SIZES),
        *(("media", partial(steps.measure_medium, *other)) for other in steps.OTHERS),
    ]
    if data_dir is not None:
        jobs += [("fits", partial(training.fit, fit, data_dir)) for fit in training.FITS]
        jobs += [("places", partial(training.place, fit, data_dir)) for fit in training.PLACED]
    jobs.append(("checks", _checks))
    for part, job in jobs:
        started = time.perf_counter()
        with warnings.catch_warnings():
            # which cascades leave the chip stands in the tables
            warnings.simplefilter("ignore")
            record.setdefault(part, []).append(job())
        print(f"{part}: {time.perf_counter() - started:.1f} s", file=sys.stderr)
        if out is not None:
            write_text_atomically(out / "gpu.json", json.dumps(record, indent=1) + "\n")
            write_text_atomically(out / "gpu.md", markdown(record) + "\n")
    if out is not None:
        draw_floors(record["sizes"], out / "gpu.png")
    return record


def _checks() -> dict[str, Any]:
    """What ``physembed doctor`` checks on the device."""
    records = list(self_check("cuda"))
    return {"checks": len(records), "failed": [r.name for r in records if not r.passed]}


if __name__ == "__main__":
    main()
