"""Masks of free form, in time and in frequency, as a spatial light modulator draws them."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from physembed._checks import check_integer
from physembed.physics.coefficient import Coefficient, CoefficientValues, one
from physembed.physics.elements.element import Element
from physembed.physics.grid import TimeGrid
from physembed.physics.splines import periodic_cubic_spline


@dataclass(frozen=True)
class _Mask(Element):
    """A smooth real function through K control values ``v1`` ... ``vK``, zero by default.

    A periodic cubic B-spline over the window, or over the band from -π/dt to π/dt.
    """

    n_points: int

    unit: ClassVar[str] = "rad"

    def __post_init__(self) -> None:
        check_integer("n_points", self.n_points, least=4)

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        return {
            f"v{k}": Coefficient(
                f"control value {k}", unit=self.unit, natural=one, default=0.0, free_form=True
            )
            for k in range(1, self.n_points + 1)
        }

    def profile(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        """The function, real, shape of ``axis``."""
        length = grid.window if self.domain == "time" else 2 * torch.pi / grid.spacing
        values = [getattr(c, f"v{k}") for k in range(1, self.n_points + 1)]
        return periodic_cubic_spline(axis / length + 0.5, values)


class _PhaseMask(_Mask):
    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        phase = self.profile(axis, grid, c)
        return torch.complex(torch.cos(phase), torch.sin(phase))


class _AmplitudeMask(_Mask):
    unit: ClassVar[str] = "Np"

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        return torch.exp(self.profile(axis, grid, c))


@dataclass(frozen=True)
class TimePhaseMask(_PhaseMask):
    """E(t) -> exp(i φ(t)) E(t), φ a periodic cubic B-spline through K control values in radians.

    Coefficients ``v1`` ... ``vK``, zero by default; they start at the window's first point.

    Parameters
    ----------
    n_points : int
        Number of control points K, at least 4.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> mask = pe.TimePhaseMask(n_points=4)
    >>> values = {name: torch.tensor(0.5) for name in mask.coefficients}
    >>> out = mask(torch.ones(16, dtype=torch.complex128), pe.TimeGrid(16), values)
    >>> round(float(out[3].angle()), 3)
    0.5
    """

    domain: ClassVar[str] = "time"


@dataclass(frozen=True)
class TimeAmplitudeMask(_AmplitudeMask):
    """E(t) -> exp(a(t)) E(t), a a periodic cubic B-spline through K control values in nepers.

    Parameters
    ----------
    n_points : int
        Number of control points K, at least 4.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> mask = pe.TimeAmplitudeMask(n_points=4)
    >>> values = {"v1": 1.0, "v2": 0.0, "v3": 0.0, "v4": 0.0}
    >>> values = {name: torch.tensor(value) for name, value in values.items()}
    >>> out = mask(torch.ones(16, dtype=torch.complex128), pe.TimeGrid(16), values)
    >>> int(out.abs().argmax())  # strongest where v1 stands
    0
    """

    domain: ClassVar[str] = "time"


@dataclass(frozen=True)
class FrequencyPhaseMask(_PhaseMask):
    """H(ω) = exp(i φ(ω)), φ a periodic cubic B-spline through K control values in radians.

    Coefficients ``v1`` ... ``vK``, zero by default, from the band's lower edge -π/dt on.

    Parameters
    ----------
    n_points : int
        Number of control points K, at least 4.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> mask = pe.FrequencyPhaseMask(n_points=4)
    >>> values = {name: torch.tensor(0.5) for name in mask.coefficients}
    >>> out = mask(torch.ones(16, dtype=torch.complex128), pe.TimeGrid(16), values)
    >>> round(float(out[0].angle()), 3)
    0.5
    """

    domain: ClassVar[str] = "frequency"


@dataclass(frozen=True)
class FrequencyAmplitudeMask(_AmplitudeMask):
    """H(ω) = exp(a(ω)), a a periodic cubic B-spline through K control values in nepers.

    Parameters
    ----------
    n_points : int
        Number of control points K, at least 4.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> mask = pe.FrequencyAmplitudeMask(n_points=4)
    >>> values = {name: torch.tensor(-0.5) for name in mask.coefficients}
    >>> out = mask(torch.ones(16, dtype=torch.complex128), pe.TimeGrid(16), values)
    >>> round(float(out[0].abs()), 3)  # half a neper less
    0.607
    """

    domain: ClassVar[str] = "frequency"
