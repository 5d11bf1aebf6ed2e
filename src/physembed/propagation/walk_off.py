"""A pulse that walks off: out of the window at one side, and in again at the other.

The centre of mass of a field moves as the mean group delay of its spectrum says,

    d⟨t⟩/dz = -⟨d Im L / dω⟩,

with weight |E(t)|² on the left and |E(ω)|² on the right. A local phase that depends on |E|² alone
leaves ⟨ω⟩ as it is (Ehrenfest's theorem: it pushes one flank as it pulls the other), so that for
dispersion of second order this is exact at any power; for higher orders it is the delay of the
spectrum that enters. Of a field that has gone once round nothing can be seen where it leaves.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.propagation.edges import intensity_of
from physembed.propagation.sampling_warning import give_warning


def warn_of_walk_off(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    layers: Sequence[CoefficientValues],
    lengths: Sequence[float],
    *,
    is_pulse: Tensor,
) -> None:
    """Warn where dispersion carries the centre of a pulse out of the window.

    Parameters
    ----------
    field : Tensor of shape (..., n_points)
        That enters. One that fills the window is periodic, or is warned of where it enters.
    equation : MasterEquation
        A potential, or a law that is no phase, moves a field in its own way: nothing is said.
    grid : Grid
        A plane's is not looked at.
    layers : sequence of CoefficientValues
        Of every layer.
    lengths : sequence of float
        Of every layer.
    is_pulse : bool Tensor of shape (cases,)
        Which cases have no energy at the window's edges.
    """
    if len(grid.shape) > 1 or not equation.is_conservative or not field.numel():
        return
    with torch.no_grad():
        pulses = field.reshape(-1, grid.shape[0])
        if not bool(is_pulse.all()):
            pulses = pulses[is_pulse]
        t = grid.coordinates[0].to(field.device)
        centre = _mean(t, intensity_of(pulses))
        # a dark case has no centre
        is_bright = centre.isfinite()
        if not bool(is_bright.any()):
            return
        centre = centre.nan_to_num()
        spectrum = intensity_of(torch.fft.fft(pulses))
        delays: dict[tuple[float, ...], Tensor] = {}
        for c, length in zip(layers, lengths, strict=True):
            values = tuple(float(v) for v in vars(c).values())
            if values not in delays:
                if _has_potential(field, equation, grid, c):
                    return
                delay = _group_delay(equation, grid.omega.to(t.device), c)
                delays[values] = _mean(delay, spectrum).nan_to_num()
            centre = centre + length * delays[values]
            farthest = float(centre.abs().amax())
            if farthest > grid.window / 2:
                give_warning(
                    f"dispersion carries the centre of the field to {farthest:.3g}, out of the "
                    f"window of {grid.window:.3g}, in which it wraps round",
                    "enlarge the window (more points at the same spacing) if it should not",
                    "window",
                )
                return


def _mean(x: Tensor, energy: Tensor) -> Tensor:
    """⟨x⟩ with weights (cases, points), of every case; nan where all are zero."""
    return (energy @ x.to(energy.dtype)).double() / energy.sum(dim=1).double()


def _group_delay(equation: MasterEquation, omega: Tensor, c: CoefficientValues) -> Tensor:
    """-d Im L / dω per length, in the order of an FFT."""
    omega = torch.fft.fftshift(omega)
    symbol = equation.linear_symbol(omega, c).to(torch.complex128).expand(omega.shape)
    return torch.fft.ifftshift(-torch.gradient(symbol.imag, spacing=(omega,))[0])


def _has_potential(
    field: Tensor, equation: MasterEquation, grid: Grid, c: CoefficientValues
) -> bool:
    """Whether the local phase differs from point to point where there is no field."""
    n_axes = 1 + equation.needs_channels
    case = field.reshape(-1, *field.shape[field.ndim - n_axes :])[0]
    dark = torch.zeros_like(case.real)
    phase = equation.local_phase(dark, grid.coordinates[0].to(field.device), c)
    return bool((phase != phase[..., :1]).any())
