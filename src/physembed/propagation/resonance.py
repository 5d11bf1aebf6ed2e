"""Resonance of the steps of a splitting with the band: growth that is of the method alone.

A step of length h kicks the field, once in the simplest scheme. Beside a strong wave of nonlinear
phase rate r = γ |E|², a pair of weak ones at ±ω turns by (K + r) h from kick to kick, where K is
the even part of Im L against ω = 0, β₂ ω² / 2 for a fibre. Where that is m π, every kick adds to
the one before. At m = 0 this is modulation instability, which is physics; at any other m it is of
the step, next to ω = sqrt(2 π m / |β₂| h), and the pair grows per length by

    sqrt((q r)² - (K + r - m π / h)²).

q is 1 for schemes of one kick a step, and else what the interference of the kicks leaves of it
(:meth:`~physembed.propagation.schemes.SplittingScheme.coupling`). Nothing grows while K h < π up to
the band's edge: a small step, or a coarse grid.

Where the field does not fill the window, the pair parts: its waves leave the lit part, of width T,
at the group velocities ±v, v = dK/dω ≈ 2 K / ω. Like the waves of a backward-wave oscillator they
grow there only if r exceeds π v / 2 T, and otherwise by the mean of r over the window, which they
cross again and again. So a soliton is all but safe from what ruins a continuous wave.

References
----------
Weideman and Herbst, SIAM J. Numer. Anal. 23, 485 (1986), for a continuous wave; Lakoba, Numer.
Methods Partial Differ. Equ. 28, 641 (2012), for a soliton.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from physembed.physics import Grid
from physembed.propagation.schemes import SplittingScheme

LARGEST_GAIN = 300.0
"""Logarithm of the largest gain that is told apart from infinity."""


def resonant_amplitude(
    field: Tensor,
    grid: Grid,
    laws: Sequence[tuple[Tensor, Tensor, float]],
    *,
    scheme: SplittingScheme,
    step: float,
) -> float:
    """What resonances feed, as an amplitude relative to the field's, of the worst case.

    It grows from what of the field's spectrum, or of the rounding of its dtype, is there.

    Parameters
    ----------
    field : Tensor of shape (..., *grid)
        That enters.
    grid : Grid
    laws : sequence of (Tensor, Tensor, float)
        Of every different medium the symbol on the grid, the nonlinear phase per length that the
        field has in it, and the length of it.
    scheme : SplittingScheme
    step : float
        h.
    """
    decay = _mean_decay(laws)
    gain = torch.zeros(1, 1, dtype=torch.float64, device=field.device)
    for symbol, rate, length in laws:
        gain = gain + length * _growth(symbol, decay * rate.double(), grid, scheme, step)
    axes = tuple(range(-len(grid.shape), 0))
    spectrum = torch.fft.fftn(field, dim=axes, norm="ortho").to(torch.complex128)
    energy = _cases(spectrum, grid).abs().square()
    total = energy.sum(dim=1, keepdim=True)
    seed = energy + torch.finfo(field.dtype).eps ** 2 * total / energy.shape[1]
    fed = (seed * torch.expm1(2 * gain.clamp(max=LARGEST_GAIN))).sum(dim=1)
    return float((fed / total[:, 0].clamp(min=torch.finfo(torch.float64).tiny)).amax().sqrt())


def _growth(
    symbol: Tensor, rate: Tensor, grid: Grid, scheme: SplittingScheme, step: float
) -> Tensor:
    """Growth of the amplitude per length at every frequency, m = 0 excepted: (cases, points)."""
    mirrored = symbol
    for axis in range(symbol.ndim):
        mirrored = mirrored.flip(axis).roll(1, axis)
    even = ((symbol + mirrored) / 2 - symbol.flatten()[0]).flatten()
    omega = grid.omega.to(symbol.device).flatten()
    velocity = 2 * even.imag.abs() / omega.clamp(min=torch.finfo(omega.dtype).tiny).abs()
    rates = _cases(rate, grid)
    mean, peak = rates.mean(dim=1, keepdim=True), rates.abs().amax(dim=1, keepdim=True)
    filled = mean.abs() / peak.clamp(min=torch.finfo(peak.dtype).tiny)
    n_axes = len(grid.shape)
    width = filled ** (1 / n_axes) * grid.window
    # a field that fills the window has no ends by which waves could leave it
    threshold = torch.where(filled < 1 - 1e-3, math.pi / 2 * velocity / width, 0.0)
    local = (peak**2 - threshold**2).clamp(min=0).sqrt()
    strength = torch.maximum(mean.abs(), local)
    # a kick of φ turns the pair by atan φ: it takes no time in which φ itself could act
    turned = even.imag + torch.sign(mean) * torch.atan(strength * step) / step
    order = torch.round(turned * step / math.pi)
    mismatch = turned - order * math.pi / step
    coupled = scheme.coupling(order) * strength
    growth = (coupled**2 - mismatch**2).clamp(min=0).sqrt() + even.real.clamp(max=0)
    return torch.where(order == 0, 0.0, growth).clamp(min=0)


def _mean_decay(laws: Sequence[tuple[Tensor, Tensor, float]]) -> float:
    """The mean of the intensity over the cascade, relative to that which enters."""
    loss = -2 * sum(float(symbol.flatten()[0].real) * length for symbol, _, length in laws)
    loss = max(loss, -LARGEST_GAIN)
    return -math.expm1(-loss) / loss if loss else 1.0


def _cases(values: Tensor, grid: Grid) -> Tensor:
    """(cases, points): leading axes, of channels too, as one, and the grid's as one."""
    return values.reshape(-1, math.prod(grid.shape))
