"""Invariants: known values, and Hamiltonians whose gradient is the equation."""

import math
from types import SimpleNamespace

import pytest
import torch

import physembed as pe
from physembed.physics import exact_solutions as exact
from physembed.physics import invariants

GRID = pe.TimeGrid(1024, spacing=0.05)
PLANE = pe.PlaneGrid(32, 48, spacing=0.4)


def noisy(*shape: int) -> torch.Tensor:
    return torch.randn(shape, dtype=torch.complex128, generator=torch.Generator().manual_seed(5))


def test_energy_of_known_pulses() -> None:
    soliton = exact.fundamental_soliton(GRID.t, beta2=-0.8, gamma=1.3, duration=0.7)
    # 2 |beta2| / (gamma T); tails at ±25.6 are far below rounding
    assert float(invariants.energy(soliton, GRID)) == pytest.approx(1.6 / 1.3 / 0.7, rel=1e-13)
    packet = exact.plane_wave_packet(PLANE.y, PLANE.x, kinetic=1.0, widths=(0.8, 1.1))
    assert float(invariants.energy(packet, PLANE)) == pytest.approx(math.pi * 0.8 * 1.1, rel=1e-12)


def test_momentum_is_the_mean_frequency_times_the_energy() -> None:
    soliton = exact.fundamental_soliton(GRID.t, 0.4, frequency=1.7)
    assert float(invariants.momentum(soliton, GRID)) == pytest.approx(1.7 * 2.0, rel=1e-12)
    # the definition in the time domain, by autograd-free central differences of a smooth pulse
    derivative = (soliton.roll(-1) - soliton.roll(1)) / (2 * GRID.spacing)
    direct = float((soliton.conj() * derivative).imag.sum() * GRID.spacing)
    # central differences are of second order: omega^2 dt^2 / 6 is 2e-3
    assert direct == pytest.approx(3.4, rel=5e-3)


def test_hamiltonian_of_the_soliton() -> None:
    """beta2 = -1, gamma = 1, T = 1: -(1/2) 2/3 + (1/2) 4/3 = 1/3."""
    soliton = exact.fundamental_soliton(GRID.t, 0.9)
    hamiltonian = invariants.nonlinear_schrodinger_hamiltonian(soliton, GRID, beta2=-1.0, gamma=1.0)
    assert float(hamiltonian) == pytest.approx(1 / 3, rel=1e-12)


def test_hamiltonian_of_the_ground_state_is_half_a_quantum_per_particle() -> None:
    well = {"strength": 0.4, "kinetic": 0.9}
    ground = exact.trap_ground_state(GRID.t, **well)
    hamiltonian = invariants.gross_pitaevskii_hamiltonian(
        ground, GRID, kinetic=0.9, g=0.0, potential=0.4 * GRID.t**2
    )
    quantum = exact.trap_frequency(**well)
    assert float(hamiltonian / invariants.energy(ground, GRID)) == pytest.approx(
        quantum / 2, rel=1e-12
    )


def right_hand_side(
    equation: pe.MasterEquation, grid: pe.TimeGrid | pe.PlaneGrid, field: torch.Tensor, **c: float
) -> torch.Tensor:
    values = SimpleNamespace(**{k: torch.tensor([v], dtype=torch.float64) for k, v in c.items()})
    axes = tuple(range(-len(grid.shape), 0))
    symbol = equation.linear_symbol(grid.omega, values)
    linear = torch.fft.ifftn(symbol * torch.fft.fftn(field, dim=axes), dim=axes)
    return linear + equation.local_derivative(field, grid, values)


@pytest.mark.parametrize("grid", [pe.TimeGrid(33, 0.4), PLANE], ids=["line", "plane"])
def test_equations_are_the_gradients_of_their_hamiltonians(
    grid: pe.TimeGrid | pe.PlaneGrid,
) -> None:
    """dE/dz = i δH/δE*, and with the opposite sign for the condensate; autograd gives 2 δH/δE*."""
    field = noisy(*grid.shape)
    cell = grid.spacing ** len(grid.shape)
    beta3 = {"beta3": 0.05} if len(grid.shape) == 1 else {}
    light = {"beta2": -0.8, "gamma": 1.3, "beta4": 0.02} | beta3
    variable = field.clone().requires_grad_()
    invariants.nonlinear_schrodinger_hamiltonian(variable, grid, **light).backward()
    expected = right_hand_side(
        pe.NonlinearSchrodinger(), grid, field, alpha=0.0, **({"beta3": 0.0} | light)
    )
    torch.testing.assert_close(0.5j * variable.grad / cell, expected, rtol=1e-11, atol=1e-11)

    matter = {"kinetic": 0.9, "g": 0.7}
    potential = sum(0.3 * x**2 for x in grid.coordinates)
    variable = field.clone().requires_grad_()
    invariants.gross_pitaevskii_hamiltonian(
        variable, grid, **matter, potential=potential
    ).backward()
    expected = right_hand_side(
        pe.GrossPitaevskii(), grid, field, strength=0.3, centre=0.0, **matter
    )
    torch.testing.assert_close(-0.5j * variable.grad / cell, expected, rtol=1e-11, atol=1e-11)


def test_photon_number_counts_slow_light_as_more_photons() -> None:
    """A line at omega has energy / (1 - tau omega) photons: positive omega is the red side."""
    grid = pe.TimeGrid(64, spacing=0.5)
    for k in (4, -7):
        line = torch.polar(torch.ones(64, dtype=torch.float64), grid.omega[k] * grid.t)
        expected = grid.window / (1 - 0.1 * float(grid.omega[k]))
        photons = float(invariants.photon_number(line, grid, shock_time=0.1))
        assert photons == pytest.approx(expected, rel=1e-12)
    fields = noisy(3, 64)
    torch.testing.assert_close(
        invariants.photon_number(fields, grid, shock_time=0.0),
        invariants.energy(fields, grid),
        rtol=1e-13,
        atol=0,
    )


def test_one_value_per_case_and_channel() -> None:
    fields = noisy(4, 2, GRID.n_points)
    together = invariants.nonlinear_schrodinger_hamiltonian(fields, GRID, beta2=-1.0, gamma=0.5)
    assert together.shape == (4, 2)
    alone = invariants.nonlinear_schrodinger_hamiltonian(fields[2, 1], GRID, beta2=-1.0, gamma=0.5)
    torch.testing.assert_close(together[2, 1], alone, rtol=1e-13, atol=0)


def test_refusals() -> None:
    with pytest.raises(pe.InvalidInputError, match=r"shock_time must be shorter than 0\.0159"):
        invariants.photon_number(noisy(1024), GRID, shock_time=0.02)
    with pytest.raises(pe.InvalidInputError, match="grid must be a TimeGrid"):
        invariants.momentum(noisy(32, 48), PLANE)
    with pytest.raises(pe.InvalidInputError, match="beta3 must be zero in the plane"):
        invariants.nonlinear_schrodinger_hamiltonian(
            noisy(32, 48), PLANE, beta2=1.0, gamma=1.0, beta3=0.1
        )
