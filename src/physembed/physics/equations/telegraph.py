"""The wave equation with damping, a mass and a profile of its speed: the telegraph equation."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_integer
from physembed.errors import InvalidInputError
from physembed.physics.coefficient import Coefficient, CoefficientValues, one, per_layer
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, matrix
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.splines import periodic_cubic_spline

LEAST_CONTROLS = 4
"""Control points of a profile: a cubic B-spline spans four, and with fewer meets itself."""


@dataclass(frozen=True)
class Telegraph(FieldEquation):
    """∂²u/∂z² = c² [1 + s(t)] ∂²u/∂t² - Γ ∂u/∂z, as ∂u/∂z = v and ∂v/∂z = ...

    Coefficients: ``speed`` (c), ``damping`` (Γ) and, with ``n_profile`` control points, ``s1``,
    ``s2``, ... of a periodic cubic spline s(t) across the window, by which the speed differs.
    Without damping and profile, waves go both ways unchanged (d'Alembert).

    Parameters
    ----------
    n_profile : int, default=0
        0 or at least 4; with a profile waves are scattered, and a line of such media is a
        wave-based recurrent network.

    References
    ----------
    Heaviside, Phil. Mag. 2, 135 (1876); Hughes et al., Sci. Adv. 5, eaay6946 (2019).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.1)
    >>> pluck = torch.stack([torch.exp(-(grid.t**2)), torch.zeros_like(grid.t)])
    >>> out = pe.propagate(
    ...     pluck, pe.Telegraph(), {"speed": 1.0, "damping": 0.0}, grid, layer_length=5.0
    ... )
    >>> half = out[0][grid.t > 0]  # of what was plucked, half goes each way
    >>> round(float(half.max()), 3), round(0.1 * int(half.argmax()), 1)
    (0.5, 4.9)
    """

    components = ("u", "v")
    couples_linearly = True
    is_isotropic = True

    n_profile: int = 0

    speed = Coefficient(
        "speed",
        unit="time/length",
        natural=lambda equation, scale: scale.grid.window / 16 / scale.layer_length,
        span=(0.0, 2.0),
        term="dispersion",
    )
    damping = Coefficient(
        "damping", unit="1/length", natural=per_layer, default=0.0, term="attenuation"
    )

    example = Example(TimeGrid(64, 0.3), {"speed": 1.2, "damping": 0.3}, length=4.0, steps=8)

    def __post_init__(self) -> None:
        check_integer("n_profile", self.n_profile, least=0)
        if 0 < self.n_profile < LEAST_CONTROLS:
            raise InvalidInputError(
                f"n_profile must be 0 or at least {LEAST_CONTROLS}, got {self.n_profile}."
            )

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        profile = {f"s{k}": _profile(k) for k in range(1, self.n_profile + 1)}
        return super().coefficients | profile

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return matrix([[0.0, 1.0], [-((c.speed * omega) ** 2), -c.damping]], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        if not self.n_profile:
            return torch.zeros_like(field)
        u = field.select(-len(grid.shape) - 1, 0)
        place = grid.coordinates[-1].to(u) / grid.window + 0.5
        controls = [getattr(c, f"s{k}") for k in range(1, self.n_profile + 1)]
        force = c.speed**2 * periodic_cubic_spline(place, controls) * derivative(u, grid, 2)
        return torch.stack([torch.zeros_like(u), force], dim=-len(grid.shape) - 1)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """cos(kt) exp(-Γz/2) [cos wz + Γ/2w sin wz], w² = c²k² - Γ²/4."""
        k = 4 * math.pi / grid.window
        w = torch.sqrt((c.speed * k) ** 2 - c.damping**2 / 4)
        decay, sine = torch.exp(-c.damping * z / 2), torch.sin(w * z)
        u = decay * (torch.cos(w * z) + c.damping / (2 * w) * sine)
        v = -decay * (c.speed * k) ** 2 / w * sine
        return torch.stack([u, v])[:, None] * torch.cos(k * grid.coordinates[0])


def _profile(k: int) -> Coefficient:
    return Coefficient(f"change of c² at control point {k}", unit="1", natural=one, default=0.0)
