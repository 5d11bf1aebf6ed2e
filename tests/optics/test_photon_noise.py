"""Noise of photons."""

import math

import torch

import physembed as pe
from physembed.optics import quantum_noise
from physembed.optics.units import REDUCED_PLANCK, SPEED_OF_LIGHT


def test_one_photon_in_every_mode() -> None:
    grid, wavelength = pe.TimeGrid(1024, spacing=4e-15), 835e-9
    noise = quantum_noise(grid, wavelength, (3,), seed=1)
    lines = torch.fft.fft(noise) / grid.n_points
    carrier = 2 * math.pi * SPEED_OF_LIGHT / wavelength
    photons = lines.abs().square() * grid.window / (REDUCED_PLANCK * (carrier - grid.omega))
    assert torch.allclose(photons, torch.ones_like(photons), rtol=1e-9)
    assert not torch.equal(noise[0], noise[1])
