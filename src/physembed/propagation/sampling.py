"""Warnings where a grid or a step is too coarse for what happens on it."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.propagation.sampling_warning import give_warning
from physembed.propagation.schemes import SCHEMES

EDGE = 1 / 16
"""Share of the window, and of the band, at each of its ends that counts as its edge."""

TOLERATED = 1e-3
"""Mean energy at an edge, relative to the mean over all, from which a warning is given."""

FILLED = 0.1
"""The same ratio from which the field fills the window, rather than reaches its edge by a tail."""

SMOOTH = 4.0
"""Second difference at the window's edge, in root mean squares of the others, that is smooth."""

EXACT_LIMIT = math.pi
"""Phase per step that an exact local step may turn by before the splitting loses sight of it."""

RUNGE_KUTTA_LIMIT = 1.0
"""Relative change that a Runge-Kutta step follows to a percent; far beyond it makes energy."""

RESONANT = 1e-3
"""Amplitude, relative to the field's, that what a resonance of the steps feeds may reach."""


def warn_of_field(
    field: Tensor,
    grid: Grid,
    when: str,
    *,
    entered: Tensor | None = None,
    driven: bool = False,
    noise: float = 0.0,
    resonates: bool = False,
) -> None:
    """Warn where energy has reached the edge of the window or of the band.

    A field that fills the window and goes on smoothly across its edge, such as a tone or a
    continuous wave, is periodic on purpose. ``entered``, the field before the medium, tells a
    pulse that has spread to the edge from one that began there; a ``driven`` medium fills the
    window by itself, and so does white ``noise``, whose mean |n|² that is. Where the steps
    resonate, what stands at the band's edge is not aliased, and a finer grid makes it worse.
    """
    if not field.numel():
        return
    with torch.no_grad():
        axes = tuple(range(-len(grid.shape), 0))
        share = _edge_share(field, axes, noise)
        reached = share > TOLERATED
        # what tells a pulse from what fills the window is looked at where there is something
        if entered is None and bool((share > FILLED).any()):
            reached &= ~((share > FILLED) & _goes_on_across_the_edge(field, axes))
        elif entered is not None and bool(reached.any()):
            reached &= _edge_share(entered, axes) <= TOLERATED
        if not driven and bool(reached.any()):
            give_warning(
                f"the field {when} reaches the edge of the window, where it wraps round",
                "enlarge the window (more points at the same spacing) if it should not",
                "window",
            )
        if resonates:
            return
        spectrum = torch.fft.fftn(field, dim=axes, norm="ortho")
        if bool((_edge_share(spectrum, axes, noise, middle=True) > TOLERATED).any()):
            give_warning(
                f"the spectrum of the field {when} reaches the edge of the band, where it is "
                "aliased",
                "reduce the grid's spacing",
                "spacing",
            )


def is_driven(
    equation: MasterEquation, grid: Grid, layers: Sequence[CoefficientValues], field: Tensor
) -> bool:
    """Whether a local law that is no phase makes light of darkness, as a pumped cavity does."""
    with torch.no_grad():
        dark = torch.zeros_like(field)
        return any(bool(equation.local_derivative(dark, grid, c).any()) for c in layers)


