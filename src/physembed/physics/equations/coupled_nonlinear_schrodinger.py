"""Coupled nonlinear Schrödinger equations: channels are polarisations or modes."""

from dataclasses import dataclass

from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, one
from physembed.physics.master_equation import Coordinates, MasterEquation
from physembed.physics.usual_coefficients import (
    attenuation,
    group_velocity_dispersion,
    kerr_nonlinearity,
)


@dataclass(frozen=True)
class CoupledNonlinearSchrodinger(MasterEquation):
    """∂E_c/∂z = -(α/2) E_c - i (β₂/2) ∂²E_c/∂t² + i γ (|E_c|² + x Σ_{d≠c} |E_d|²) E_c.

    Fields have shape (..., channels, points). Coefficients: ``alpha``, ``beta2``, ``gamma`` and
    ``cross`` (x): 1 is the Manakov system, 2/3 two linear polarisations of a birefringent fibre,
    2 two waves of different colour. Lossless, it conserves the energy of every channel.

    References
    ----------
    Agrawal, Nonlinear Fiber Optics (2019), eq. 6.1.11 and 7.1.15; Manakov, Sov. Phys. JETP 38,
    248 (1974).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.1)
    >>> both = torch.stack([0.6 / torch.cosh(grid.t), 0.8 / torch.cosh(grid.t)]).to(
    ...     torch.complex128
    ... )
    >>> medium = {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0, "cross": 1.0}
    >>> out = pe.propagate(
    ...     both,
    ...     pe.CoupledNonlinearSchrodinger(),
    ...     medium,
    ...     grid,
    ...     steps_per_layer=100,
    ...     scheme="strang",
    ... )
    >>> torch.allclose(out.abs(), both.abs(), atol=1e-3)  # a soliton of Manakov's
    True
    """

    needs_channels = True

    alpha = attenuation()
    beta2 = group_velocity_dispersion()
    gamma = kerr_nonlinearity()
    cross = Coefficient(
        "cross-phase modulation", unit="1", natural=one, default=1.0, term="coupling"
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return -c.alpha / 2 + 0.5j * c.beta2 * omega**2

    def local_phase(self, intensity: Tensor, t: Coordinates, c: CoefficientValues) -> Tensor:
        others = intensity.sum(dim=-2, keepdim=True) - intensity
        return c.gamma * (intensity + c.cross * others)
