"""A field sent through a medium, and kept on its way."""

import math
from collections.abc import Callable, Mapping
from typing import Any

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
from physembed.propagation.sampling import StepsSeen, is_driven, warn_of_steps
from physembed.propagation.schedule import ALL_SCHEMES, MOST_STEPS
from physembed.propagation.schemes import SCHEMES
from physembed.propagation.step_error import FixedSteps, warn_of_step_error

MOST_HALVINGS = 10
"""Of the steps of an exponential scheme, one of which is a frame at first."""


def evolve(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float],
    grid: TimeGrid,
    *,
    length: float,
    steps: int | None = None,
    scheme: str | None = None,
    rtol: float | None = None,
    frames: int = 200,
) -> Evolution:
    """Propagate a field and keep it at equal distances on its way.

    Parameters
    ----------
    field : Tensor of shape (n_points,), (channels, n_points) or (components, n_points)
        Complex64 or complex128, of an equation of real fields float32 or float64.
    equation : MasterEquation
    coefficients : mapping of str to float
        In the grid's units; the same along the whole length.
    grid : TimeGrid
    length : float
        Of the medium; positive.
    steps : int or None, default=None
        Split steps over the whole length; a frame is kept after every one, or every second,
        third, ... one, so that there are ``frames`` of them at most: 300 steps and 200 frames are
        150 frames of two steps. None: steps as long as the field allows.
    scheme : {"lie", "strang", "yoshida4", "etdrk2", "etdrk4"} or None, default=None
        How each of ``steps`` is taken. None: "strang", of a :class:`~physembed.FieldEquation`
        "etdrk4". Without ``steps`` it is left out, since those that ``rtol`` chooses are ERK4(3)'s;
        of a :class:`~physembed.FieldEquation` they are those of "etdrk4", which may be named.
    rtol : float or None, default=None
        Where ``steps`` is None, the error that a step may make, as in
        :func:`~physembed.propagate`; of a :class:`~physembed.FieldEquation` the error of the
        fields that are kept, by steps that are halved until they agree. None: 1e-6.
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
        the field is a batch, or a coefficient not one number; if ``scheme`` or ``rtol`` is beside
        what it does not serve; and if no number of steps reaches ``rtol``.

    Warns
    -----
    SamplingWarning
        If the field reaches the edge of the window or of the band anywhere on its way, or a split
        step turns its phase by more than π, or the steps resonate with the band, or more of them
        would change the field that leaves by more than a hundredth. Of a
        :class:`~physembed.FieldEquation` only the band's edge and the last of these are looked at.

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
    check_integer("steps", steps, least=1, most=MOST_STEPS, optional=True)
    check_integer("frames", frames, least=1, most=MOST_STEPS)
    check_number("length", length, above=0)
    _check_steps(equation, steps, scheme, rtol)
    values = _checked_medium(field, equation, coefficients, grid)
    # as many frames as there are at most, of equally many steps each
    steps_per_layer = 1 if steps is None else math.ceil(steps / frames)
    n_layers = frames if steps is None else math.ceil(steps / steps_per_layer)
    z = torch.linspace(0, length, n_layers + 1, dtype=torch.float64)
    # every coefficient once per frame: that many layers
    per_layer = {name: value.expand(n_layers) for name, value in values.items()}

    def run(**how: Any) -> Tensor:
        after = propagate(
            field, equation, per_layer, grid,
            layer_length=length / n_layers, return_layers=True, check_sampling=False, **how,
        )  # fmt: skip
        return torch.cat([field[None], after])

    c = at_layer(values, 0)
    of_fields = isinstance(equation, FieldEquation)
    scheme = scheme or ("etdrk4" if of_fields else "strang")
    if steps is not None:
        fields = run(steps_per_layer=steps_per_layer, scheme=scheme)
    elif of_fields:
        fields = _halved(run, equation, rtol or 1e-6)
    else:
        fields = run(rtol=rtol or 1e-6)
    if of_fields:
        # waves, patterns and fronts fill the window on purpose
        warn_of_field(fields, grid, "on its way", driven=True)
        is_told = False
    else:
        # exponential steps neither turn a phase nor resonate as split ones do
        split = n_layers * steps_per_layer if steps is not None and scheme in SCHEMES else None
        is_told = _warn_of_one_field(
            fields, equation, grid, c, scheme=scheme, length=length, steps=split
        )
    # what has been told of the steps came with a number of them that ends it
    if steps is not None and not is_told:
        warn_of_step_error(
            field,
            fields[-1],
            FixedSteps(equation, values, grid, scheme, [length], n_layers * steps_per_layer),
            named="steps",
            other_way="leave them out",
        )
    rate = _nonlinear_phase_rate(fields, equation, grid, c)
    return Evolution(grid, z, fields, rate, equation.components)


def _warn_of_one_field(
    fields: Tensor,
    equation: MasterEquation,
    grid: TimeGrid,
    c: CoefficientValues,
    *,
    scheme: str,
    length: float,
    steps: int | None,
) -> bool:
    """Warn of a field that enters or is on its way, and of its split steps, where there are any.

    Returns
    -------
    bool
        Whether something was said of the steps.
    """
    entered = fields[0]
    driven = not equation.is_conservative and is_driven(equation, grid, [c], entered)
    warn_of_field(entered, grid, "that enters")
    seen = StepsSeen(are_long=False, resonate=False)
    if steps is not None:
        seen = warn_of_steps(
            fields, equation, grid, [c],
            scheme=scheme, lengths=[length], steps=steps, named="steps", entered=entered,
        )  # fmt: skip
    warn_of_field(
        fields,
        grid,
        "on its way",
        entered=entered.expand_as(fields),
        driven=driven,
        resonates=seen.resonate,
    )
    return any(seen)


def _halved(run: Callable[..., Tensor], equation: MasterEquation, rtol: float) -> Tensor:
    """The fields by exponential steps, halved until the error of those kept is below ``rtol``."""
    before: Tensor | None = None
    for halvings in range(MOST_HALVINGS + 1):
        try:
            fields = run(steps_per_layer=2**halvings, scheme="etdrk4")
        except InvalidInputError:
            # steps that are too long lose a field; the shortest ones say of what
            if halvings == MOST_HALVINGS:
                raise
            continue
        if before is not None:
            change = (fields - before).flatten(1).norm(dim=1) / fields.flatten(1).norm(dim=1)
            # of fourth order: of what halving changes, a fifteenth is left
            if float(change.nan_to_num().max()) / 15 <= rtol:
                return fields
        before = fields
    raise InvalidInputError(
        f"rtol must be one that {2**MOST_HALVINGS} steps a frame reach for "
        f"{type(equation).__name__}, got {rtol!r}; ask for more frames, a shorter length, or "
        "give steps."
    )


def _check_steps(
    equation: MasterEquation, steps: int | None, scheme: str | None, rtol: float | None
) -> None:
    """Refuse a scheme that is none, and one or an ``rtol`` that would be left aside."""
    if scheme is not None:
        check_choice("scheme", scheme, ALL_SCHEMES)
    if steps is None and isinstance(equation, FieldEquation) and scheme not in (None, "etdrk4"):
        raise InvalidInputError(
            "scheme must be 'etdrk4' or left out without steps, which are halved until they agree; "
            f"got {scheme!r}; give steps with it."
        )
    if steps is None and not isinstance(equation, FieldEquation) and scheme is not None:
        raise InvalidInputError(
            "scheme must be left out without steps, which ERK4(3) takes as long as rtol allows; "
            f"got {scheme!r}; give steps with it."
        )
    if steps is not None and rtol is not None:
        raise InvalidInputError(
            f"rtol must be left out with steps, whose length it would choose; got rtol={rtol!r}, "
            f"steps={steps!r}."
        )
    check_number("rtol", rtol, above=0, below=1, optional=True)


def _checked_medium(
    field: Tensor, equation: MasterEquation, coefficients: Mapping[str, float], grid: TimeGrid
) -> dict[str, Tensor]:
    """The coefficients as tensors of one number, of a field that can be kept on its way."""
    check_is_equation(equation)
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
    """Im[(dE/dz)/E] of the local law at each frame's peak, less what it is in the dark.

    Zero of real fields, which have no phase.
    """
    if equation.is_real:
        return torch.zeros(len(fields), dtype=torch.float64)
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
