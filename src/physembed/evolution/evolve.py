"""A field sent through a medium, and kept on its way."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from physembed._checks import check_choice, check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.evolution.evolution import Evolution
from physembed.physics import CoefficientValues, FieldEquation, MasterEquation, TimeGrid
from physembed.physics.coefficient import at_layer
from physembed.propagation.argument_checks import check_field, check_is_equation
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.edges import warn_of_field
from physembed.propagation.propagate import propagate
from physembed.propagation.sampling import is_driven, warn_of_steps
from physembed.propagation.schedule import ALL_SCHEMES


def evolve(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float],
    grid: TimeGrid,
    *,
    length: float,
    steps: int | None = None,
    scheme: str = "strang",
    rtol: float | None = None,
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
    scheme : {"lie", "strang", "yoshida4", "etdrk2", "etdrk4"}, default="strang"
        Of ``steps``, without which it is left out.
    rtol : float or None, default=None
        Where ``steps`` is None, the error that a step may make, as in
        :func:`~physembed.propagate`. None: 1e-6.
    frames : int, default=200
        At how many distances, at most, the field is kept beside the input.

    Returns
    -------
    Evolution
        With :meth:`~Evolution.plot` and :meth:`~Evolution.to_netcdf`.

    Raises
    ------
    InvalidInputError
        As :func:`~physembed.propagate`; if ``length``, ``steps`` or ``frames`` is not positive; if
        the equation is of real or several fields, the field a batch, or a coefficient not one
        number; and if ``scheme`` or ``rtol`` is beside what it does not serve.

    Warns
    -----
    SamplingWarning
        If the field reaches the edge of the window or of the band anywhere on its way, or a split
        step turns its phase by more than π, or the steps resonate with the band.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.2)
    >>> pulse = torch.exp(-(grid.t**2) / 2).to(torch.complex128)
    >>> evolution = pe.evolve(
    ...     pulse,
    ...     pe.NonlinearSchrodinger(),
    ...     {"alpha": 0.0, "beta2": -1.0, "gamma": 0.0},
    ...     grid,
    ...     length=1.0,
    ...     frames=4,
    ... )
    >>> evolution.fields.shape
    torch.Size([5, 128])
    >>> [round(float(width), 3) for width in evolution.rms_width]  # it spreads
    [0.707, 0.729, 0.791, 0.884, 1.0]
    """
    check_integer("steps", steps, least=1, optional=True)
    check_integer("frames", frames, least=1)
    check_number("length", length, above=0)
    _check_steps(steps, scheme, rtol)
    values = _checked_medium(field, equation, coefficients, grid)
    n_layers = frames if steps is None else min(frames, steps)
    steps_per_layer = 1 if steps is None else math.ceil(steps / n_layers)
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
        rtol=None if steps is not None else 1e-6 if rtol is None else rtol,
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
        lengths=[length],
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


def _check_steps(steps: int | None, scheme: str, rtol: float | None) -> None:
    """Refuse a scheme that is none, and one or an ``rtol`` that would be left aside."""
    check_choice("scheme", scheme, ALL_SCHEMES)
    if steps is None and scheme != "strang":
        raise InvalidInputError(
            f"scheme must be left out without steps, which are chosen by rtol; got {scheme!r}."
        )
    if steps is not None and rtol is not None:
        raise InvalidInputError(
            f"rtol must be left out with steps, whose length it would choose; got rtol={rtol!r}, "
            f"steps={steps!r}."
        )


def _checked_medium(
    field: Tensor, equation: MasterEquation, coefficients: Mapping[str, float], grid: TimeGrid
) -> dict[str, Tensor]:
    """The coefficients as tensors of one number, of a field that can be kept on its way."""
    check_is_equation(equation)
    if isinstance(equation, FieldEquation):
        raise InvalidInputError(
            f"equation must be of one complex field, got {type(equation).__name__}; propagate(..., "
            "return_layers=True) keeps fields of any equation."
        )
    if not isinstance(grid, TimeGrid):
        raise InvalidInputError(f"grid must be a TimeGrid, got {grid!r}.")
    check_field(field, equation, grid)
    if field.ndim > 2 or not field.numel():
        raise InvalidInputError(
            "field must have shape (n_points,) or (channels, n_points), got "
            f"{tuple(field.shape)}; propagate(..., return_layers=True) keeps those of a batch."
        )
    values, _ = checked_coefficients(equation, coefficients, field.device)
    for name, value in values.items():
        if value.numel() > 1:
            raise InvalidInputError(
                f"coefficient {name!r} must be one number, the same along the whole length, got "
                f"{value.numel()} of shape {tuple(value.shape)}."
            )
    return {name: value.reshape(()) for name, value in values.items()}


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
