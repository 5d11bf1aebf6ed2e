"""Peak memory of `physembed predict` on files of very different sizes."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

N_TIMEPOINTS = 150
CASES_AT_ONCE = 20_000


PROGRAM = """
import atexit, sys
from pathlib import Path
from memory import own_peak
told = Path(sys.argv.pop(1))
atexit.register(lambda: told.write_text(str(own_peak())))
from physembed.cli import main
main()
"""


def own_peak() -> int:
    """Bytes that this process has held at most.

    Not by ``getrusage``, which counts from what the parent held when the process was begun.
    """
    status = Path("/proc/self/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) * 1024


@dataclass
class Measured:
    """A prediction.

    Parameters
    ----------
    suffix : str
    file_bytes, n_cases, peak_bytes : int
    seconds : float
    """

    suffix: str
    file_bytes: int
    n_cases: int
    peak_bytes: int
    seconds: float


def write_series(file: Path, n_bytes: int, *, in_columns: bool = False) -> int:
    """Series like those of GunPoint in a file of about so many bytes; their number.

    ``in_columns`` is Fortran order, made in memory.
    """
    of_a_case = N_TIMEPOINTS * (4 if file.suffix == ".npy" else 8)
    n_cases = max(n_bytes // of_a_case, 1)
    rng = np.random.default_rng(0)
    if in_columns:
        series = rng.normal(size=(n_cases, N_TIMEPOINTS)).cumsum(axis=1)
        np.save(file, np.asfortranarray(series, dtype="<f4"))
        return n_cases
    with file.open("wb") as stream:
        if file.suffix == ".npy":
            np.lib.format.write_array_header_1_0(
                stream, {"descr": "<f4", "fortran_order": False, "shape": (n_cases, N_TIMEPOINTS)}
            )
        left = n_cases
        while left:
            n_now = min(left, CASES_AT_ONCE)
            series = rng.normal(size=(n_now, N_TIMEPOINTS)).cumsum(axis=1)
            if file.suffix == ".npy":
                stream.write(series.astype("<f4").tobytes())
            else:
                np.savetxt(stream, series, fmt="%.4f", delimiter=",")
            left -= n_now
    return n_cases


def model(folder: Path) -> Path:
    """A run folder to predict with."""
    out = folder / "model"
    if not out.exists():
        from physembed.experiments import train_one

        train_one("GunPoint", "linear", out=out)
    return out


def measure(suffix: str, n_bytes: int, folder: Path, *, in_columns: bool = False) -> Measured:
    """Predict a file of such a size in a process of its own."""
    run = model(folder)
    file = folder / f"series{suffix}"
    n_cases = write_series(file, n_bytes, in_columns=in_columns)
    out = folder / "predicted.csv"
    told = folder / "peak"
    command = ("predict", str(run), str(file), "--out", str(out), "--overwrite")
    places = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(told), *command],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(places), "OMP_NUM_THREADS": "1"},
        check=True,
    )
    seconds = time.monotonic() - started
    with out.open("rb") as stream:
        n_lines = sum(1 for _ in stream)
    assert n_lines == n_cases + 1, (n_lines, n_cases)
    peak = int(told.read_text())
    measured = Measured(suffix, file.stat().st_size, n_cases, peak, seconds)
    file.unlink()
    out.unlink()
    return measured
