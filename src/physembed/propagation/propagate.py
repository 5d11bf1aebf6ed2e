"""The functional core: a field through a cascade of layers."""

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor

from physembed._checks import check_choice, check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.physics import FieldEquation, Grid, MasterEquation
from physembed.physics.coefficient import at_every_layer, count_members, of_member
from physembed.propagation.cascade import cascade_steps, run_cascade_backwards
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.field_checks import check_field, check_noise
from physembed.propagation.gradients import GRADIENTS, run_layers, run_schedule
from physembed.propagation.growth import (
    check_growth,
    check_local_growth,
    check_result,
    check_step_growth,
)
from physembed.propagation.noise import Noise
from physembed.propagation.sampling import (
    is_driven,
    warn_of_field,
    warn_of_last_step,
    warn_of_steps,
)
from physembed.propagation.schedule import ALL_SCHEMES, Pass, is_exponential, make_schedule
from physembed.propagation.schemes import SCHEMES


def propagate(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float | Tensor],
    grid: Grid,
    *,
    layer_length: float = 1.0,
    steps_per_layer: int = 1,
    scheme: str = "lie",
    return_layers: bool = False,
    inverse: bool = False,
    noise: Noise | None = None,
    gradient: str = "auto",
    check_sampling: bool = True,
) -> Tensor:
    """Propagate a field through a cascade of layers of a medium.

    Each layer is ``steps_per_layer`` split steps of dE/dz = L E + (local law): the linear part in
    the Fourier domain, E <- F^-1[exp(L(omega) h) F[E]], the local part in the time domain,
    E <- E exp(i phi h) or, where it is not a phase, a Runge-Kutta step. The sign convention is
    d/dt -> i omega (numpy's and torch's FFT).

    Parameters
    ----------
    field : Tensor of shape (..., n_points), complex64 or complex128
        The field that enters; leading axes are cases, channels and the like. On a
        :class:`PlaneGrid` of shape (..., n_y, n_x); for coupled modes (..., channels, n_points),
        for several fields (..., components, n_points). Of an equation of real fields float32 or
        float64.
    equation : MasterEquation
        The medium.
    coefficients : mapping of str to number or real tensor of shape () or (n_layers,)
        The medium's coefficients by name; a scalar is shared by all layers. The number of layers
        is the common length of those given per layer, else one. Gradients flow to tensors.
        Of shape (n_members, n_layers), or (n_members, 1), they describe an ensemble of media; the
        first axis of ``field`` is then that of the members, or of length 1, one field for all.
    grid : TimeGrid or PlaneGrid
        The grid of the last axis, or the last two.
    layer_length : float, default=1.0
        Length of a layer, in the unit of the coefficients; positive.
    steps_per_layer : int, default=1
        Number of split steps that a layer is divided into.
    scheme : {"lie", "strang", "yoshida4", "etdrk2", "etdrk4"}, default="lie"
        The splitting scheme: of order 1 (the paper's), 2 or 4; or an exponential integrator, of
        order 2 or 4, which takes the linear part exactly and everything else around it.
    return_layers : bool, default=False
        Whether to return the field after every layer.
    inverse : bool, default=False
        Whether to undo the cascade: ``field`` is what left it. Exact to rounding, and possible
        only where the local law is a phase.
    noise : Noise or None, default=None
        Amplified spontaneous emission, added after every layer; the same for every member of an
        ensemble, as in separate runs.
    gradient : {"auto", "autograd", "stored", "reversible"}, default="auto"
        How backpropagation goes through: PyTorch's own through the plain operations, right to
        any order; a hand-written adjoint from the fields stored; or the same with the fields
        computed again by running the layers backwards, in memory that does not grow with depth.
        They agree to rounding. An equation that has no such way takes another one; with
        ``inverse`` it is always "autograd".
    check_sampling : bool, default=True
        Whether to look for undersampling, at the cost of two FFTs.

    Returns
    -------
    Tensor
        The field after the last layer, of the shape and dtype of ``field``; with
        ``return_layers`` the fields after every layer, of shape (n_layers, ...); with ``inverse``
        the fields before every layer, the first layer's first.

    Raises
    ------
    InvalidInputError
        If an argument is not as described, or the field overflows; the message says which.

    Warns
    -----
    SamplingWarning
        If the field that enters or leaves, with ``return_layers`` that after any layer, reaches the
        edge of the window or of the band; if dispersion carries a pulse out of the window on its
        way; if the nonlinear phase of the field that enters or leaves exceeds π per step, or 1
        where the local law takes a Runge-Kutta step; or if the steps resonate with the band and
        amplify what is beside a strong field.

    References
    ----------
    Agrawal, Nonlinear Fiber Optics (2019), section 2.4.1; MacPhee, Zhou and Jalali,
    arXiv 2407.14504 (2024).
    """
    check_choice("gradient", gradient, GRADIENTS)
    check_noise(noise, equation, inverse=inverse)
    field, values, n_layers = checked_arguments(
        field,
        equation,
        coefficients,
        grid,
        layer_length=layer_length,
        steps_per_layer=steps_per_layer,
        scheme=scheme,
    )
    if inverse:
        _check_can_be_undone(equation, scheme)
    n_members = count_members(values)
    schedule = make_schedule(
        scheme,
        n_layers,
        layer_length=float(layer_length),
        steps_per_layer=int(steps_per_layer),
        separate_layers=return_layers or noise is not None,
    )
    whole = isinstance(equation, FieldEquation) or is_exponential(schedule)
    check = check_step_growth if whole else partial(check_growth, inverse=inverse)
    check(equation, values, grid, schedule, field.dtype)
    if not field.numel():
        # no transform takes an empty batch
        return field.expand(n_layers, *field.shape).clone() if return_layers else field.clone()
    if whole:
        fields = _run(field, equation, values, grid, schedule, gradient=gradient, noise=noise)
        check_result(fields[-1], equation, grid, values)
        after = torch.stack(fields) if return_layers else fields[-1]
        if check_sampling:
            # waves, patterns and fronts fill the window on purpose
            warn_of_field(after, grid, "that leaves", driven=True)
        return after
    layers = at_every_layer(values, n_layers)
    if not equation.is_conservative:
        check_local_growth(field, equation, grid, values, layers=layers, layer_length=layer_length)
    resonates = False
    if check_sampling:
        for member in range(max(1, n_members)):
            resonates |= warn_of_steps(
                field[member] if n_members else field,
                equation,
                grid,
                layers[member * n_layers : (member + 1) * n_layers],
                scheme=scheme,
                layer_length=layer_length,
                steps=steps_per_layer,
                may_walk_off=not inverse,
            )
    if inverse and n_members:
        fields = _members_undone(field, equation, values, grid, schedule)
        result = fields[0]
    elif inverse:
        steps = cascade_steps(equation, values, grid, schedule)
        fields = run_cascade_backwards(field, equation, grid, steps)[::-1]
        result = fields[0]
    else:
        fields = _run(field, equation, values, grid, schedule, gradient=gradient, noise=noise)
        result = fields[-1]
    check_result(result, equation, grid, values)
    after = torch.stack(fields) if return_layers else result
    if check_sampling:
        last = 0 if inverse else n_layers - 1
        warn_of_last_step(
            result,
            equation,
            grid,
            layers[last::n_layers],
            entered=field,
            layer=last + 1,
            step=layer_length / steps_per_layer,
            steps=steps_per_layer,
        )
        warn_of_field(field, grid, "that enters")
        warn_of_field(
            after,
            grid,
            "between layers" if return_layers else "that leaves",
            entered=field.expand_as(after),
            driven=not equation.is_conservative and is_driven(equation, grid, layers, field),
            noise=0.0 if noise is None else n_layers * noise.mean_square(grid),
            resonates=resonates,
        )
    return after


