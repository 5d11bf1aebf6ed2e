"""Peak memory of a step beyond its inputs and outputs, each depth in a process of its own.

``python -m studies.speed.memory GRADIENT LAYERS CASES POINTS`` prints it in bytes.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from physembed.experiments.grid.effort import measured

ROOT = Path(__file__).parents[2]
"""From where ``python -m`` finds studies."""

CASES, POINTS = 256, 1024
DEPTHS = (6, 60, 600)
GRADIENTS = ("autograd", "stored", "reversible")


def memory_records(
    depths: tuple[int, ...] = DEPTHS, report: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """Peak bytes by every gradient at several depths; none where the system is not Linux."""
    _, effort = measured(lambda: None)
    if effort.peak_bytes is None:
        return []
    records = []
    for layers in depths:
        record: dict[str, Any] = {"cases": CASES, "points": POINTS, "layers": layers}
        for gradient in GRADIENTS:
            if gradient == "autograd" and layers > 60:
                # ten fields a layer: many gigabytes
                continue
            report(f"{gradient}, {layers} layers")
            command = [
                sys.executable,
                "-W",
                "ignore::RuntimeWarning:runpy",
                "-m",
                __spec__.name,
                gradient,
                str(layers),
                str(CASES),
            ]
            done = subprocess.run(
                [*command, str(POINTS)], check=True, capture_output=True, text=True, cwd=ROOT
            )
            record[f"{gradient}_bytes"] = int(done.stdout)
        records.append(record)
    return records


def peak_bytes(gradient: str, n_layers: int, n_cases: int, n_points: int) -> int:
    """Largest resident memory during a step, less that before it and the field that leaves."""
    from studies.speed.steps import medium, random_fields

    cpu = torch.device("cpu")
    # compiles, and makes the transforms, of the same length
    _step(medium(n_points, 2, gradient, cpu), *random_fields(4, n_points, cpu))
    fibre = medium(n_points, n_layers, gradient, cpu)
    field, weights = random_fields(n_cases, n_points, cpu)
    out, effort = measured(lambda: _step(fibre, field, weights))
    assert effort.peak_bytes is not None
    return effort.peak_bytes - out.nbytes


def _step(fibre: torch.nn.Module, field: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    out: torch.Tensor = fibre(field)
    out.backward(weights)
    return out


if __name__ == "__main__":
    sizes = [int(argument) for argument in sys.argv[2:5]]
    sys.stdout.write(str(peak_bytes(sys.argv[1], *sizes)))
