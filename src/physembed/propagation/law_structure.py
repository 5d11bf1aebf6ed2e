"""What the coefficients of a law act upon, by which the kernels of a GPU are told what to sum up.

Of a law that is linear in its coefficients it is known. Any other is looked at in random media, and
where these do not show all of it, nothing is taken to be known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation, NaturalScale
from physembed.propagation.law_derivatives import (
    Law,
    degree_of,
    forward_mode_is_free,
    powers_of,
)
from physembed.propagation.linear_law import law_of

N_DRAWS = 16
"""Media of random coefficients, half of them of positive ones."""

FEWEST_DRAWS = 4
"""Of these, in which a law is finite."""

DECADES = 4.0
"""Of a natural unit up and down, that coefficients are drawn from."""

ROUNDING = 1e-12
"""Of differences of phases."""

SINGLE = 1e-7
"""Of a phase beside a polynomial: fields are in single precision."""

STRONGEST = 30.0
"""|E|² beside its mean, up to which a phase is compared with its polynomial."""


@dataclass(frozen=True)
class LawStructure:
    """What of a law its coefficients act upon, whatever their values.

    Parameters
    ----------
    symbols, potentials, slopes : tuple of str
        The coefficients that L, V, and what powers of |E|² are multiplied by, depend on.
    has_potential : bool
        Whether there is any V.
    gain_is_flat : bool
        Whether Re L is the same for all frequencies.
    slope_is_flat : bool
        Whether s is the same for all points.
    is_polynomial : bool
        Whether the local phase is of the degree that it is said to be.
    """

    symbols: tuple[str, ...]
    potentials: tuple[str, ...]
    slopes: tuple[str, ...]
    has_potential: bool
    gain_is_flat: bool
    slope_is_flat: bool
    is_polynomial: bool


def is_linear(equation: MasterEquation) -> bool:
    """Whether log H and an affine phase V + s |E|² are sums of coefficients times functions."""
    return equation.symbol_is_linear and equation.local_phase_is_linear


def structure_of(
    equation: MasterEquation, names: tuple[str, ...], grid: Grid
) -> LawStructure | None:
    """The structure of a law whose local phase is a polynomial; None where it is not found out.

    It is not where torch cannot differentiate the law forwards, where the law refuses or is not
    finite in most of the random media, or where it uses a coefficient that acts in none of them.
    """
    try:
        hash(equation)
    except TypeError:
        # nothing of it can be kept from call to call
        return None
    if is_linear(equation):
        return _of_linear(equation, names, grid)
    if not degree_of(equation) or not forward_mode_is_free():
        return None
    return _of_any(equation, names, grid)


@lru_cache(maxsize=64)
def _of_linear(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> LawStructure:
    law = law_of(equation, names, grid)
    symbol, phase = law.symbol.basis(names), law.phase.basis(names)
    potentials = _where(names, phase[..., 0].any(dim=1))
    return LawStructure(
        _where(names, symbol.any(dim=2).any(dim=1)),
        potentials,
        _where(names, phase[..., 1].any(dim=1)),
        bool(potentials),
        bool((symbol[..., 0] == symbol[:, :1, 0]).all()),
        bool((phase[..., 1] == phase[:, :1, 1]).all()),
        is_polynomial=True,
    )


@lru_cache(maxsize=64)
def _of_any(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> LawStructure | None:
    try:
        with torch.inference_mode(False), torch.no_grad():
            return _seen_in_random_media(equation, names, grid)
    # a law is its author's, and may say no to numbers in any way
    except Exception:
        return None


def _seen_in_random_media(
    equation: MasterEquation, names: tuple[str, ...], grid: Grid
) -> LawStructure | None:
    law, to_powers = Law(equation, names), powers_of(degree_of(equation))
    each = torch.eye(len(names), dtype=torch.float64)
    (t,) = grid.coordinates
    generator = torch.Generator().manual_seed(0)
    acting = torch.zeros(3, len(names), dtype=torch.bool)
    has_potential, gain_is_flat, slope_is_flat, is_polynomial = False, True, True, True
    n_finite = 0
    # one after another: an ensemble of them would take memory for each
    for medium in _random_media(equation, names, grid, generator):
        symbol, of_symbol = law.symbol(medium, grid.omega, each)
        phase, of_phase = law.phase(medium, t, each, to_powers)
        if not all(bool(x.isfinite().all()) for x in (symbol, of_symbol, phase, of_phase)):
            continue
        n_finite += 1
        # a slope is a difference of phases, and as exact as they are
        size = phase.abs().sum(dim=0).amax(dim=-1, keepdim=True)
        of_names = of_phase.abs().amax(dim=(2, 3, 4))
        acting[0] |= of_symbol.abs().amax(dim=(1, 2, 3)) > 0
        acting[1] |= of_names[0] > ROUNDING * of_names.amax(dim=0)
        acting[2] |= of_names[1:].amax(dim=0) > ROUNDING * of_names.amax(dim=0)
        has_potential |= bool(phase[0].any())
        gain_is_flat &= bool((symbol.real == symbol.real[..., :1]).all())
        slope_is_flat &= all(
            bool(((s - s[..., :1]).abs() <= ROUNDING * size).all()) for s in phase[1:]
        )
        is_polynomial &= _is_polynomial(law, medium, t, phase[:, 0, 0], generator)
    used_by_symbol, used_by_phase = _used(equation, names, grid)
    is_all_seen = bool((acting[0] >= used_by_symbol).all())
    is_all_seen &= bool(((acting[1] | acting[2]) >= used_by_phase).all())
    if n_finite < FEWEST_DRAWS or not is_all_seen:
        return None
    return LawStructure(
        _where(names, acting[0]),
        _where(names, acting[1]),
        _where(names, acting[2]),
        has_potential or bool(acting[1].any()),
        gain_is_flat,
        slope_is_flat,
        is_polynomial,
    )


def _is_polynomial(
    law: Law, medium: Tensor, t: Tensor, powers: Tensor, generator: torch.Generator
) -> bool:
    """Whether a phase is Σ powers |E|²ᵏ of every point's own intensity, however strong."""
    c = CoefficientValues(**dict(zip(law.names, medium[0, 0, :, None], strict=True)))
    drawn = torch.rand(len(t), dtype=torch.float64, generator=generator)
    intensity = STRONGEST ** (2 * drawn - 1)
    terms = powers * intensity ** torch.arange(len(powers))[:, None]
    apart = law.equation.local_phase(intensity, t, c) - terms.sum(dim=0)
    return bool((apart.abs() <= SINGLE * terms.abs().sum(dim=0).amax()).all())