def warn_of_steps(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    layers: Sequence[CoefficientValues],
    *,
    scheme: str,
    layer_length: float,
    steps: int,
    named: str = "steps_per_layer",
    entered: Tensor | None = None,
    may_walk_off: bool = False,
) -> bool:
    """Warn where steps are too long, and return whether they resonate with the band.

    Two things are looked at: the nonlinear phase per step, which the splitting or the Runge-Kutta
    step must follow, and the linear phase per step, with which the steps may resonate
    (:mod:`~physembed.propagation.resonance`); and, if asked for, the group delay of all of them,
    by which a pulse may walk off (:mod:`~physembed.propagation.walk_off`).

    Parameters
    ----------
    field : Tensor of shape (..., *grid)
        Whose phase is looked at.
    equation : MasterEquation
    grid : Grid
    layers : sequence of CoefficientValues
        Of every layer.
    scheme : str
    layer_length : float
    steps : int
        Steps per layer.
    named : str, default="steps_per_layer"
        What the caller calls them.
    entered : Tensor or None, default=None
        The field before the medium, beside which others may grow; None: ``field``.
    may_walk_off : bool, default=False
        Whether nothing else sees a pulse that leaves the window and comes back.
    """
    if not field.numel():
        return False
    step = layer_length / steps
    # equal layers are looked at once
    numbers: dict[tuple[float, ...], list[int]] = {}
    for number, c in enumerate(layers, start=1):
        numbers.setdefault(tuple(float(v) for v in vars(c).values()), []).append(number)
    limit = EXACT_LIMIT if equation.is_conservative else RUNGE_KUTTA_LIMIT
    turned = edge = strongest = delayed = 0.0
    with torch.no_grad():
        seen = _strongest(field, equation, grid)
        for places in numbers.values():
            symbol, _, change = _laws(seen, equation, grid, layers[places[0] - 1])
            from_centre = (symbol - symbol.flatten()[0]).imag.abs()
            largest = float(change.amax())
            if largest * step > limit and not _is_alone(equation, symbol):
                _warn_of_phase(largest * step, equation, places[0], named, steps)
                break
            turned += largest * layer_length * len(places)
            # the largest group delay of the band
            slope = torch.diff(torch.fft.fftshift(symbol.imag)).abs().amax()
            delayed += float(slope) * grid.window / (2 * math.pi) * layer_length * len(places)
            edge, strongest = max(edge, float(from_centre.amax())), max(strongest, largest)
        if may_walk_off and delayed > grid.window / 2:
            from physembed.propagation.walk_off import warn_of_walk_off

            axes = tuple(range(-len(grid.shape), 0))
            is_pulse = _edge_share(field, axes) <= TOLERATED
            warn_of_walk_off(field, equation, grid, layers, layer_length, is_pulse=is_pulse)
        # a resonance needs a phase of π - 2 atan(nonlinear phase) per step in the linear part, and
        # a radian of nonlinear phase in all lets nothing grow by more than e
        if turned < 1 or edge * step + 2 * math.atan(strongest * step) < math.pi:
            return False
        from physembed.propagation.resonance import resonant_amplitude

        start = field if entered is None else entered
        media = [
            (*_laws(start, equation, grid, layers[places[0] - 1])[:2], layer_length * len(places))
            for places in numbers.values()
        ]
        amplitude = resonant_amplitude(start, grid, media, scheme=SCHEMES[scheme], step=step)
    if amplitude <= RESONANT:
        return False
    factor = max(1.0, (edge + 2 * strongest) * step / math.pi)
    give_warning(
        f"steps of {step:.3g} turn the phase within the band by more than π and so amplify what is "
        "next to omega = sqrt(2 π / (abs(beta2) step)) beside a strong field",
        f"increase {named} to {math.ceil(steps * factor):,} or more",
        "steps",
        factor,
    )
    return True


def warn_of_last_step(
    left: Tensor,
    equation: MasterEquation,
    grid: Grid,
    members: Sequence[CoefficientValues],
    *,
    entered: Tensor,
    layer: int,
    step: float,
    steps: int,
) -> None:
    """Warn where a field has grown until a step is too long for it that was not when it entered.

    ``members`` are the coefficients of the ``layer`` that the last ``step`` is in, for every member
    of an ensemble, whose fields are the first axis, or of one medium.
    """
    limit = EXACT_LIMIT if equation.is_conservative else RUNGE_KUTTA_LIMIT
    fields = zip(left, entered, strict=True) if len(members) > 1 else [(left, entered)]
    with torch.no_grad():
        for c, (after, before) in zip(members, fields, strict=True):
            symbol, _, change = _laws(_strongest(after, equation, grid), equation, grid, c)
            phase = float(change.amax()) * step
            if phase <= limit or _is_alone(equation, symbol):
                continue
            seen = _strongest(before, equation, grid)
            if float(_laws(seen, equation, grid, c)[2].amax()) * step <= limit:
                _warn_of_phase(phase, equation, layer, "steps_per_layer", steps)
                return


def _is_alone(equation: MasterEquation, symbol: Tensor) -> bool:
    """Without dispersion, gain or loss the local step has nothing to be split from."""
    from_centre = (symbol - symbol.flatten()[0]).imag
    return equation.is_conservative and not bool(symbol.real.any() or from_centre.any())


