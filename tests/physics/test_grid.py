"""The grid is periodic: its end point is the start of the next window."""

import numpy as np
import pytest
import torch

import physembed as pe


@pytest.mark.parametrize("n_points", [2, 7, 64])
def test_time_is_centred_and_excludes_the_end_point(n_points: int) -> None:
    grid = pe.TimeGrid(n_points, spacing=0.25)
    expected = (np.arange(n_points) - n_points // 2) * 0.25
    np.testing.assert_array_equal(grid.t.numpy(), expected)
    assert grid.t[-1] - grid.t[0] == pytest.approx(grid.window - grid.spacing)


@pytest.mark.parametrize("n_points", [8, 9])
def test_omega_is_in_fft_order(n_points: int) -> None:
    grid = pe.TimeGrid(n_points, spacing=0.5)
    np.testing.assert_allclose(grid.omega.numpy(), 2 * np.pi * np.fft.fftfreq(n_points, 0.5))


def test_a_harmonic_of_the_window_has_one_spectral_line() -> None:
    """A grid that includes its end point would smear it (a bug that peers shipped)."""
    grid = pe.TimeGrid(32, spacing=0.1)
    k = 5
    wave = torch.exp(1j * grid.omega[k] * grid.t)
    spectrum = torch.fft.fft(wave).abs()
    assert spectrum[k] == pytest.approx(32)
    assert spectrum.sum() == pytest.approx(32)


def test_derivative_is_i_omega() -> None:
    """The sign convention d/dt -> i omega, on a Gaussian whose derivative is known."""
    grid = pe.TimeGrid(256, spacing=0.1)
    pulse = torch.exp(-(grid.t**2))
    derivative = torch.fft.ifft(1j * grid.omega * torch.fft.fft(pulse)).real
    torch.testing.assert_close(derivative, -2 * grid.t * pulse, atol=1e-12, rtol=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_points": 1}, "n_points must be an integer of at least 2, got 1"),
        ({"n_points": 8.0}, "n_points must be an integer of at least 2, got 8.0"),
        ({"n_points": True}, "n_points must be an integer"),
        ({"n_points": 8, "spacing": 0.0}, "spacing must be a positive"),
        ({"n_points": 8, "spacing": float("nan")}, "spacing must be a positive"),
        ({"n_points": 8, "spacing": "1"}, "spacing must be a positive"),
    ],
)
def test_bad_grids_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.TimeGrid(**arguments)


@pytest.mark.parametrize(
    "make", [lambda: pe.TimeGrid(37, 0.113), lambda: pe.PlaneGrid(5, 7, 0.117)]
)
def test_a_grid_first_seen_in_inference_serves_gradients(make) -> None:
    with torch.inference_mode():
        make().omega, make().coordinates
    factor = torch.ones((), dtype=torch.float64, requires_grad=True)
    sum(((factor * x) ** 2).sum() for x in make().coordinates).backward()
    assert not make().omega.is_inference()
