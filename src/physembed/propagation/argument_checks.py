"""Checks of what a user hands to the propagator."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from physembed._checks import check_choice, check_integer
from physembed.errors import InvalidInputError
from physembed.physics import FieldEquation, Grid, MasterEquation, PlaneGrid, TimeGrid
from physembed.physics.coefficient import count_members, layer_lengths
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.edges import FieldNumbers, field_numbers
from physembed.propagation.growth import is_finite
from physembed.propagation.noise import Noise
from physembed.propagation.schedule import ALL_SCHEMES, MOST_STEPS
from physembed.propagation.schemes import SCHEMES


def check_is_equation(equation: object) -> None:
    """Refuse what is no equation, such as the name of one.

    Raises
    ------
    InvalidInputError
    """
    if not isinstance(equation, MasterEquation):
        raise InvalidInputError(
            f"equation must be a MasterEquation such as NonlinearSchrodinger(), got {equation!r}."
        )


def check_field(field: Tensor, equation: MasterEquation, grid: Grid) -> None:
    """Refuse what is no field of the equation on the grid.

    Raises
    ------
    InvalidInputError
    """
    if not isinstance(field, Tensor):
        raise InvalidInputError(f"field must be a torch tensor, got {type(field).__name__}.")
    if equation.is_real and field.dtype not in (torch.float32, torch.float64):
        raise InvalidInputError(
            f"field must be float32 or float64 for {type(equation).__name__}, whose fields are "
            f"real; got {field.dtype}."
        )
    if not equation.is_real and field.dtype not in (torch.complex64, torch.complex128):
        raise InvalidInputError(
            f"field must be complex64 or complex128, got {field.dtype}; "
            "turn a real series into a field with .to(torch.complex64)."
        )
    if not isinstance(grid, (TimeGrid, PlaneGrid)):
        raise InvalidInputError(f"grid must be a TimeGrid or a PlaneGrid, got {grid!r}.")
    if tuple(field.shape[-len(grid.shape) :]) != grid.shape:
        points = " x ".join(str(n) for n in grid.shape)
        raise InvalidInputError(
            f"the last axes of field must have the grid's {points} points, "
            f"got shape {tuple(field.shape)}."
        )
    n, axis = len(equation.components), -len(grid.shape) - 1
    if n > 1 and (field.ndim < -axis or field.shape[axis] != n):
        raise InvalidInputError(
            f"{type(equation).__name__} couples the fields {', '.join(equation.components)}: field "
            f"must have shape (..., {n}, *grid), got {tuple(field.shape)}."
        )
    if equation.needs_channels and field.ndim < 2:
        raise InvalidInputError(
            f"{type(equation).__name__} couples channels: field must have shape "
            f"(..., channels, n_points), got {tuple(field.shape)}."
        )


def check_is_finite(field: Tensor, numbers: FieldNumbers | None = None) -> None:
    """Refuse infinity and NaN in a field, whose ``numbers`` may be known already.

    Raises
    ------
    InvalidInputError
    """
    if not is_finite(field, numbers):
        bad = field.numel() - int(torch.isfinite(field.detach()).sum())
        raise InvalidInputError(
            f"field must be finite, got {bad} of {field.numel()} points infinite or not a number."
        )


def check_what_is_asked_for(
    equation: MasterEquation,
    *,
    scheme: str,
    inverse: bool,
    steps_as_given: bool,
    noise: Noise | None,
) -> None:
    """Refuse what the equation, or the scheme, has not: an inverse, noise, steps to be counted.

    Raises
    ------
    InvalidInputError
    """
    if not (noise is None or isinstance(noise, Noise)):
        raise InvalidInputError(f"noise must be a Noise or None, got {noise!r}.")
    if noise is not None and inverse:
        raise InvalidInputError("noise must be None with inverse=True: noise cannot be undone.")
    if noise is not None and isinstance(equation, FieldEquation) and equation.is_real:
        raise InvalidInputError(
            f"noise must be None for {type(equation).__name__}, whose fields are real; add noise "
            "to the field."
        )
    if steps_as_given:
        raise InvalidInputError("return_steps must be False without rtol: steps are as given.")
    if inverse and not equation.is_conservative:
        raise InvalidInputError(
            f"inverse must be False for {type(equation).__name__}: its local law is not a phase "
            "and cannot be undone exactly."
        )
    if inverse and scheme not in SCHEMES:
        raise InvalidInputError(
            f"inverse must be False for scheme {scheme!r}, whose steps cannot be undone exactly; "
            f"those of {', '.join(SCHEMES)} can."
        )


def checked_arguments(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float | Tensor],
    grid: Grid,
    *,
    layer_length: float | Sequence[float],
    steps_per_layer: int,
    scheme: str,
    is_watched: bool = False,
) -> tuple[Tensor, dict[str, Tensor], tuple[float, ...], FieldNumbers | None]:
    """The field, of an ensemble with one entry per member, the coefficients as tensors, the lengths
    of the layers, and with ``is_watched`` the field's numbers, where there are any.

    Raises
    ------
    InvalidInputError
        If an argument is not as :func:`~physembed.propagate` describes it.
    """
    check_is_equation(equation)
    check_field(field, equation, grid)
    check_choice("scheme", scheme, ALL_SCHEMES)
    check_integer("steps_per_layer", steps_per_layer, least=1)
    values, n_layers = checked_coefficients(equation, coefficients, field.device)
    lengths = _lengths(layer_length, values, n_layers)
    if (n_steps := len(lengths) * steps_per_layer) > MOST_STEPS:
        raise InvalidInputError(
            f"steps_per_layer times the number of layers must be at most {MOST_STEPS:,}, got "
            f"{n_steps:,}; a scheme of higher order needs fewer, and rtol chooses them."
        )
    n_members = count_members(values)
    numbers = field_numbers(field, grid) if is_watched and not n_members else None
    check_is_finite(field, numbers)
    if n_members:
        field = _for_members(field, n_members, grid)
    equation.check(values, grid)
    # of a field that is expanded, MKL of earlier versions of PyTorch refuses the transform
    return field.contiguous(), values, lengths, numbers


def _lengths(
    given: float | Sequence[float], values: Mapping[str, Tensor], n_layers: int
) -> tuple[float, ...]:
    """The length of every layer."""
    shapes = [value.shape for value in values.values()]
    has_layers = any(shape[-1:] > (1,) or len(shape) == 1 for shape in shapes)
    return layer_lengths(given, n_layers, may_be_more=not has_layers)


def _for_members(field: Tensor, n_members: int, grid: Grid) -> Tensor:
    """The field with one entry per member on its first axis."""
    if field.ndim == len(grid.shape) or field.shape[0] not in (1, n_members):
        raise InvalidInputError(
            f"the first axis of field must have length {n_members}, one field per member of the "
            f"ensemble, or 1; got shape {tuple(field.shape)}."
        )
    return field.expand(n_members, *field.shape[1:])
