"""Parity of four phase bits in a train of pulses: what no linear medium can do.

A linear medium, square-law detectors and a linear readout compute a form of degree two in the
pulses' signs s_1 ... s_4. Over all bit patterns the parity s_1 s_2 s_3 s_4 is orthogonal to every
product of two of them, so the best such readout is a constant. One Kerr phase makes the field of
degree three and its intensity of degree four.
"""

from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from physembed.experiments.goals.records import Records, outcome
from physembed.networks import (
    BinnedIntensity,
    Fibre,
    PhysicalEmbeddingNetwork,
    SeriesEncoder,
    Trainable,
)
from physembed.physics import NonlinearSchrodinger
from physembed.training import ProjectionSettings, train_by_projection

SLOT = 16
"""Points from one pulse to the next."""

SETTINGS = ProjectionSettings(rungs=((128, 0, 200), (24, 20, 200), (6, 30, 300), (2, 60, 400)))


def pulse_trains(
    n_bits: int, n_cases: int, *, seed: int, noise: float = 0.05, amplitude: float = 2.0
) -> tuple[Tensor, Tensor]:
    """Trains of Gaussian pulses of sign +-1, every bit pattern equally often, and their parities.

    Parameters
    ----------
    n_bits, n_cases : int
    seed : int
        Of the noise.
    noise : float, default=0.05
        Deviation of white noise at every point.
    amplitude : float, default=2.0

    Returns
    -------
    x : Tensor of shape (n_cases, 1, 2 n_bits SLOT)
    parity : Tensor of shape (n_cases,), int64
        Number of negative pulses modulo two.
    """
    n_points = 2 * n_bits * SLOT
    t = torch.arange(n_points) - n_points / 2
    places = (torch.arange(n_bits) - (n_bits - 1) / 2) * SLOT
    pulses = amplitude * torch.exp(-(((t - places[:, None]) / (SLOT / 4)) ** 2))
    bits = torch.tensor(list(product((0, 1), repeat=n_bits)))
    pattern = torch.arange(n_cases) % len(bits)
    white = torch.randn(n_cases, n_points, generator=torch.Generator().manual_seed(seed))
    x = (1.0 - 2.0 * bits[pattern]) @ pulses + noise * white
    return x[:, None], bits[pattern].sum(dim=1) % 2


def fibre_for_parity(*, kerr: bool, detectors: int = 16, n_layers: int = 4) -> Fibre:
    """Layers of dispersion and Kerr phase before square-law detectors."""
    return Fibre(
        NonlinearSchrodinger(),
        {
            "beta2": Trainable(1 / n_layers),
            "gamma": Trainable(1 / n_layers) if kerr else 0.0,
        },
        n_layers=n_layers,
        scheme="strang",
        encoder=SeriesEncoder("none", alignment="left", guard_band=0.0),
        detector=BinnedIntensity(detectors, response="linear"),
    )


def measure(data_dir: Path, out: Path) -> None:
    """Five seeds with gamma trained and with gamma zero, and three bits beside four."""
    records = Records(out / "parity.json")
    for n_bits in (4, 3):
        for model, kerr in (("gamma trained", True), ("gamma = 0", False)):
            for seed in range(5):
                key = {"bits": n_bits, "model": model, "seed": seed}
                records.add(key, partial(_parity, n_bits, kerr=kerr, seed=seed))


def _parity(n_bits: int, *, kerr: bool, seed: int) -> dict[str, Any]:
    x, y = pulse_trains(n_bits, 400, seed=0)

    def make_network() -> PhysicalEmbeddingNetwork:
        fibre = fibre_for_parity(kerr=kerr)
        return PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=x.shape[2], n_classes=2)

    network, _ = train_by_projection(make_network, x, y, SETTINGS, seed=seed)
    return outcome(network, *pulse_trains(n_bits, 1600, seed=1))
