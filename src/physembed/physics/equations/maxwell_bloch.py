"""The Maxwell-Bloch equations of light and two-level atoms at resonance."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, per_layer, wave_rate
from physembed.physics.field_equation import FieldEquation, integral, per_component
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.pulses import sech


@dataclass(frozen=True)
class MaxwellBloch(FieldEquation):
    """∂E/∂z = -c ∂E/∂t + g P, ∂P/∂z = ρ E (w - 1) - Γ₂ P, ∂w/∂z = -ρ E P - Γ₁ w.

    E is the envelope, P the polarisation in quadrature, w - 1 the inversion: atoms at rest have
    w = 0. z is time and t is place. Coefficients: ``speed`` (c), ``coupling`` (g), ``rabi`` (ρ),
    ``dephasing`` (Γ₂) and ``decay`` (Γ₁). Lossless, it conserves ∫ (ρ E² / 2 + g w), and
    P² + (w - 1)² everywhere; a pulse of area 2π passes unabsorbed.

    References
    ----------
    McCall and Hahn, Phys. Rev. 183, 457 (1969); Lamb, Rev. Mod. Phys. 43, 99 (1971).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.2)
    >>> rest = torch.zeros_like(grid.t)
    >>> medium = {"speed": 1.0, "coupling": 0.3}
    >>> run = {"layer_length": 10.0, "steps_per_layer": 100, "scheme": "etdrk4"}
    >>> pulse = torch.stack([0.4 / torch.cosh((grid.t + 10) / 2), rest, rest])
    >>> out = pe.propagate(pulse, pe.MaxwellBloch(), medium, grid, **run)
    >>> energies = [(field[0] ** 2 / 2 + 0.3 * field[2]).sum() for field in (pulse, out)]
    >>> bool(torch.isclose(*energies))  # what the light loses is in the atoms
    True
    """

    components = ("E", "P", "w")

    speed = Coefficient(
        "speed", unit="time/length", natural=wave_rate(derivatives=1), term="dispersion"
    )
    coupling = Coefficient(
        "coupling", unit="amplitude/length", natural=wave_rate(amplitudes=-1), term="resonance"
    )
    rabi = Coefficient(
        "Rabi frequency",
        unit="1/(amplitude length)",
        natural=wave_rate(amplitudes=1),
        default=1.0,
        term="nonlinearity",
    )
    dephasing = Coefficient(
        "dephasing", unit="1/length", natural=per_layer, default=0.0, span=(0.0, 2.0)
    )
    decay = Coefficient("decay", unit="1/length", natural=per_layer, default=0.0, span=(0.0, 2.0))

    example = Example(TimeGrid(256, 40 / 256), {"speed": 1.0, "coupling": 0.1875}, length=3.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return per_component([-1j * c.speed * omega, -c.dephasing, -c.decay], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        light, dipole, excited = field.unbind(dim=-2)
        driven = c.rabi * light
        law = [c.coupling * dipole, driven * (excited - 1), -driven * dipole]
        return torch.stack(law, dim=-2)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor | None:
        """The 2π pulse 2V sech(t - Vz) / ρ, with V (c - V) = ρ g; slower than light by V / c."""
        if float(c.dephasing) or float(c.decay) or float(c.speed**2 - 4 * c.rabi * c.coupling) < 0:
            return None
        slow = (c.speed + torch.sqrt(c.speed**2 - 4 * c.rabi * c.coupling)) / 2
        place = grid.coordinates[0] - slow * z
        shape = sech(place)
        dipole = -2 * shape * torch.tanh(place)
        return torch.stack([2 * slow / c.rabi * shape, dipole, 2 * shape**2])

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        if float(c.dephasing) or float(c.decay):
            return {}
        light, dipole, excited = field.unbind(dim=-2)
        return {
            "energy": integral(c.rabi / 2 * light**2 + c.coupling * excited, grid),
            "length of the Bloch vectors": integral(dipole**2 + (excited - 1) ** 2, grid),
        }
