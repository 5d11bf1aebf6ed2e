"""Warnings where a grid or a step is too coarse for what happens on it."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.propagation.bounds import EXACT_LIMIT
from physembed.propagation.edges import PEAK, TOLERATED, FieldNumbers, edge_share, intensity_of
from physembed.propagation.sampling_warning import warn_of_few_steps
from physembed.propagation.schemes import SCHEMES

RUNGE_KUTTA_LIMIT = 1.0
"""Relative change that a Runge-Kutta step follows to a percent; far beyond it makes energy."""

RESONANT = 1e-3
"""Amplitude, relative to the field's, that what a resonance of the steps feeds may reach."""


def is_driven(
    equation: MasterEquation, grid: Grid, layers: Sequence[CoefficientValues], field: Tensor
) -> bool:
    """Whether a local law that is no phase makes light of darkness, as a pumped cavity does."""
    with torch.no_grad():
        dark = torch.zeros_like(field)
        return any(bool(equation.local_derivative(dark, grid, c).any()) for c in layers)


class StepsSeen(NamedTuple):
    """What has been told of steps."""

    are_long: bool
    resonate: bool


def warn_of_steps(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    layers: Sequence[CoefficientValues],
    *,
    scheme: str,
    lengths: Sequence[float],
    steps: int,
    named: str = "steps_per_layer",
    entered: Tensor | None = None,
    numbers: FieldNumbers | None = None,
) -> StepsSeen:
    """Warn where steps are too long, or resonate with the band, and say which has been told.

    Two things are looked at: the nonlinear phase per step, which the splitting or the Runge-Kutta
    step must follow, and the linear phase per step, with which the steps may resonate
    (:mod:`~physembed.propagation.resonance`).

    Parameters
    ----------
    field : Tensor of shape (..., *grid)
        Whose phase is looked at.
    equation : MasterEquation
    grid : Grid
    layers : sequence of CoefficientValues
        Of every layer.
    scheme : str
    lengths : sequence of float
        Of every layer.
    steps : int
        Steps per layer.
    named : str, default="steps_per_layer"
        What the caller calls them.
    entered : Tensor or None, default=None
        The field before the medium, beside which others may grow; None: ``field``.
    numbers : FieldNumbers or None, default=None
        The field's, where they are known already.
    """
    if not field.numel():
        return StepsSeen(are_long=False, resonate=False)
    step = max(lengths) / steps
    equal_layers = numbers_of_equal_layers(layers)
    limit = EXACT_LIMIT if equation.is_conservative else RUNGE_KUTTA_LIMIT
    with torch.no_grad():
        for seen in _strongest(field, equation, grid, numbers):
            turned, strongest, looked_at = 0.0, 0.0, list[CoefficientValues]()
            # the largest |E|² of all is more than a bound where the law is the same at every point
            is_even = numbers is not None
            too_long: tuple[float, int] | None = None
            for places in equal_layers.values():
                c = layers[places[0] - 1]
                change = _phase_rate(seen, equation, grid, c)[1]
                largest = float(change.amax())
                is_even = is_even and bool(change.amin() == largest)
                longest = max(places, key=lambda place: lengths[place - 1])
                phase = largest * lengths[longest - 1] / steps
                if phase > limit and not is_alone(equation, symbol_over(seen, equation, grid, c)):
                    too_long = phase, longest
                    break
                turned += largest * sum(lengths[place - 1] for place in places)
                strongest = max(strongest, largest)
                looked_at.append(c)
            if is_even or (too_long is None and turned < 1):
                break
        if too_long is not None:
            _warn_of_phase(
                too_long[0], equation, too_long[1], named=named, steps=steps, n_layers=len(layers)
            )
        seen_so_far = StepsSeen(are_long=too_long is not None, resonate=False)
        # a radian of nonlinear phase in all lets nothing grow by more than e
        if turned < 1:
            return seen_so_far
        # a resonance needs a phase of π - 2 atan(nonlinear phase) per step in the linear part
        symbols = [symbol_over(field, equation, grid, c) for c in looked_at]
        edge = max(float((s - s.flatten()[0]).imag.abs().amax()) for s in symbols)
        if edge * step + 2 * math.atan(strongest * step) < math.pi:
            return seen_so_far
        from physembed.propagation.resonance import resonant_amplitude

        start = field if entered is None else entered
        media = [
            (
                symbol_over(start, equation, grid, layers[places[0] - 1]),
                _phase_rate(start, equation, grid, layers[places[0] - 1])[0],
                sum(lengths[place - 1] for place in places),
            )
            for places in equal_layers.values()
        ]
        amplitude = resonant_amplitude(start, grid, media, scheme=SCHEMES[scheme], step=step)
    if amplitude <= RESONANT:
        return seen_so_far
    factor = max(1.0, (edge + 2 * strongest) * step / math.pi)
    problem = (
        f"steps of {step:.3g} turn the phase within the band by more than π and so amplify what is "
        "next to omega = sqrt(2 π / (abs(beta2) step)) beside a strong field"
    )
    warn_of_few_steps(problem, named=named, steps=steps, n_layers=len(layers), factor=factor)
    return StepsSeen(are_long=too_long is not None, resonate=True)


