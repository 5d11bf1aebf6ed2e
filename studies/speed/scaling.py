"""Cost against length, depth and number of cases, in units that a good method keeps flat."""

import math
from collections.abc import Callable
from typing import Any

import torch

from studies.speed.steps import step_record

LENGTHS = tuple(2**k for k in range(9, 21))
DEPTHS = (1, 2, 6, 12, 24, 48)
CASES = (4, 16, 64, 256, 1024)
POINTS_IN_ALL = 2**21
"""Cases times points while the length is varied; one case at 2^20 points has a companion."""


def scaling_records(
    *,
    device: torch.device,
    rounds: int,
    largest: int = LENGTHS[-1],
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, list[dict[str, Any]]]:
    """Steps by "auto" at many lengths, depths and numbers of cases.

    ``ns`` is the time in nanoseconds divided by layers, cases and n log2 n.
    """

    def record(n_cases: int, n_points: int, n_layers: int) -> dict[str, Any]:
        report(f"{n_cases} x {n_points:,}, {n_layers} layers")
        step = step_record(
            n_cases,
            n_points,
            device=device,
            rounds=rounds,
            n_layers=n_layers,
            gradients=("auto",),
            errors=False,
        )
        units = n_layers * n_cases * n_points * math.log2(n_points)
        return step | {"ns": 1e6 * step["auto_ms"] / units}

    return {
        "length": [record(max(2, POINTS_IN_ALL // n), n, 6) for n in LENGTHS if n <= largest],
        "depth": [record(64, 1024, depth) for depth in DEPTHS],
        "cases": [record(cases, 1024, 6) for cases in CASES],
    }
