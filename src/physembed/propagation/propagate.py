"""The functional core: a field through a cascade of layers."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal, overload

import torch
from torch import Tensor

from physembed._checks import check_choice
from physembed.physics import FieldEquation, Grid, MasterEquation
from physembed.physics.coefficient import count_members, of_member
from physembed.propagation.adaptive_cascade import (
    StepsTaken,
    check_adaptive_options,
    run_adaptive_cascade,
)
from physembed.propagation.argument_checks import check_what_is_asked_for, checked_arguments
from physembed.propagation.cascade import cascade_steps, run_cascade_backwards
from physembed.propagation.edges import field_numbers, warn_of_field
from physembed.propagation.exponential import EXPONENTIAL_SCHEMES
from physembed.propagation.gradients import GRADIENTS, run_layers, run_schedule
from physembed.propagation.growth import (
    check_growth,
    check_local_growth,
    check_result,
    check_step_growth,
)
from physembed.propagation.noise import Noise
from physembed.propagation.schedule import Pass, make_schedule
from physembed.propagation.step_error import FixedSteps, warn_of_step_error
from physembed.propagation.watch import Watch


@overload
def propagate(
    field: Tensor, equation: MasterEquation, coefficients: Mapping[str, float | Tensor],
    grid: Grid, *, layer_length: float | Sequence[float] = ..., steps_per_layer: int = ...,
    scheme: str = ..., return_layers: bool = ..., inverse: bool = ..., noise: Noise | None = ...,
    gradient: str = ..., check_sampling: bool = ..., rtol: float | None = ...,
    return_steps: Literal[False] = ...,
) -> Tensor: ...  # fmt: skip
@overload
def propagate(
    field: Tensor, equation: MasterEquation, coefficients: Mapping[str, float | Tensor],
    grid: Grid, *, layer_length: float | Sequence[float] = ..., return_layers: bool = ...,
    noise: Noise | None = ..., gradient: str = ..., check_sampling: bool = ..., rtol: float,
    return_steps: Literal[True],
) -> tuple[Tensor, StepsTaken]: ...  # fmt: skip
def propagate(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float | Tensor],
    grid: Grid,
    *,
    layer_length: float | Sequence[float] = 1.0,
    steps_per_layer: int = 1,
    scheme: str = "lie",
    return_layers: bool = False,
    inverse: bool = False,
    noise: Noise | None = None,
    gradient: str = "auto",
    check_sampling: bool = True,
    rtol: float | None = None,
    return_steps: bool = False,
) -> Tensor | tuple[Tensor, StepsTaken]:
    """Propagate a field through a cascade of layers of a medium.

    Each layer is ``steps_per_layer`` split steps of dE/dz = L E + (local law): the linear part in
    the Fourier domain, E <- F^-1[exp(L(omega) h) F[E]], the local part in the time domain,
    E <- E exp(i phi h) or, where it is not a phase, a Runge-Kutta step. With ``rtol`` the steps are
    chosen instead, of every case for itself, so that none errs by more. The sign convention is
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
    layer_length : float or sequence of float, default=1.0
        Length of a layer, in the unit of the coefficients; positive. Of several numbers, that of
        every layer.
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
        Whether to look for undersampling and for steps whose error is beyond a hundredth of the
        field. For these one case goes once more through half as many of them, or twice as many at
        one step in layers that are all different, and both where they seem too long; through a
        linear medium nothing does.
    rtol : float or None, default=None
        The error that a step may make, ‖error‖ / ‖E‖, in place of ``scheme`` and
        ``steps_per_layer``: ERK4(3), a Runge-Kutta method of order four in the interaction picture
        with an embedded one of order three. 1e-6 is right for most; a supercontinuum wants 1e-7,
        and complex128. The gradient is that of the steps that were taken; "stored" keeps the
        spectrum before each, "reversible" a few of them.
    return_steps : bool, default=False
        With ``rtol``, whether to return as well how many steps every case has taken, and how often
        its local law was computed.

    Returns
    -------
    Tensor, or with ``return_steps`` (Tensor, StepsTaken)
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
        amplify what is beside a strong field; or if the field that leaves would change by more than
        a hundredth with more steps (looked at for the strongest case; not with ``noise``,
        ``inverse`` or an ensemble). Of a :class:`FieldEquation`, and with an exponential scheme,
        only the band's edge where the field leaves and the last of these are looked at.

    References
    ----------
    Agrawal, Nonlinear Fiber Optics (2019), section 2.4.1; MacPhee, Zhou and Jalali,
    arXiv 2407.14504 (2024); Balac and Mahé, Comput. Phys. Commun. 184, 1211 (2013), for ``rtol``.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.15)
    >>> soliton = (1 / torch.cosh(grid.t)).to(torch.complex128)
    >>> beta2 = torch.tensor([-1.0], dtype=torch.float64, requires_grad=True)
    >>> medium = {"alpha": 0.0, "beta2": beta2, "gamma": 1.0}
    >>> out = pe.propagate(
    ...     soliton, pe.NonlinearSchrodinger(), medium, grid, steps_per_layer=100, scheme="strang"
    ... )
    >>> torch.allclose(out.abs().detach(), soliton.abs(), atol=1e-4)  # a soliton keeps its shape
    True
    >>> out.abs().max().backward()  # gradients with respect to the medium, or to the field
    >>> beta2.grad.item() > 0  # less dispersion, a higher peak
    True
    """
    check_choice("gradient", gradient, GRADIENTS)
    field, values, lengths, numbers = checked_arguments(
        field,
        equation,
        coefficients,
        grid,
        layer_length=layer_length,
        steps_per_layer=steps_per_layer,
        scheme=scheme,
        is_watched=check_sampling,
    )
    n_layers = len(lengths)
    if rtol is not None:
        check_adaptive_options(
            rtol, field, equation, scheme=scheme, steps_per_layer=steps_per_layer, inverse=inverse
        )
    check_what_is_asked_for(
        equation,
        scheme=scheme,
        inverse=inverse,
        steps_as_given=return_steps and rtol is None,
        noise=noise,
    )
    schedule = make_schedule(
        scheme,
        n_layers,
        layer_length=lengths,
        steps_per_layer=int(steps_per_layer),
        separate_layers=return_layers or noise is not None,
    )
    steps = FixedSteps(equation, values, grid, scheme, lengths, int(steps_per_layer))
    whole = isinstance(equation, FieldEquation) or scheme in EXPONENTIAL_SCHEMES
    check = (
        check_step_growth if whole else partial(check_growth, bounds=steps.bounds, inverse=inverse)
    )
    check(equation, values, grid, schedule, field.dtype)
    if not field.numel():
        # no transform takes an empty batch
        nothing = field.expand(n_layers, *field.shape) if return_layers else field
        none = torch.zeros(2, *field.shape[: -len(grid.shape)], dtype=torch.int64)
        return (nothing.clone(), StepsTaken(*none)) if return_steps else nothing.clone()
    if whole:
        fields = _run(field, equation, values, grid, schedule, gradient=gradient, noise=noise)
        check_result(fields[-1], equation, grid, values)
        after = torch.stack(fields) if return_layers else fields[-1]
        if check_sampling:
            # waves, patterns and fronts fill the window on purpose
            warn_of_field(after, grid, "that leaves", driven=True)
            if noise is None:
                warn_of_step_error(field, fields[-1], steps, numbers=numbers)
        return after
    if not equation.is_conservative:
        check_local_growth(
            field, equation, grid, values,
            layers=steps.layers, lengths=lengths * (len(steps.layers) // n_layers),
        )  # fmt: skip
    watch = Watch(steps, inverse, is_adaptive=rtol is not None)
    if check_sampling:
        watch.before(field, numbers)
    taken: StepsTaken | None = None
    if inverse:
        fields = _undone(field, equation, values, grid, schedule)
    elif rtol is not None:
        adapted = run_adaptive_cascade(
            field, equation, values, grid, list(enumerate(lengths)),
            rtol=rtol, gradient=gradient, noise=noise,
        )  # fmt: skip
        fields, taken = adapted.fields, adapted.taken
    else:
        fields = _run(field, equation, values, grid, schedule, gradient=gradient, noise=noise)
    result = fields[0 if inverse else -1]
    left = field_numbers(result, grid) if numbers is not None else None
    check_result(result, equation, grid, values, left)
    after = torch.stack(fields) if return_layers else result
    if check_sampling:
        watch.after(field, result, after, numbers=(numbers, left), noise=noise)
        # what has been told of the steps came with a number of them that ends it
        is_told = watch.resonates or watch.are_long
        if rtol is None and noise is None and not inverse and not is_told:
            warn_of_step_error(field, result, steps, numbers=numbers)
    return (after, taken) if return_steps and taken is not None else after


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


def _undone(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: tuple[Pass, ...],
) -> list[Tensor]:
    """The fields before every layer, the first layer's first; of an ensemble, of every member."""
    if not count_members(values):
        passes = cascade_steps(equation, values, grid, schedule)
        return run_cascade_backwards(field, equation, grid, passes)[::-1]
    members = [
        torch.stack(_undone(one, equation, of_member(values, k), grid, schedule))
        for k, one in enumerate(field)
    ]
    return list(torch.stack(members, dim=1))