def warn_of_delay(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    layers: Sequence[CoefficientValues],
    lengths: Sequence[float],
) -> None:
    """Warn of a pulse that leaves the window and comes back, which nothing else sees.

    It is looked for (:mod:`~physembed.propagation.walk_off`) where the largest group delay of the
    band, over all ``layers``, reaches half the window.
    """
    if not field.numel():
        return
    with torch.no_grad():
        delayed = 0.0
        for places in numbers_of_equal_layers(layers).values():
            symbol = symbol_over(field, equation, grid, layers[places[0] - 1])
            slope = torch.diff(torch.fft.fftshift(symbol.imag)).abs().amax()
            length = sum(lengths[place - 1] for place in places)
            delayed += float(slope) * grid.window / (2 * math.pi) * length
        if delayed <= grid.window / 2:
            return
        from physembed.propagation.walk_off import warn_of_walk_off

        axes = tuple(range(-len(grid.shape), 0))
        is_pulse = edge_share(field, axes) <= TOLERATED
        warn_of_walk_off(field, equation, grid, layers, lengths, is_pulse=is_pulse)


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
    n_layers: int,
    numbers: FieldNumbers | None = None,
) -> bool:
    """Warn where a field has grown until a step is too long for it that was not when it entered.

    ``members`` are the coefficients of the ``layer``, of ``n_layers``, that the last ``step`` is
    in, for every member of an ensemble, whose fields are the first axis, or of one medium.
    ``numbers`` are those of what left, where they are known already. Whether it has been told.
    """
    limit = EXACT_LIMIT if equation.is_conservative else RUNGE_KUTTA_LIMIT
    fields = zip(left, entered, strict=True) if len(members) > 1 else [(left, entered)]
    with torch.no_grad():
        for c, (after, before) in zip(members, fields, strict=True):
            for seen in _strongest(after, equation, grid, numbers):
                phase = float(_phase_rate(seen, equation, grid, c)[1].amax()) * step
                is_short = phase <= limit or is_alone(
                    equation, symbol_over(seen, equation, grid, c)
                )
                if is_short:
                    break
            if is_short:
                continue
            *_, seen = _strongest(before, equation, grid)
            if float(_phase_rate(seen, equation, grid, c)[1].amax()) * step <= limit:
                _warn_of_phase(
                    phase, equation, layer, named="steps_per_layer", steps=steps, n_layers=n_layers
                )
                return True
    return False


def numbers_of_equal_layers(
    layers: Sequence[CoefficientValues],
) -> dict[tuple[float, ...], list[int]]:
    """The numbers of the layers, from 1, by their values: equal layers are looked at once."""
    numbers: dict[tuple[float, ...], list[int]] = {}
    for number, c in enumerate(layers, start=1):
        numbers.setdefault(tuple(v.item() for v in vars(c).values()), []).append(number)
    return numbers


def is_alone(equation: MasterEquation, symbol: Tensor) -> bool:
    """Without dispersion, gain or loss the local step has nothing to be split from."""
    from_centre = (symbol - symbol.flatten()[0]).imag
    return equation.is_conservative and not bool(symbol.real.any() or from_centre.any())


def _warn_of_phase(
    phase: float, equation: MasterEquation, layer: int, *, named: str, steps: int, n_layers: int
) -> None:
    limit = EXACT_LIMIT if equation.is_conservative else RUNGE_KUTTA_LIMIT
    called = "π" if equation.is_conservative else f"{limit:g} for a Runge-Kutta step"
    problem = f"the nonlinear phase in layer {layer} reaches {phase:.3g} rad per step, more than "
    warn_of_few_steps(
        problem + called, named=named, steps=steps, n_layers=n_layers, factor=phase / limit
    )


def _strongest(
    field: Tensor, equation: MasterEquation, grid: Grid, numbers: FieldNumbers | None = None
) -> Iterator[Tensor]:
    """What no case is stronger than: a bound in one pass over memory, and then what is exact.

    Where abs(phase) is abs(s) |E|², the largest |E| of all cases at every point says as much as all
    cases; elsewhere it is the field itself that must be looked at.
    """
    if not (equation.is_conservative and equation.local_phase_is_affine):
        yield field
        return
    rows = field.reshape(-1, *grid.shape).resolve_conj()
    if numbers is not None:
        yield rows.real.new_tensor(math.sqrt(numbers.most[PEAK])).expand(grid.shape)
    else:
        least, most = torch.view_as_real(rows).aminmax()
        yield (math.sqrt(2) * torch.maximum(-least, most)).expand(grid.shape)
    yield rows.real.square().addcmul_(rows.imag, rows.imag).amax(dim=0).sqrt()


def _phase_rate(
    field: Tensor, equation: MasterEquation, grid: Grid, c: CoefficientValues
) -> tuple[Tensor, Tensor]:
    """The nonlinear phase per length, signed; and what a step must follow of it."""
    intensity = intensity_of(field)
    if equation.is_conservative:
        t = grid.coordinates if len(grid.shape) > 1 else grid.coordinates[0]
        at_rest = equation.local_phase(torch.zeros_like(intensity), t, c)
        rate = equation.local_phase(intensity, t, c) - at_rest
        return rate, rate.abs()
    slope = equation.local_derivative(field, grid, c)
    slope = slope - equation.local_derivative(torch.zeros_like(field), grid, c)
    tiny = torch.finfo(intensity.dtype).tiny
    rate = (slope * field.conj()).imag / intensity.clamp(min=tiny)
    return rate, slope.abs() / field.abs().amax().clamp(min=tiny)


def symbol_over(
    field: Tensor, equation: MasterEquation, grid: Grid, c: CoefficientValues
) -> Tensor:
    symbol = equation.linear_symbol(grid.omega.to(field.device), c).to(torch.complex128)
    return symbol.expand(grid.shape)
