"""A field sent through a medium, and kept on its way."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.evolution.evolution import Evolution
from physembed.physics import CoefficientValues, FieldEquation, MasterEquation, TimeGrid
from physembed.physics.coefficient import at_layer
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.propagate import propagate
from physembed.propagation.sampling import is_driven, warn_of_field, warn_of_steps


def evolve(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float],
    grid: TimeGrid,
    *,
    length: float,
    steps: int | None = None,
    scheme: str = "strang",
    rtol: float = 1e-6,
    frames: int = 200,
) -> Evolution:
    """Propagate a field and keep it at equal distances on its way.

    Parameters
    ----------
    field : Tensor of shape (n_points,) or (channels, n_points), complex64 or complex128
    equation : MasterEquation
        Of one complex field, or of coupled ones.
    coefficients : mapping of str to float
        In the grid's units; the same along the whole length.
    grid : TimeGrid
    length : float
        Of the medium; positive.
    steps : int or None, default=None
        Split steps over the whole length, rounded up to a multiple of the frames. None: steps as
        long as the field allows.
    scheme : {"lie", "strang", "yoshida4"}, default="strang"
        Of split steps.
    rtol : float, default=1e-6
        Where ``steps`` is None, the error that a step may make; see
        :func:`~physembed.propagate`.
    frames : int, default=200
        At how many distances, at most, the field is kept beside the input.

    Returns
    -------
    Evolution
        With :meth:`~Evolution.plot` and :meth:`~Evolution.to_netcdf`.

    Raises
    ------
    InvalidInputError
        As :func:`~physembed.propagate`, and if ``length``, ``steps`` or ``frames`` is not
        positive, or the equation is of real or several fields.

    Warns
    -----
    SamplingWarning
        If the field reaches the edge of the window or of the band anywhere on its way, or a split
        step turns its phase by more than π, or the steps resonate with the band.
    """
    if isinstance(equation, FieldEquation):
        raise InvalidInputError(
            f"equation must be of one complex field, got {type(equation).__name__}; propagate(..., "
            "return_layers=True) keeps fields of any equation."
        )
    check_integer("steps", steps, least=1, optional=True)
    check_integer("frames", frames, least=1)
    check_number("length", length, above=0)
    n_layers = frames if steps is None else min(frames, steps)
    steps_per_layer = 1 if steps is None else math.ceil(steps / n_layers)
    values, _ = checked_coefficients(equation, coefficients, field.device)
    # every coefficient once per frame: that many layers
    per_layer = {name: value.expand(n_layers) for name, value in values.items()}
    after = propagate(
        field,
        equation,
        per_layer,
        grid,
        layer_length=length / n_layers,
        steps_per_layer=steps_per_layer,
        scheme="lie" if steps is None else scheme,
        rtol=rtol if steps is None else None,
        return_layers=True,
        check_sampling=False,
    )
    fields = torch.cat([field[None], after])
    c = at_layer(values, 0)
    driven = not equation.is_conservative and is_driven(equation, grid, [c], field)
    warn_of_field(field, grid, "that enters")
    resonates = steps is not None and warn_of_steps(
        fields,
        equation,
        grid,
        [c],
        scheme=scheme,
        layer_length=length,
        steps=n_layers * steps_per_layer,
        named="steps",
        entered=field,
    )
    warn_of_field(
        fields,
        grid,
        "on its way",
        entered=field.expand_as(fields),
        driven=driven,
        resonates=resonates,
    )
    z = torch.linspace(0, length, n_layers + 1, dtype=torch.float64)
    return Evolution(grid, z, fields, _nonlinear_phase_rate(fields, equation, grid, c))


def _nonlinear_phase_rate(
    fields: Tensor, equation: MasterEquation, grid: TimeGrid, c: CoefficientValues
) -> Tensor:
    """Im[(dE/dz)/E] of the local law at each frame's peak, less what it is in the dark."""
    intensity = fields.abs().square()
    if equation.is_conservative:
        rate = equation.local_phase(intensity, grid.t, c)
        rate = rate - equation.local_phase(torch.zeros_like(intensity), grid.t, c)
    else:
        dark = equation.local_derivative(torch.zeros_like(fields), grid, c)
        slope = equation.local_derivative(fields, grid, c) - dark
        rate = (slope * fields.conj()).imag / intensity.clamp(min=torch.finfo(intensity.dtype).tiny)
    peak = intensity.flatten(1).argmax(dim=1, keepdim=True)
    return rate.flatten(1).gather(1, peak)[:, 0].double()
