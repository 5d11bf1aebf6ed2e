"""The wave equation with damping, a mass and a profile of its speed: the telegraph equation."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, per_layer
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import matrix
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.spline_profile import ProfiledEquation
from physembed.physics.usual_coefficients import wave_speed


@dataclass(frozen=True)
class Telegraph(ProfiledEquation):
    """∂²u/∂z² = c² [1 + s(t)] ∂²u/∂t² - Γ ∂u/∂z, as ∂u/∂z = v and ∂v/∂z = ...

    Coefficients: ``speed`` (c), ``damping`` (Γ) and, with ``n_profile`` control points, ``s1``,
    ``s2``, ... of a periodic cubic spline s(t), in the plane ``s1_1``, ... of s(y, x), by which
    c² differs. Without damping and profile, waves go both ways unchanged (d'Alembert); with a
    profile they are scattered, and such a medium is a wave-based recurrent network.

    Parameters
    ----------
    n_profile : int or (int, int), default=0
        0 or at least 4; in the plane along y and along x, or along x alone.

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

    speed = wave_speed()
    damping = Coefficient(
        "damping", unit="1/length", natural=per_layer, default=0.0, term="attenuation"
    )

    example = Example(TimeGrid(64, 0.3), {"speed": 1.2, "damping": 0.3}, length=4.0, steps=8)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return matrix([[0.0, 1.0], [-((c.speed * omega) ** 2), -c.damping]], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        if not self.n_profile:
            return torch.zeros_like(field)
        u = field.select(-len(grid.shape) - 1, 0)
        force = c.speed**2 * self.profile.over(grid, c, u) * derivative(u, grid, 2)
        return torch.stack([torch.zeros_like(u), force], dim=-len(grid.shape) - 1)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """cos(kt) exp(-Γz/2) [cos wz + Γ/2w sin wz], w² = c²k² - Γ²/4."""
        k = 4 * math.pi / grid.window
        w = torch.sqrt((c.speed * k) ** 2 - c.damping**2 / 4)
        decay, sine = torch.exp(-c.damping * z / 2), torch.sin(w * z)
        u = decay * (torch.cos(w * z) + c.damping / (2 * w) * sine)
        v = -decay * (c.speed * k) ** 2 / w * sine
        return torch.stack([u, v])[:, None] * torch.cos(k * grid.coordinates[0])
