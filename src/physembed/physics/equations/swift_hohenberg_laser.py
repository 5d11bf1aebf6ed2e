"""The complex Swift-Hohenberg equation of lasers that choose a frequency."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import (
    Coefficient,
    CoefficientValues,
    per_layer,
    radian_at_mean_intensity,
)
from physembed.physics.field_equation import FieldEquation
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import (
    group_velocity_dispersion,
    kerr_nonlinearity,
    preferred_frequency,
    spectral_selectivity,
)


@dataclass(frozen=True)
class SwiftHohenbergLaser(FieldEquation):
    """∂E/∂z = r E - s (1 + q⁻² ∂²/∂t²)² E - i (β₂/2) ∂²E/∂t² + (i γ - δ) |E|² E.

    Coefficients: ``gain`` (r), ``selectivity`` (s), ``frequency`` (q), ``beta2``, ``gamma`` and
    ``saturation`` (δ). L(ω) = r - s (1 - ω²/q²)² + i β₂ ω²/2. It conserves nothing: waves of
    frequency q grow until they saturate.

    References
    ----------
    Lega, Moloney and Newell, Phys. Rev. Lett. 73, 2978 (1994).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=2 * torch.pi / 16)
    >>> seed = 0.01 * torch.exp(1j * grid.t)
    >>> medium = {"gain": 0.5, "frequency": 1.0, "beta2": 0.0, "gamma": 0.0, "saturation": 2.0}
    >>> run = {"layer_length": 40.0, "steps_per_layer": 60, "scheme": "etdrk4"}
    >>> out = pe.propagate(seed, pe.SwiftHohenbergLaser(), medium, grid, **run)
    >>> round(float(out[0].abs() ** 2), 3)  # gain / saturation
    0.25
    """

    components = ("E",)
    is_real = False
    is_isotropic = True
    dealiasing = 1 / 2

    gain = Coefficient("gain at q", unit="1/length", natural=per_layer, term="gain")
    selectivity = spectral_selectivity()
    frequency = preferred_frequency()
    beta2 = group_velocity_dispersion()
    gamma = kerr_nonlinearity()
    saturation = Coefficient(
        "saturation",
        unit="1/(intensity length)",
        natural=radian_at_mean_intensity,
        default=1.0,
        span=(0.0, 2.0),
    )

    example = Example(
        TimeGrid(64, 2 * math.pi / 16),
        {"gain": 0.6, "frequency": 1.1, "beta2": -0.4, "gamma": 0.5},
        length=3.0,
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        net = c.gain - c.selectivity * (1 - (omega / c.frequency) ** 2) ** 2
        return net + 0.5j * c.beta2 * omega**2

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return (1j * c.gamma - c.saturation) * (field.real**2 + field.imag**2) * field

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """The saturated wave of frequency 8π/window, of intensity Re L(ω) / δ."""
        omega = torch.tensor(8 * math.pi / grid.window, dtype=torch.float64)
        symbol = self.linear_symbol(omega, c)
        intensity = symbol.real / c.saturation
        turn = symbol.imag + c.gamma * intensity
        amplitude = torch.sqrt(intensity).expand(grid.shape)
        return torch.polar(amplitude, omega * grid.coordinates[0] + turn * z)
