"""Light in a fibre: the generalised nonlinear Schrödinger equation with any dispersion."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.optics.dispersion import Dispersion
from physembed.optics.raman import Raman
from physembed.optics.spectral_curve import SpectralCurve
from physembed.optics.units import SPEED_OF_LIGHT
from physembed.physics import Coefficient, CoefficientValues, Grid, MasterEquation
from physembed.physics.coefficient import (
    far_field_dispersion,
    one,
    per_layer,
    point_spacing,
    radian_at_mean_intensity,
)
from physembed.physics.kerr_law import KerrLaw
from physembed.physics.transforms import REAL_OF, inverse_transform, transform


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
    loss : SpectralCurve or None, default=None
        Of power, in 1/m; added to ``alpha``.
    kerr : SpectralCurve or None, default=None
        γ(ω) = n₂ω / (c A(ω)) in 1/(W m), ``gamma`` being that of the carrier. The field in the
        nonlinear term is then E(ω) ρ(ω), ρ = [A(ω₀) / A(ω)]^(1/4), and the term as a whole is
        multiplied by ρ once more, so that light of small modes is the more nonlinear and the
        photon number is kept.

    References
    ----------
    Dudley, Genty and Coen, Rev. Mod. Phys. 78, 1135 (2006), eq. 3; Agrawal (2019), eq. 2.3.36;
    Lægsgaard, Opt. Express 15, 16110 (2007), for modes that change with the frequency.
    """

    n_betas: int
    raman: Raman | None
    dispersion: Dispersion | None
    wavelength: float
    loss: SpectralCurve | None = None
    kerr: SpectralCurve | None = None

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

    @property
    def tables(self) -> dict[str, Dispersion | SpectralCurve]:
        """What is known over some wavelengths alone, by what it is of."""
        all_of = {"dispersion": self.dispersion, "loss": self.loss, "gamma": self.kerr}
        return {name: table for name, table in all_of.items() if table is not None}

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        total = torch.zeros_like(omega) if self.dispersion is None else self._tabulated(omega)
        for k in range(2, self.n_betas + 2):
            total = total + getattr(c, f"beta{k}") * (-omega) ** k / math.factorial(k)
        lost = c.alpha if self.loss is None else c.alpha + self._over(self.loss, "loss", omega)
        return -lost / 2 + 1j * total

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return inverse_transform(self.local_spectrum(field, grid, c))

    def local_spectrum(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        law = self._law(grid, c, field.dtype)
        if self.kerr is None:
            return law.spectrum(field)
        mode = _mode(self.kerr, self.wavelength, grid, field.dtype).to(field.device)
        return mode * law.spectrum(inverse_transform(mode * transform(field)))

    def kerr_law(self, grid: Grid, c: CoefficientValues, dtype: torch.dtype) -> KerrLaw | None:
        # modes that change with the frequency stand on either side of it
        return self._law(grid, c, dtype) if self.kerr is None else None

    def _law(self, grid: Grid, c: CoefficientValues, dtype: torch.dtype) -> KerrLaw:
        omega = grid.omega.to(c.gamma.device, REAL_OF[dtype])
        strength = c.gamma * (1 - c.shock_time * omega)
        if self.raman is None:
            return KerrLaw(None, strength)
        response = _response(self.raman, grid, dtype).to(omega.device)
        # what acts at once and what acts later, in one pass
        return KerrLaw((1 - c.raman_fraction) + c.raman_fraction * response, strength)

    def _tabulated(self, omega: Tensor) -> Tensor:
        assert self.dispersion is not None
        values = self.dispersion.about(self.wavelength, -omega.detach().cpu().double().numpy())
        return torch.from_numpy(values).to(omega)

    def _over(self, curve: SpectralCurve, name: str, omega: Tensor) -> Tensor:
        values = curve.about(self.wavelength, -omega.detach().cpu().double().numpy(), name)
        return torch.from_numpy(values).to(omega)


@lru_cache(maxsize=16)
def _response(raman: Raman, grid: Grid, dtype: torch.dtype) -> Tensor:
    """The response over the half band of real values."""
    # kept for any later call, which may be outside of inference mode
    with torch.inference_mode(False):
        return raman.response(grid.omega[: grid.shape[0] // 2 + 1]).to(dtype)


@lru_cache(maxsize=16)
def _mode(kerr: SpectralCurve, wavelength: float, grid: Grid, dtype: torch.dtype) -> Tensor:
    """[A(ω₀) / A(ω)]^(1/4) = [γ(ω) ω₀ / γ(ω₀) ω]^(1/4) at the grid's frequencies."""
    omega0 = 2 * math.pi * SPEED_OF_LIGHT / wavelength
    offset = -grid.omega.double().numpy()
    share = kerr.about(wavelength, offset, "gamma") / kerr.about(wavelength, 0 * offset, "gamma")
    if not (share > 0).all():
        raise InvalidInputError("gamma must be of one sign, and nowhere zero, over the band.")
    with torch.inference_mode(False):
        return torch.from_numpy((share / (1 + offset / omega0)) ** 0.25).to(REAL_OF[dtype])