def _warn_of_phase(
    phase: float, equation: MasterEquation, layer: int, named: str, steps: int
) -> None:
    limit = EXACT_LIMIT if equation.is_conservative else RUNGE_KUTTA_LIMIT
    called = "π" if equation.is_conservative else f"{limit:g} for a Runge-Kutta step"
    give_warning(
        f"the nonlinear phase in layer {layer} reaches {phase:.3g} rad per step, more than "
        f"{called}",
        f"increase {named} to {math.ceil(steps * phase / limit):,} or more",
        "steps",
        phase / limit,
        depth=1,
    )


def _strongest(field: Tensor, equation: MasterEquation, grid: Grid) -> Tensor:
    """The field itself, or where |phase| is s |E|², the largest |E| of all cases at every point.

    No other case turns its phase by more, so that one row says as much as all of them.
    """
    if not (equation.is_conservative and equation.local_phase_is_affine):
        return field
    return field.reshape(-1, *grid.shape).abs().amax(dim=0)


def _intensity(field: Tensor) -> Tensor:
    """|E|², without the root that an absolute value takes."""
    if not field.is_complex():
        return field.square()
    return field.real.square() + field.imag.square()


def _laws(
    field: Tensor, equation: MasterEquation, grid: Grid, c: CoefficientValues
) -> tuple[Tensor, Tensor, Tensor]:
    """The symbol; the nonlinear phase per length, signed; and what a step must follow of it."""
    symbol = equation.linear_symbol(grid.omega.to(field.device), c).to(torch.complex128)
    symbol = symbol.expand(grid.shape)
    intensity = _intensity(field)
    if equation.is_conservative:
        t = grid.coordinates if len(grid.shape) > 1 else grid.coordinates[0]
        at_rest = equation.local_phase(torch.zeros_like(intensity), t, c)
        rate = equation.local_phase(intensity, t, c) - at_rest
        return symbol, rate, rate.abs()
    slope = equation.local_derivative(field, grid, c)
    slope = slope - equation.local_derivative(torch.zeros_like(field), grid, c)
    tiny = torch.finfo(intensity.dtype).tiny
    rate = (slope * field.conj()).imag / intensity.clamp(min=tiny)
    return symbol, rate, slope.abs() / field.abs().amax().clamp(min=tiny)


def _edge_share(
    field: Tensor, axes: tuple[int, ...], noise: float = 0.0, *, middle: bool = False
) -> Tensor:
    """Mean energy near the ends of any axis, relative to the mean energy, of every case.

    Less twice that of white noise, a mean over few points of which scatters. With ``middle`` the
    field is a spectrum in the order of an FFT, whose ends are next to each other in its middle.
    """
    cases = field.reshape(-1, *field.shape[axes[0] :])
    total = _mean_energy(cases)
    shares = [torch.zeros_like(total)]
    for axis in axes:
        n_points = cases.shape[axis]
        width = max(1, round(EDGE * n_points))
        if 2 * width >= n_points:
            shares.append(total)
        elif middle:
            ends = cases.narrow(axis, (n_points + 1) // 2 - width, 2 * width)
            shares.append(_mean_energy(ends))
        else:
            ends = [cases.narrow(axis, start, width) for start in (0, n_points - width)]
            shares.append(_mean_energy(torch.cat(ends, dim=axis)))
    edge = (torch.stack(shares).amax(dim=0) - 2 * noise).clamp(min=0)
    return edge / torch.where(total > 0, total, 1.0)


def _mean_energy(cases: Tensor) -> Tensor:
    """The mean |E|² of every case, in one pass over memory."""
    numbers = torch.view_as_real(cases.resolve_conj()) if cases.is_complex() else cases
    norm = torch.linalg.vector_norm(numbers, dim=tuple(range(1, numbers.ndim)))
    return norm.square() / cases[0].numel()


def _goes_on_across_the_edge(field: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Whether the second difference at the window's edge is like those elsewhere, of every case."""
    cases = field.reshape(-1, *field.shape[axes[0] :])
    rounding = 1e-10 * _intensity(cases).flatten(1).mean(dim=1)
    smooth = torch.ones_like(rounding, dtype=torch.bool)
    for axis in axes:
        bend = _intensity(cases.roll(1, axis) - 2 * cases + cases.roll(-1, axis))
        bend = bend.movedim(axis, 1).reshape(len(cases), cases.shape[axis], -1).mean(dim=2)
        edge = torch.maximum(bend[:, 0], bend[:, -1])
        smooth &= edge <= SMOOTH**2 * bend[:, 1:-1].mean(dim=1) + rounding
    return smooth
