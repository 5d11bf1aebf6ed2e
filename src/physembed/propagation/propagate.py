"""The functional core: a field through a cascade of layers."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from physembed.errors import InvalidInputError, UnknownNameError
from physembed.physics import MasterEquation, TimeGrid
from physembed.propagation.cascade import plan_cascade, run_cascade
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.schemes import SCHEMES


def propagate(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float | Tensor],
    grid: TimeGrid,
    *,
    layer_length: float = 1.0,
    steps_per_layer: int = 1,
    scheme: str = "lie",
    return_layers: bool = False,
) -> Tensor:
    """Propagate a field through a cascade of layers of a medium.

    Each layer is ``steps_per_layer`` split steps of dE/dz = L E + i phi(|E|^2, t) E: the linear
    part in the Fourier domain, E <- F^-1[exp(L(omega) h) F[E]], the local part in the time domain,
    E <- E exp(i phi h). The sign convention is d/dt -> i omega (numpy's and torch's FFT).

    Parameters
    ----------
    field : Tensor of shape (..., n_points), complex64 or complex128
        The field that enters; leading axes are cases, channels and the like.
    equation : MasterEquation
        The medium.
    coefficients : mapping of str to number or real tensor of shape () or (n_layers,)
        The medium's coefficients by name; a scalar is shared by all layers. The number of layers
        is the common length of those given per layer, else one. Gradients flow to tensors.
    grid : TimeGrid
        The grid of the last axis.
    layer_length : float, default=1.0
        Length of a layer, in the unit of the coefficients; positive.
    steps_per_layer : int, default=1
        Number of split steps that a layer is divided into.
    scheme : {"lie", "strang", "yoshida4"}, default="lie"
        The splitting scheme: of order 1 (the paper's), 2 or 4.
    return_layers : bool, default=False
        Whether to return the field after every layer.

    Returns
    -------
    Tensor
        The field after the last layer, of the shape and dtype of ``field``; with
        ``return_layers`` the fields after every layer, of shape (n_layers, ..., n_points).

    Raises
    ------
    InvalidInputError
        If an argument is not as described; the message names it.

    References
    ----------
    Agrawal, Nonlinear Fiber Optics (2019), section 2.4.1; MacPhee, Zhou and Jalali,
    arXiv 2407.14504 (2024).
    """
    _check_field(field, grid)
    _check_equation(equation)
    if scheme not in SCHEMES:
        raise UnknownNameError("scheme", scheme, list(SCHEMES))
    _check_lengths(layer_length, steps_per_layer)
    values, n_layers = checked_coefficients(equation, coefficients, field.device)
    passes = plan_cascade(
        equation,
        values,
        n_layers,
        grid,
        SCHEMES[scheme],
        layer_length=layer_length,
        steps_per_layer=steps_per_layer,
        separate_layers=return_layers,
    )
    ends = run_cascade(field, equation, values, grid, passes)
    return torch.stack(ends) if return_layers else ends[-1]


def _check_field(field: Tensor, grid: TimeGrid) -> None:
    if not isinstance(field, Tensor):
        raise InvalidInputError(f"field must be a torch tensor, got {type(field).__name__}.")
    if field.dtype not in (torch.complex64, torch.complex128):
        raise InvalidInputError(
            f"field must be complex64 or complex128, got {field.dtype}; "
            "turn a real series into a field with torch.complex or .to(torch.complex64)."
        )
    if not isinstance(grid, TimeGrid):
        raise InvalidInputError(f"grid must be a TimeGrid, got {grid!r}.")
    if field.ndim == 0 or field.shape[-1] != grid.n_points:
        raise InvalidInputError(
            f"the last axis of field must have the grid's {grid.n_points} points, "
            f"got shape {tuple(field.shape)}."
        )


def _check_equation(equation: MasterEquation) -> None:
    if not isinstance(equation, MasterEquation):
        raise InvalidInputError(
            f"equation must be a MasterEquation such as NonlinearSchrodinger(), got {equation!r}."
        )


def _check_lengths(layer_length: float, steps_per_layer: int) -> None:
    is_number = isinstance(layer_length, (int, float)) and not isinstance(layer_length, bool)
    if not (is_number and math.isfinite(layer_length) and layer_length > 0):
        raise InvalidInputError(
            f"layer_length must be a positive, finite number, got {layer_length!r}."
        )
    is_count = isinstance(steps_per_layer, int) and not isinstance(steps_per_layer, bool)
    if not (is_count and steps_per_layer >= 1):
        raise InvalidInputError(
            f"steps_per_layer must be an integer of at least 1, got {steps_per_layer!r}."
        )
