"""Light in a fibre: the generalised nonlinear Schrödinger equation with any dispersion."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from physembed.optics.dispersion import Dispersion
from physembed.optics.raman import Raman
from physembed.physics import Coefficient, CoefficientValues, Grid, MasterEquation
from physembed.physics.coefficient import (
    far_field_dispersion,
    one,
    per_layer,
    point_spacing,
    radian_at_mean_intensity,
)
from physembed.physics.transforms import convolve, inverse_transform, transform


@dataclass(frozen=True, eq=False)
class GuidedLight(MasterEquation):
    """∂E/∂z = [-α/2 + iB(i∂/∂t)] E + iγ (1 + iτₛ ∂/∂t) [ E ((1 - f) |E|² + f h ∗ |E|²) ].

    B(Ω) = Σ β_k Ω^k / k! at Ω = ω - ω₀, the light's frequency from the carrier exp(-iω₀t), whose
    Fourier component is -Ω; or B of a table. Coefficients in SI: ``alpha`` (1/m), ``beta2`` to the
    highest order (s^k/m), ``gamma`` (1/(W m)), ``raman_fraction`` and ``shock_time`` (s).

    Parameters
    ----------
    n_betas : int
        Of the Taylor series; 0 with a ``dispersion``.
    raman : Raman or None
    dispersion : Dispersion or None
    wavelength : float
        Of the carrier, in m.

    References
    ----------
    Dudley, Genty and Coen, Rev. Mod. Phys. 78, 1135 (2006), eq. 3; Agrawal (2019), eq. 2.3.36.
    """

    n_betas: int
    raman: Raman | None
    dispersion: Dispersion | None
    wavelength: float

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        loss = Coefficient("attenuation", unit="1/length", natural=per_layer, default=0.0)
        betas = {
            f"beta{k}": Coefficient(
                f"dispersion of order {k}",
                unit=f"time^{k}/length",
                natural=far_field_dispersion(k),
                default=0.0,
            )
            for k in range(2, self.n_betas + 2)
        }
        kerr = Coefficient(
            "Kerr nonlinearity", unit="1/(intensity length)", natural=radian_at_mean_intensity
        )
        share = Coefficient("share of the delayed response", unit="1", natural=one, default=0.0)
        shock = Coefficient("self-steepening time", unit="time", natural=point_spacing, default=0.0)
        return {
            "alpha": loss, **betas, "gamma": kerr, "raman_fraction": share, "shock_time": shock
        }  # fmt: skip

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        total = torch.zeros_like(omega) if self.dispersion is None else self._tabulated(omega)
        for k in range(2, self.n_betas + 2):
            total = total + getattr(c, f"beta{k}") * (-omega) ** k / math.factorial(k)
        return -c.alpha / 2 + 1j * total

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return inverse_transform(self.local_spectrum(field, grid, c))

    def local_spectrum(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        power = field.real**2 + field.imag**2
        if self.raman is not None:
            response = _response(self.raman, grid, field.dtype).to(field.device)
            f = c.raman_fraction
            power = (1 - f) * power + f * convolve(power, response)
        omega = grid.omega.to(power)
        return 1j * (c.gamma * (1 - c.shock_time * omega)) * transform(field * power)

    def _tabulated(self, omega: Tensor) -> Tensor:
        assert self.dispersion is not None
        values = self.dispersion.about(self.wavelength, -omega.detach().cpu().double().numpy())
        return torch.from_numpy(values).to(omega)


@lru_cache(maxsize=16)
def _response(raman: Raman, grid: Grid, dtype: torch.dtype) -> Tensor:
    """The response over the half band of real values."""
    # kept for any later call, which may be outside of inference mode
    with torch.inference_mode(False):
        return raman.response(grid.omega[: grid.shape[0] // 2 + 1]).to(dtype)
