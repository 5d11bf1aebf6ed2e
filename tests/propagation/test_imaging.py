"""Images of a field: Talbot's, and the Fourier transforms that lenses make."""

import math

import pytest
import torch
from cases import random_field, relative_error

import physembed as pe
from physembed.physics import exact_solutions as exact

FIBRE = pe.NonlinearSchrodinger()
TRAP = pe.GrossPitaevskii()


@pytest.mark.parametrize("period_points", [16, 24])
def test_talbot_images_a_lattice_of_any_shape(period_points: int) -> None:
    """After the Talbot length the field is itself; after half of it, shifted by half a period."""
    grid = pe.TimeGrid(4 * period_points, spacing=0.3)
    period = period_points * grid.spacing
    field = random_field(period_points).repeat(4)
    length = exact.talbot_length(period, beta2=0.7)
    for share, shift in ((1.0, 0), (0.5, period_points // 2), (2.0, 0)):
        out = pe.propagate(
            field,
            FIBRE,
            {"beta2": 0.7, "gamma": 0.0},
            grid,
            layer_length=share * length,
            check_sampling=False,
        )
        # phases of up to 2π 12² carry a rounding of 1e-13
        assert relative_error(out, field.roll(shift)) < 1e-12


def test_talbot_carpet_in_the_plane() -> None:
    grid = pe.PlaneGrid(24, 36, spacing=0.3)
    field = random_field(12, 12).repeat(2, 3)
    out = pe.propagate(
        field,
        FIBRE,
        {"beta2": -0.9, "gamma": 0.0},
        grid,
        layer_length=exact.talbot_length(12 * 0.3, beta2=-0.9),
        check_sampling=False,
    )
    # as above
    assert relative_error(out, field) < 1e-12


@pytest.mark.parametrize("n_points", [16, 64, 90])
def test_natural_trap_then_natural_dispersion_is_the_fourier_transform(n_points: int) -> None:
    """For even N, whose periodic dispersion is again a chirp."""
    grid = pe.TimeGrid(n_points, spacing=0.3)
    scale = pe.NaturalScale(grid)
    strength, kinetic = (TRAP.natural_unit(k, scale) for k in ("strength", "kinetic"))
    field = random_field(n_points)
    out = pe.propagate(
        field,
        TRAP,
        {
            "kinetic": torch.tensor([0.0, kinetic], dtype=torch.float64),
            "g": 0.0,
            "strength": torch.tensor([strength, 0.0], dtype=torch.float64),
        },
        grid,
        check_sampling=False,
    )
    centred = torch.fft.fftshift(torch.fft.fft(torch.fft.ifftshift(field), norm="ortho"))
    # amplitudes of order one after two transforms
    torch.testing.assert_close(out.abs(), centred.abs(), atol=1e-12, rtol=0)


def test_natural_lattice_shows_each_cell_its_own_spectrum() -> None:
    """A tone in one cell lights one spot of that cell, at the place of its frequency."""
    period, cells = 64, 4
    grid = pe.TimeGrid(period * cells)
    equation = pe.GrossPitaevskii(pe.OpticalLattice(period))
    scale = pe.NaturalScale(grid)
    strength, kinetic = (equation.natural_unit(k, scale) for k in ("strength", "kinetic"))
    cell = (grid.t >= -32) & (grid.t < 32)
    k = 12
    tone = torch.exp(2j * math.pi * k * grid.t / period) * cell
    out = pe.propagate(
        tone,
        equation,
        {
            "kinetic": torch.tensor([0.0, kinetic], dtype=torch.float64),
            "g": 0.0,
            "strength": torch.tensor([strength, 0.0], dtype=torch.float64),
        },
        grid,
        check_sampling=False,
    )
    # exp(+i omega t) moves by -beta2 omega, which is +kinetic omega
    assert float(grid.t[out.abs().argmax()]) == k
