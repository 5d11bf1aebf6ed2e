"""The generalised nonlinear Schrödinger equation: delayed Raman response and self-steepening."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_number
from physembed.physics.coefficient import Coefficient, CoefficientValues, one, point_spacing
from physembed.physics.equations.nonlinear_schrodinger import NonlinearSchrodinger
from physembed.physics.grid import Grid
from physembed.physics.kerr_law import KerrLaw
from physembed.physics.transforms import REAL_OF, inverse_transform


@dataclass(frozen=True)
class GeneralisedNonlinearSchrodinger(NonlinearSchrodinger):
    """∂E/∂z = L E + i γ (1 + i τₛ ∂/∂t) [ E ((1 - f) |E|² + f h ∗ |E|²) ].

    L is that of :class:`NonlinearSchrodinger`. Coefficients beside its own: ``raman_fraction``
    (f) and ``shock_time`` (τₛ, about 1/ω₀). The response of silica is
    h(t) = (τ₁² + τ₂²)/(τ₁ τ₂²) exp(-t/τ₂) sin(t/τ₁) for t ≥ 0, with unit area. Lossless, it
    conserves the photon number Σ |E(ω)|² / (1 - τₛ ω), not the energy.

    Parameters
    ----------
    tau1, tau2 : float, default=0.0122 and 0.032
        Times of the response in the grid's unit; the defaults are silica's in picoseconds.

    References
    ----------
    Blow and Wood, IEEE J. Quantum Electron. 25, 2665 (1989); Agrawal (2019), eq. 2.3.36 and
    2.3.40.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.008)  # ps
    >>> soliton = (1 / torch.cosh(grid.t / 0.05)).to(torch.complex128)
    >>> medium = {
    ...     "alpha": 0.0,
    ...     "beta2": -0.0025,
    ...     "gamma": 1.0,
    ...     "raman_fraction": 0.18,
    ...     "shock_time": 0.0,
    ... }
    >>> out = pe.propagate(
    ...     soliton,
    ...     pe.GeneralisedNonlinearSchrodinger(),
    ...     medium,
    ...     grid,
    ...     steps_per_layer=100,
    ...     scheme="strang",
    ... )
    >>> bool((grid.t * out.abs() ** 2).sum() > 0)  # red by Raman scattering, and so it comes later
    True
    """

    tau1: float = 0.0122
    tau2: float = 0.032

    local_phase_is_affine = False
    is_isotropic = False

    raman_fraction = Coefficient(
        "share of the delayed response",
        unit="1",
        natural=one,
        default=0.18,
        # a medium that answers with less than nothing, or with more than all, explodes
        span=(0.0, 0.5),
        term="delayed response",
    )
    shock_time = Coefficient(
        "self-steepening time",
        unit="time",
        natural=point_spacing,
        default=0.0,
        # in spacings: up to where the fastest wave of the band is not seen at all
        span=(0.0, 0.3),
        term="self-steepening",
    )

    def __post_init__(self) -> None:
        for name in ("tau1", "tau2"):
            check_number(name, getattr(self, name), above=0)

    def response(self, omega: Tensor) -> Tensor:
        """The Fourier transform of h, 1 at omega = 0; complex, shape of ``omega``."""
        a, b = 1 / self.tau1, 1 / self.tau2
        return (a**2 + b**2) / ((b + 1j * omega) ** 2 + a**2)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return inverse_transform(self.local_spectrum(field, grid, c))

    def local_spectrum(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return self.kerr_law(grid, c, field.dtype).spectrum(field)

    def kerr_law(self, grid: Grid, c: CoefficientValues, dtype: torch.dtype) -> KerrLaw:
        omega = grid.omega.to(c.gamma.device, REAL_OF[dtype])
        half_band = self.response(omega[: grid.shape[0] // 2 + 1])
        # what acts at once and what acts later, in one pass
        response = (1 - c.raman_fraction) + c.raman_fraction * half_band
        # i tau d/dt has the symbol i tau i omega
        return KerrLaw(response, c.gamma * (1 - c.shock_time * omega))
