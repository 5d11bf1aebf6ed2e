"""The Kuramoto-Sivashinsky equation of flame fronts."""

from dataclasses import dataclass

from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, wave_rate
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example


@dataclass(frozen=True)
class KuramotoSivashinsky(FieldEquation):
    """∂u/∂z = -a u ∂u/∂t - b ∂²u/∂t² - d ∂⁴u/∂t⁴.

    Coefficients: ``a`` (steepening), ``b`` (what drives) and ``d`` (what damps).
    L(ω) = b ω² - d ω⁴: long waves grow, short ones decay, and steepening carries energy from the
    ones to the others, in chaos. It conserves mass.

    References
    ----------
    Kuramoto, Prog. Theor. Phys. Suppl. 64, 346 (1978); Sivashinsky, Acta Astronaut. 4, 1177
    (1977).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=0.5)
    >>> ripple = 0.01 * torch.cos(2 * torch.pi * 4 * grid.t / grid.window)
    >>> out = pe.propagate(
    ...     ripple,
    ...     pe.KuramotoSivashinsky(),
    ...     {"a": 1.0, "b": 1.0, "d": 1.0},
    ...     grid,
    ...     layer_length=10.0,
    ...     steps_per_layer=60,
    ...     scheme="etdrk4",
    ... )
    >>> bool(out.abs().max() > 0.05)  # a long wave grows
    True
    """

    a = Coefficient(
        "steepening",
        unit="time/(amplitude length)",
        natural=wave_rate(derivatives=1, amplitudes=1),
        term="nonlinearity",
    )
    b = Coefficient(
        "anti-diffusion",
        unit="time²/length",
        natural=wave_rate(derivatives=2),
        span=(0.0, 2.0),
        term="gain",
    )
    d = Coefficient(
        "hyperdiffusion",
        unit="time⁴/length",
        natural=wave_rate(derivatives=4),
        span=(0.2, 2.0),
        term="dissipation",
    )

    example = Example(TimeGrid(48, 0.5), {"a": 1.0, "b": 1.0, "d": 1.0}, length=3.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return c.b * omega**2 - c.d * omega**4

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.a / 2 * derivative(field**2, grid)

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"mass": integral(field, grid)}