def _check_can_be_undone(equation: MasterEquation, scheme: str) -> None:
    if not equation.is_conservative:
        raise InvalidInputError(
            f"inverse must be False for {type(equation).__name__}: its local law is not a phase "
            "and cannot be undone exactly."
        )
    if scheme not in SCHEMES:
        raise InvalidInputError(
            f"inverse must be False for scheme {scheme!r}, whose steps cannot be undone exactly; "
            f"those of {', '.join(SCHEMES)} can."
        )


def _run(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: tuple[Pass, ...],
    *,
    gradient: str,
    noise: Noise | None,
) -> list[Tensor]:
    """The fields at the end of every layer, where the schedule separates them, or of the last."""
    if noise is None and sum(step.ends_layer for step in schedule) == 1:
        return [run_schedule(field, equation, values, grid, schedule, gradient=gradient)]
    return run_layers(field, equation, values, grid, schedule, gradient=gradient, noise=noise)


def checked_arguments(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float | Tensor],
    grid: Grid,
    *,
    layer_length: float,
    steps_per_layer: int,
    scheme: str,
) -> tuple[Tensor, dict[str, Tensor], int]:
    """The field, of an ensemble with one entry per member, the coefficients as tensors, and the
    number of layers.

    Raises
    ------
    InvalidInputError
        If an argument is not as :func:`propagate` describes it.
    """
    if not isinstance(equation, MasterEquation):
        raise InvalidInputError(
            f"equation must be a MasterEquation such as NonlinearSchrodinger(), got {equation!r}."
        )
    check_field(field, equation, grid)
    check_choice("scheme", scheme, ALL_SCHEMES)
    check_number("layer_length", layer_length, above=0)
    check_integer("steps_per_layer", steps_per_layer, least=1)
    values, n_layers = checked_coefficients(equation, coefficients, field.device)
    n_members = count_members(values)
    if n_members:
        field = _for_members(field, n_members, grid)
    equation.check(values, grid)
    return field, values, n_layers


def _for_members(field: Tensor, n_members: int, grid: Grid) -> Tensor:
    """The field with one entry per member on its first axis."""
    if field.ndim == len(grid.shape) or field.shape[0] not in (1, n_members):
        raise InvalidInputError(
            f"the first axis of field must have length {n_members}, one field per member of the "
            f"ensemble, or 1; got shape {tuple(field.shape)}."
        )
    return field.expand(n_members, *field.shape[1:])


def _members_undone(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: tuple[Pass, ...],
) -> list[Tensor]:
    """The fields before every layer, the first layer's first, of every member."""
    members = []
    for k, one in enumerate(field):
        steps = cascade_steps(equation, of_member(values, k), grid, schedule)
        members.append(torch.stack(run_cascade_backwards(one, equation, grid, steps)[::-1]))
    return list(torch.stack(members, dim=1))
