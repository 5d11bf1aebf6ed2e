"""Where a field must be kept although the layers can be run backwards."""

import math
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.linear_law import linear_law
from physembed.propagation.pass_tables import linear_exponents
from physembed.propagation.schedule import Pass

AMPLIFICATION = {torch.complex64: 8.0, torch.complex128: 1e4}
"""How much the undone passes between two kept fields may amplify a rounding error, at most.

Division by H makes the error at a frequency grow by 1/|H|, relative to the field by max|H| / |H|.
"""

RANGE = 30.0
"""Logarithm by which a field may grow or fall between two kept ones, far from overflow."""

CHUNK = 8
"""Passes whose exponents are looked at together."""


def plan_checkpoints(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    dtype: torch.dtype,
) -> set[int]:
    """The passes before which the field must be kept, chosen from the coefficients.

    A lossless medium, or one whose loss is the same at all frequencies, needs none but every
    exp(30) of loss.
    """
    limit = math.log(AMPLIFICATION[dtype])
    known: set[int] = set()
    amplified = scaled = 0.0
    with torch.no_grad():
        for index, spread, scale in _spreads(equation, values, grid, schedule, dtype):
            amplified += spread
            scaled += scale
            if amplified > limit or scaled > RANGE:
                known.add(index)
                amplified = scaled = 0.0
    return known


def _spreads(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    dtype: torch.dtype,
) -> Iterator[tuple[int, float, float]]:
    """Of every pass with a linear step, the last one first: its index, log(max|H| / min|H|) and
    max|log|H||."""
    law = linear_law(equation, values, grid, dtype)
    for stop in range(len(schedule), 0, -CHUNK):
        start = max(0, stop - CHUNK)
        passes = enumerate(schedule[start:stop], start=start)
        chunk = [(index, step) for index, step in passes if step.linear]
        if not chunk:
            continue
        if law is None:
            steps = [step for _, step in chunk]
            gains = linear_exponents(equation, values, grid, steps).real
        else:
            gains = law.gains(values, tuple(step.linear for _, step in chunk))
        gains = gains.flatten(1)
        spreads = (gains.amax(dim=1) - gains.amin(dim=1)).tolist()
        scales = gains.abs().amax(dim=1).tolist()
        indices = [index for index, _ in chunk]
        yield from reversed(list(zip(indices, spreads, scales, strict=True)))