def _used(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> tuple[Tensor, Tensor]:
    """Which coefficients the symbol, and which the phase, is computed from at all."""
    (t,) = grid.coordinates
    strength = torch.ones_like(t)

    def symbol(c: CoefficientValues) -> Tensor:
        return equation.linear_symbol(grid.omega, c).to(torch.complex128).abs()

    def phase(c: CoefficientValues) -> Tensor:
        return equation.local_phase(strength, t, c)

    return _reached(symbol, equation, names, grid), _reached(phase, equation, names, grid)


def _reached(
    law: Callable[[CoefficientValues], Tensor],
    equation: MasterEquation,
    names: tuple[str, ...],
    grid: Grid,
) -> Tensor:
    with torch.enable_grad():
        c = {k: unit.clone().requires_grad_() for k, unit in _units(equation, names, grid).items()}
        told = law(CoefficientValues(**c))
        if not told.requires_grad:
            return torch.zeros(len(names), dtype=torch.bool)
        slopes = torch.autograd.grad(told.sum(), list(c.values()), allow_unused=True)
    return torch.tensor([slope is not None for slope in slopes])


def _where(names: tuple[str, ...], acts: Tensor) -> tuple[str, ...]:
    return tuple(name for name, does in zip(names, acts.tolist(), strict=True) if does)


def _units(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> dict[str, Tensor]:
    scale = NaturalScale(grid)
    units = [equation.natural_unit(name, scale) for name in names]
    return dict(zip(names, torch.tensor(units, dtype=torch.float64)[:, None], strict=True))


def _random_media(
    equation: MasterEquation, names: tuple[str, ...], grid: Grid, generator: torch.Generator
) -> Tensor:
    """Coefficients of single layers, (draws, 1, 1, names)."""
    units = torch.cat(list(_units(equation, names, grid).values()))
    size, sign = torch.rand(2, N_DRAWS, len(names), dtype=torch.float64, generator=generator)
    signs = torch.where((sign < 0.5) & (torch.arange(N_DRAWS) % 2 > 0)[:, None], -1.0, 1.0)
    return (signs * 10 ** (DECADES * (2 * size - 1)) * units)[:, None, None]
