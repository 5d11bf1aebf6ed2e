"""From the CSV of a recording of ten minutes at 8 kHz to a model, its estimate, its card and the
first page of its report.

``python -m studies.speed --parts recording``. The recording is made: three states of a machine that
take turns, tones with overtones in noise. Seconds of the processor are those of all threads.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from physembed._markdown import markdown_table
from physembed.training.environment import environment_record

RATE, MINUTES = 8000, 10
WINDOW, HOP = 2000, 2000
STATES = ("idle", "worn", "broken")
COMMAND = "from physembed.cli import main; main()"


def make_recording(file: Path) -> None:
    """A column of times, one of accelerations, one of states, which last 15 to 35 seconds each."""
    rng = np.random.default_rng(0)
    n = 60 * RATE * MINUTES
    turns = np.cumsum(rng.uniform(15, 35, 3 * MINUTES) * RATE).astype(int)
    state = np.searchsorted(turns, np.arange(n), side="right") % len(STATES)
    phase = 2 * np.pi * np.cumsum(np.array([120.0, 150.0, 180.0])[state]) / RATE
    overtones = 0.4 * np.sin(3 * phase + 0.3) * (state == 1) + 0.3 * np.sin(7 * phase) * (state > 1)
    values = np.sin(phase) + overtones + 0.8 * rng.standard_normal(n)
    with file.open("w", encoding="ascii") as lines:
        lines.write("time,acceleration,state\n")
        lines.writelines(f"{k / RATE:.6f},{values[k]:.5f},{STATES[state[k]]}\n" for k in range(n))


def recording_record(report: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """What the one command takes, with the defaults of a user."""
    with tempfile.TemporaryDirectory() as folder:
        file, run = Path(folder) / "machine.csv", Path(folder) / "run"
        report(f"{MINUTES} minutes at {RATE} Hz")
        make_recording(file)
        said = ("--label", "state", "--window", str(WINDOW), "--hop", str(HOP))
        load = os.getloadavg()[0]
        training = _effort("train", str(file), *said, "--out", str(run))
        # Linux counts in kibibytes
        peak = 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        report("the first page of its report")
        page = _effort("explain", str(run), "--simple")
        run_record = json.loads((run / "record.json").read_text("utf-8"))
        n_bytes = file.stat().st_size
    return {
        "environment": environment_record(),
        "load": (load + os.getloadavg()[0]) / 2,
        "rate": RATE,
        "minutes": MINUTES,
        "window": WINDOW,
        "hop": HOP,
        "file_bytes": n_bytes,
        "cases": run_record["n_train"],
        **training,
        "peak_bytes": peak,
        "report": page,
        "estimate": run_record["estimate"]["by"],
        "accuracy": {row["model"]: row["accuracy"] for row in run_record["estimate"]["models"]},
    }


def _effort(*arguments: str) -> dict[str, float]:
    """Seconds of a command of ours, on the clock and of all processors."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-W", "ignore", "-c", COMMAND, *arguments]
    subprocess.run(command, check=True, capture_output=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = (getattr(after, n) - getattr(before, n) for n in ("ru_utime", "ru_stime"))
    return {"seconds": wall, "processor_seconds": sum(busy)}


def recording_table(record: dict[str, Any]) -> str:
    """The record as Markdown."""
    accuracies = ", ".join(f"{name} {share:.1%}" for name, share in record["accuracy"].items())
    environment, page = record["environment"], record.get("report")
    rows = {
        "file": f"{record['minutes']} minutes at {record['rate']:,} a second, "
        f"{record['file_bytes'] / 1e6:.0f} MB of CSV",
        "command": f"`physembed train machine.csv --label state --window {record['window']} "
        f"--hop {record['hop']} --out run`",
        "windows": f"{record['cases']:,}",
        "estimate": record["estimate"],
        "accuracy": accuracies,
        "seconds of the processor": f"{record['processor_seconds']:.0f}",
        "seconds on the clock": f"{record['seconds']:.0f}, at a load of "
        f"{record['load']:.0f} on {environment['cpu_count']} cores, ours included",
    }
    if page is not None:
        rows["`physembed explain run --simple`"] = (
            f"{page['processor_seconds']:.0f} more seconds of the processor, "
            f"{page['seconds']:.0f} on the clock"
        )
    rows["memory at most"] = f"{record['peak_bytes'] / 1e6:,.0f} MB"
    table = markdown_table(("", ""), rows.items(), n_text_columns=2)
    return f"{table}\n\nOn {environment['processor']}."
