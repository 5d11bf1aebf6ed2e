"""Sensible coefficients and a field for every equation and every potential, in one place.

A new equation or potential makes the tests fail until it is listed here, and is then tested by all
of them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch

import physembed as pe
from physembed.physics import EQUATIONS

LINE = pe.TimeGrid(64, spacing=0.3)
PLANE = pe.PlaneGrid(24, 32, spacing=0.5)


@dataclass(frozen=True)
class Case:
    """An equation with coefficients and a grid on which a pulse of unit size is well sampled."""

    equation: pe.MasterEquation
    coefficients: Mapping[str, float]
    grid: pe.TimeGrid | pe.PlaneGrid = LINE

    def field(self, dtype: torch.dtype = torch.complex128) -> torch.Tensor:
        """Chirped pulses without any symmetry, below 1e-6 at the edge of the window."""
        if isinstance(self.grid, pe.PlaneGrid):
            along_y = pulse(self.grid.y, centre=-0.4)
            return (along_y * pulse(self.grid.x, centre=0.6, width=1.2)).to(dtype)
        first = pulse(self.grid.t)
        if self.equation.needs_channels:
            second = 0.7 * pulse(self.grid.t, centre=-0.8, width=1.3, chirp=-0.2)
            return torch.stack([first, second]).to(dtype)
        return (first + 0.3 * pulse(self.grid.t, centre=2.0, width=0.9)).to(dtype)

    def run(self, field: torch.Tensor | None = None, **options: object) -> torch.Tensor:
        """The case through :func:`physembed.propagate`; ``coefficients`` replaces given ones."""
        changed = options.pop("coefficients", {})
        return pe.propagate(
            self.field() if field is None else field,
            self.equation,
            dict(self.coefficients) | changed,
            self.grid,
            **({"check_sampling": False} | options),
        )


def pulse(
    t: torch.Tensor, *, centre: float = 0.3, width: float = 1.0, chirp: float = 0.3
) -> torch.Tensor:
    u = (t - centre) / width
    return torch.polar(torch.exp(-(u**2) / 2), chirp * u**2 / 2 + 0.4 * u)


_POTENTIALS: dict[str, tuple[pe.Potential, dict[str, float]]] = {
    "harmonic-trap": (pe.HarmonicTrap(), {"strength": 0.3, "centre": 0.5}),
    # sixteen cells of parabolas to the window
    "optical-lattice": (pe.OpticalLattice(1.2), {"strength": 0.8, "phase": 0.7}),
    "polynomial": (
        pe.PolynomialPotential(),
        {"a1": 0.4, "a2": 0.1, "a3": -0.02, "a4": 0.003},
    ),
    "free-form": (
        pe.FreeFormPotential(5, LINE.window),
        {"v1": 0.4, "v2": -0.3, "v3": 0.9, "v4": 0.2, "v5": -0.6},
    ),
    "sum": (
        pe.HarmonicTrap() + pe.OpticalLattice(2.4, cells="sin2"),
        {"trap_strength": 0.2, "trap_centre": -0.3, "lattice_strength": 0.5, "lattice_phase": -0.4},
    ),
}

_EQUATIONS: dict[str, Case] = {
    "nonlinear-schrodinger": Case(
        pe.NonlinearSchrodinger(),
        {"alpha": 0.2, "beta2": -0.8, "gamma": 0.9, "beta3": 0.15, "beta4": 0.02},
    ),
    "generalised-nonlinear-schrodinger": Case(
        pe.GeneralisedNonlinearSchrodinger(tau1=0.4, tau2=0.9),
        {"alpha": 0.1, "beta2": -0.8, "gamma": 0.9, "beta3": 0.05, "beta4": 0.01}
        | {"raman_fraction": 0.3, "shock_time": 0.04},
    ),
    "coupled-nonlinear-schrodinger": Case(
        pe.CoupledNonlinearSchrodinger(),
        {"alpha": 0.1, "beta2": -0.8, "gamma": 0.9, "cross": 2 / 3},
    ),
    "gross-pitaevskii": Case(
        pe.GrossPitaevskii(), {"kinetic": 0.9, "g": 0.7, "strength": 0.3, "centre": 0.5}
    ),
    "complex-ginzburg-landau": Case(
        pe.ComplexGinzburgLandau(),
        {"beta2": -0.6, "gamma": 0.8, "gain": 0.9, "loss": 0.3}
        | {"saturation": 0.5, "filtering": 0.05, "nonlinear_loss": 0.1},
    ),
    "lugiato-lefever": Case(
        pe.LugiatoLefever(),
        {"alpha": 0.5, "detuning": 0.8, "beta2": -0.7, "gamma": 0.9, "drive": 0.6},
    ),
}

VARIANTS: dict[str, Case] = {
    f"gross-pitaevskii/{name}": Case(
        pe.GrossPitaevskii(potential), {"kinetic": 0.9, "g": 0.7} | coefficients
    )
    for name, (potential, coefficients) in _POTENTIALS.items()
} | {
    f"{name}/plane": Case(
        entry.equation,
        {k: v for k, v in entry.coefficients.items() if k != "beta3"},
        PLANE,
    )
    for name, entry in _EQUATIONS.items()
    if entry.equation.is_isotropic
}

NAMES = [*EQUATIONS, *VARIANTS]
"""Every equation, the condensate in every potential, and every isotropic equation in the plane."""


def case(name: str) -> Case:
    """The case of that name; an equation that is not listed here fails every test of it."""
    entry = (_EQUATIONS | VARIANTS).get(name)
    assert entry is not None, f"list the new equation {name!r} in tests/propagation/cases.py"
    impossible = {"beta3"} if isinstance(entry.grid, pe.PlaneGrid) else set()
    unlisted = set(entry.equation.coefficients) - set(entry.coefficients) - impossible
    assert not unlisted, f"give {name!r} values of {sorted(unlisted)} in tests/propagation/cases.py"
    return entry


def potential_case(name: str) -> tuple[pe.Potential, dict[str, float]]:
    """The potential of that name with values; one that is not listed here fails."""
    assert name in _POTENTIALS, f"list the new potential {name!r} in tests/propagation/cases.py"
    return _POTENTIALS[name]


def relative_error(field: torch.Tensor, expected: torch.Tensor) -> float:
    """‖field - expected‖ / ‖expected‖ over all points."""
    return float((field - expected).norm() / expected.norm())


def random_field(*shape: int, seed: int = 0, dtype: torch.dtype = torch.complex128) -> torch.Tensor:
    """White noise over the whole window and band."""
    return torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def turned(field: torch.Tensor, angle: float) -> torch.Tensor:
    """The field times exp(i angle)."""
    return field * complex(math.cos(angle), math.sin(angle))
