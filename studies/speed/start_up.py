"""How long the first step of a process takes, with an empty cache of compiled code and with a full.

``python -m studies.speed.start_up`` prints the seconds of its first and second step.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def start_up_record() -> dict[str, Any]:
    """Seconds that the first step takes longer than the second: newly installed, and later."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        extra = []
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-W", "ignore::RuntimeWarning:runpy", "-m", __spec__.name],
                check=True,
                capture_output=True,
                text=True,
                env=environment,
                cwd=Path(__file__).parents[2],
            )
            first, second = (float(number) for number in done.stdout.split())
            extra.append(first - second)
    return {"first_process_s": extra[0], "later_process_s": extra[1]}


def _first_steps() -> tuple[float, float]:
    import torch

    from studies.speed.steps import _step, medium, random_fields

    cpu = torch.device("cpu")
    fibre = medium(512, 6, "auto", cpu)
    times = []
    for _ in range(2):
        start = time.perf_counter()
        _step(fibre, *random_fields(64, 512, cpu))
        times.append(time.perf_counter() - start)
    return times[0], times[1]


if __name__ == "__main__":
    sys.stdout.write(" ".join(str(seconds) for seconds in _first_steps()))
