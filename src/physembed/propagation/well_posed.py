"""Whether waves grow without bound by the linear terms of an equation."""

import math

import torch
from torch import Tensor

from physembed.physics import TimeGrid
from physembed.physics.derivatives import band
from physembed.propagation.example_medium import ExampleMedium
from physembed.propagation.self_check.record import CheckRecord

WIDEST_BAND = 64
"""Times the example's band, up to which waves are looked at that may grow."""

GROWTH = 1e-6
"""Nepers over the example's length that are no growth."""

ROUNDING = 1e-11
"""Of a rate, relative to the largest."""


def growth_of_waves(medium: ExampleMedium) -> CheckRecord:
    """By how many nepers more the fastest wave grows where the band is twice as wide.

    A growth that ends at some frequency is a pattern's or a gain's; one that does not is
    ill-posed (Hadamard), and whatever a grid shows of it is the grid's own.
    """
    grid, length = medium.example.grid, medium.example.length
    fastest = []
    for finer in (1, WIDEST_BAND // 2, WIDEST_BAND):
        axis = TimeGrid(max(grid.shape) * finer, grid.spacing / finer)
        omega = band(axis, is_real=medium.equation.is_real)
        symbol = torch.as_tensor(medium.equation.linear_symbol(omega, medium.c))
        rates = _rates(symbol, matrices=medium.equation.couples_linearly)
        rates = rates.expand(omega.shape)
        fastest.append((float(rates.max()), abs(float(omega[rates.argmax()]))))
    (rate, _), (wide, _), (wider, at) = fastest
    # rounding of eigenvalues that are imaginary grows with the band too
    more = (wider - wide - ROUNDING * WIDEST_BAND**2 * max(1.0, abs(wider))) * length
    # what overflows at both bands grows most of all, and its difference is no number
    more = max(0.0, more) if math.isfinite(more) else math.inf
    if more > GROWTH:
        meaning = (
            f"waves grow without bound the shorter they are, in this medium by exp("
            f"{rate * length:.3g}) at the band's edge of its grid and more on any finer one: the "
            "sign of a term is wrong, or one of higher order that damps them is missing"
        )
    elif wider * length > GROWTH:
        meaning = (
            f"waves of ω = {at:.3g} grow fastest, by exp({wider * length:.3g}), shorter ones less"
        )
    else:
        meaning = "no wave grows by the linear terms"
    return CheckRecord("growth", more, GROWTH, meaning)


def _rates(symbol: Tensor, *, matrices: bool) -> Tensor:
    """Nepers per length of the fastest component at every frequency."""
    # components are before the band of a factor, and after that of a matrix
    if not matrices:
        return symbol.real.reshape(-1, symbol.shape[-1]).amax(dim=0)
    # there are no eigenvalues of what has overflowed
    finite = torch.isfinite(symbol).all(dim=-1).all(dim=-1)
    rates = torch.linalg.eigvals(torch.where(finite[..., None, None], symbol, 0)).real.amax(dim=-1)
    return torch.where(finite, rates, math.inf)
