"""The Swift-Hohenberg equation of patterns."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import (
    Coefficient,
    CoefficientValues,
    per_layer,
    wave_rate,
)
from physembed.physics.field_equation import FieldEquation
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import preferred_frequency, spectral_selectivity


@dataclass(frozen=True)
class SwiftHohenberg(FieldEquation):
    """∂u/∂z = r u - s (1 + q⁻² ∂²/∂t²)² u + g u² - d u³.

    Coefficients: ``gain`` (r), ``selectivity`` (s), ``wavenumber`` (q), ``asymmetry`` (g) and
    ``saturation`` (d). L(ω) = r - s (1 - ω²/q²)²: waves of frequency q grow first. Uniform fields
    follow Bernoulli's equation, which is solved for g = 0.

    References
    ----------
    Swift and Hohenberg, Phys. Rev. A 15, 319 (1977).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=2 * torch.pi / 16)
    >>> ripple = 0.01 * torch.cos(grid.t)
    >>> medium = {"gain": 0.3, "wavenumber": 1.0}
    >>> run = {"layer_length": 60.0, "steps_per_layer": 100, "scheme": "etdrk4"}
    >>> out = pe.propagate(ripple, pe.SwiftHohenberg(), medium, grid, **run)
    >>> round(float(out.max()), 2)  # a pattern, of about 2 √(gain / 3)
    0.63
    """

    is_isotropic = True
    dealiasing = 1 / 2

    gain = Coefficient("gain at q", unit="1/length", natural=per_layer, term="gain")
    selectivity = spectral_selectivity()
    wavenumber = preferred_frequency()
    asymmetry = Coefficient(
        "asymmetry",
        unit="1/(amplitude length)",
        natural=wave_rate(amplitudes=1),
        default=0.0,
        term="asymmetry",
    )
    saturation = Coefficient(
        "saturation",
        unit="1/(intensity length)",
        natural=wave_rate(amplitudes=2),
        default=1.0,
        span=(0.0, 2.0),
    )

    example = Example(
        TimeGrid(64, 0.4),
        {"gain": 1.6, "selectivity": 1.0, "wavenumber": 1.0, "asymmetry": 0.0, "saturation": 1.0},
        length=3.0,
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return c.gain - c.selectivity * (1 - (omega / c.wavenumber) ** 2) ** 2

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return (c.asymmetry - c.saturation * field) * field**2

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor | None:
        """A uniform field that grows from 0.3: u⁻² = d/R + (u₀⁻² - d/R) exp(-2 R z), R = r - s."""
        if float(c.asymmetry):
            return None
        rate = c.gain - c.selectivity
        rest = c.saturation / rate
        uniform = (rest + (0.3**-2 - rest) * torch.exp(-2 * rate * z)) ** -0.5
        return uniform.expand(grid.shape).clone()
