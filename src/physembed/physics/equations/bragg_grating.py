"""The coupled-mode equations of a Bragg grating."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, per_layer, wave_rate
from physembed.physics.field_equation import FieldEquation, integral, matrix
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import kerr_nonlinearity


@dataclass(frozen=True)
class BraggGrating(FieldEquation):
    """∂F/∂z = -c ∂F/∂t + i κ B + i γ (|F|² + 2 |B|²) F, ∂B/∂z = c ∂B/∂t + i κ F + i γ (...) B.

    F goes forwards and B backwards; z is time and t place. Coefficients: ``speed`` (c),
    ``coupling`` (κ) and ``gamma`` (γ). Frequencies between -κ and κ find no wave: the gap. It
    conserves the energy ∫ |F|² + |B|².

    References
    ----------
    Aceves and Wabnitz, Phys. Lett. A 141, 37 (1989); Agrawal, Applications of Nonlinear Fiber
    Optics (2020), eq. 1.3.11.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.25)
    >>> forwards = torch.exp(-((grid.t / 3) ** 2))
    >>> field = torch.stack([forwards, 0 * forwards]).to(torch.complex128)
    >>> medium = {"speed": 1.0, "coupling": 2.0, "gamma": 0.0}
    >>> out = pe.propagate(
    ...     field, pe.BraggGrating(), medium, grid, layer_length=0.75, scheme="etdrk4"
    ... )
    >>> energy = out.abs().square().sum(dim=-1)
    >>> round(float(energy[1] / energy.sum()), 2)  # turned back
    0.97
    """

    components = ("F", "B")
    is_real = False
    couples_linearly = True
    dealiasing = 1 / 2

    speed = Coefficient(
        "speed", unit="time/length", natural=wave_rate(derivatives=1), term="dispersion"
    )
    coupling = Coefficient("coupling", unit="1/length", natural=per_layer, term="coupling")
    gamma = kerr_nonlinearity(default=0.0)

    example = Example(TimeGrid(64, 0.4), {"speed": 1.0, "coupling": 0.7, "gamma": 0.5}, length=4.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        turning, coupled = 1j * c.speed * omega, 1j * c.coupling
        return matrix([[-turning, coupled], [coupled, turning]], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        intensity = field.real**2 + field.imag**2
        total = intensity.sum(dim=-2, keepdim=True)
        return 1j * c.gamma * (2 * total - intensity) * field

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """The standing wave F = B = A exp(i (κ + 3 γ A²) z) at the edge of the gap, A = 0.8."""
        phase = (c.coupling + 3 * c.gamma * 0.64) * z
        return torch.polar(0.8 * torch.ones_like(phase), phase).expand(2, *grid.shape).clone()

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"energy": integral((field.real**2 + field.imag**2).sum(dim=-2), grid)}
