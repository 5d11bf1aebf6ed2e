"""The fractional nonlinear Schrödinger equation, whose dispersion has any order."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, one, per_layer
from physembed.physics.field_equation import integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Coordinates, Example, MasterEquation
from physembed.physics.usual_coefficients import attenuation, kerr_nonlinearity


@dataclass(frozen=True)
class FractionalSchrodinger(MasterEquation):
    """∂E/∂z = -(α/2) E + i (β/2) |T ∂/∂t|^μ E + i γ |E|² E; T is 16/2π time units.

    Coefficients: ``alpha``, ``dispersion`` (β), ``order`` (μ; 2 is the ordinary equation with
    β₂ = β T²) and ``gamma``. L(ω) = -α/2 + i β |T ω|^μ / 2. Lossless, it conserves the energy.

    References
    ----------
    Laskin, Phys. Lett. A 268, 298 (2000); Longhi, Opt. Lett. 40, 1117 (2015).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> equation = pe.FractionalSchrodinger(time_unit=1.0)
    >>> grid = pe.TimeGrid(128, spacing=0.25)
    >>> pulse = torch.exp(-(grid.t**2)).to(torch.complex128)
    >>> half = pe.propagate(
    ...     pulse, equation, {"alpha": 0.0, "dispersion": -0.8, "order": 2.0, "gamma": 0.0}, grid
    ... )
    >>> whole = pe.propagate(
    ...     pulse, pe.NonlinearSchrodinger(), {"alpha": 0.0, "beta2": -0.8, "gamma": 0.0}, grid
    ... )
    >>> torch.allclose(half, whole)  # of order 2 it is the ordinary equation
    True
    """

    local_phase_is_affine = True
    is_isotropic = True

    alpha = attenuation()
    dispersion = Coefficient(
        "fractional dispersion", unit="1/length", natural=per_layer, term="dispersion"
    )
    order = Coefficient("order", unit="1", natural=one, default=1.5, span=(0.5, 3.0))
    gamma = kerr_nonlinearity()
    time_unit: float = 16 / (2 * math.pi)

    example = Example(TimeGrid(64, 0.3), {"dispersion": -0.8, "order": 1.4, "gamma": 0.9}, 2.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        turning = (self.time_unit * omega).abs()
        # the logarithm of zero has no gradient
        power = torch.exp(c.order * torch.log(torch.where(turning > 0, turning, 1.0)))
        return -c.alpha / 2 + 0.5j * c.dispersion * torch.where(turning > 0, power, 0.0)

    def local_phase(self, intensity: Tensor, t: Coordinates, c: CoefficientValues) -> Tensor:
        return c.gamma * intensity

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """The wave A exp(iωt + i (β |Tω|^μ / 2 + γ A²) z) of the window's third harmonic."""
        omega = torch.tensor(6 * math.pi / grid.window, dtype=torch.float64)
        turn = self.linear_symbol(omega, c).imag + c.gamma * 0.64
        amplitude = 0.8 * torch.exp(-c.alpha * z / 2)
        return torch.polar(amplitude.expand(grid.shape), omega * grid.coordinates[0] + turn * z)

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {} if float(c.alpha) else {"energy": integral(field.abs() ** 2, grid)}
