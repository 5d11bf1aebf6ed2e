"""Channels whose coefficients are known, and noisy pairs that went through them."""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from physembed.physics import (
    GrossPitaevskii,
    MasterEquation,
    NonlinearSchrodinger,
    TimeGrid,
)
from physembed.propagation import propagate

STEPS = 400
"""Split steps of the simulated truth, four times those of the fit."""


@dataclass(frozen=True)
class SimulatedChannel:
    """A uniform medium of length one, and the pulses that are sent through it.

    Parameters
    ----------
    equation : MasterEquation
    truth : dict of str to float
        All coefficients that are to be found.
    grid : TimeGrid
    """

    equation: MasterEquation
    truth: dict[str, float]
    grid: TimeGrid = field(default_factory=lambda: TimeGrid(256, 0.125))

    def pairs(self, n_pairs: int, *, decibels: float, seed: int) -> tuple[Tensor, Tensor]:
        """Inputs and outputs under white noise, complex128 of shape (pairs, points).

        Parameters
        ----------
        n_pairs : int
        decibels : float
            Mean power of all signals over that of the noise, in the whole band; the inputs and
            the outputs have independent noise of their own.
        seed : int
        """
        generator = torch.Generator().manual_seed(seed)
        inputs = _pulses(n_pairs, self.grid, generator)
        outputs = propagate(
            inputs,
            self.equation,
            self.truth,
            self.grid,
            steps_per_layer=STEPS,
            scheme="strang",
            check_sampling=False,
        )
        return tuple(_noisy(field, decibels, generator) for field in (inputs, outputs))  # type: ignore[return-value]


CHANNELS = {
    "nlse": SimulatedChannel(NonlinearSchrodinger(), {"alpha": 0.2, "beta2": -1.0, "gamma": 1.5}),
    "gpe": SimulatedChannel(GrossPitaevskii(), {"kinetic": 1.0, "g": 0.8, "strength": 0.15}),
}
"""A lossy fibre with anomalous dispersion, and a repulsive condensate in a trap."""


def _pulses(n_pairs: int, grid: TimeGrid, generator: torch.Generator) -> Tensor:
    """Chirped Gaussian pulses with a weaker companion, no two alike."""

    def between(low: float, high: float) -> Tensor:
        share = torch.rand(n_pairs, 1, generator=generator, dtype=torch.float64)
        return low + (high - low) * share

    amplitude, width = between(0.5, 1.5).sqrt(), between(1.0, 2.5)
    chirp, centre = between(-1.0, 1.0), between(-2.0, 2.0)
    companion, distance = between(-0.5, 0.5), between(2.0, 5.0)
    u = (grid.t - centre) / width
    field = amplitude * torch.exp(-(u**2) / 2 * (1 + 1j * chirp))
    return field + companion * torch.exp(-((u - distance / width) ** 2) / 2)


def _noisy(field: Tensor, decibels: float, generator: torch.Generator) -> Tensor:
    power = float(field.abs().square().mean()) * 10 ** (-decibels / 10)
    noise = torch.randn(*field.shape, 2, generator=generator, dtype=torch.float64)
    return field + torch.view_as_complex(noise) * math.sqrt(power / 2)
