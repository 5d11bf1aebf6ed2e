"""A field through one layer in equal steps of the interaction picture: what fits take."""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.physics.transforms import inverse_transform, transform
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.compiled_picture import picture_of
from physembed.propagation.growth import check_result

EQUAL_STEPS = "erk4"
"""What they are called beside the schemes of :func:`~physembed.propagate`; of order four."""


def run_equal_steps(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float | Tensor],
    grid: Grid,
    *,
    length: float,
    steps: int,
) -> Tensor:
    """The field that leaves, without a gradient.

    A step computes the local law four times, as that of a splitting does where the law is no phase,
    and is of order four where that is of two; a glass is followed in compiled loops. What steps of
    their own choosing would give jumps where their number does, so that no differences could be
    taken of it.

    Parameters
    ----------
    field : Tensor of shape (..., *grid), complex
        Of coupled modes (..., channels, *grid).
    equation : MasterEquation
    coefficients : mapping of str to number
    grid : Grid
    length : float
    steps : int

    Raises
    ------
    InvalidInputError
        If a coefficient is none, or the field overflows.
    """
    values, _ = checked_coefficients(equation, coefficients, field.device)
    n_axes = len(grid.shape)
    of_cases = field.shape[: field.ndim - n_axes - equation.needs_channels]
    rows = field.reshape(math.prod(of_cases), *field.shape[len(of_cases) :])
    with torch.no_grad():
        spectrum = transform(rows, n_axes)
        medium = picture_of(equation, values, 0, grid, spectrum)
        lengths = np.full(len(rows), length / steps)
        rate = medium.local_rate(spectrum)
        for _ in range(steps):
            spectrum, rate, _ = medium.trial(spectrum, rate, lengths)
        left = inverse_transform(spectrum, n_axes).reshape(field.shape)
    check_result(left, equation, grid, values)
    return left
