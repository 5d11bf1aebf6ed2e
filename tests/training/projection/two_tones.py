"""Noisy tones that a lens tells apart, and how long to search for it."""

import math

import pytest
import torch
from torch import Tensor

import physembed as pe
from physembed.training import ProjectionSettings
from physembed.training.projection.objective import (
    LeftOutError,
)
from physembed.training.projection.starts import Searched

pytestmark = pytest.mark.slow


SMALL = ProjectionSettings(rungs=((16, 0, 80), (4, 6, 80), (1, 12, 120)), stage_steps=12)


ONE_STEP = ProjectionSettings(rungs=((1, 12, 400),))


LOOK = ProjectionSettings(rungs=((1, 0, 120),))


def tones(n_cases: int = 120, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Noisy tones of two frequencies and random phase: no linear classifier tells them apart."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(n_cases) % 2
    t = torch.arange(40, dtype=torch.float64)
    phase = 2 * math.pi * torch.rand(n_cases, 1, generator=generator, dtype=torch.float64)
    omega = 2 * math.pi * (0.08 + 0.12 * y[:, None])
    noise = 0.3 * torch.randn(n_cases, 40, generator=generator, dtype=torch.float64)
    return (torch.cos(omega * t + phase) + noise)[:, None].float(), y


def lens(strength: float = 0.0) -> pe.PhysicalEmbeddingNetwork:
    """A lens between two stretches of dispersion, four detectors; nothing reads well at zero."""
    fibre = pe.Fibre(
        pe.GrossPitaevskii(pe.HarmonicTrap()),
        {"kinetic": pe.Trainable(0.0), "g": 0.0, "strength": pe.Trainable(strength)},
        n_layers=1,
        scheme="strang",
        encoder=pe.SeriesEncoder(alignment="centre", guard_band=0.0, envelope=True),
        detector=pe.BinnedIntensity(4),
    )
    return pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=40, n_classes=2)


def accuracy(network: pe.SeriesNetwork, x: Tensor, y: Tensor) -> float:
    with torch.inference_mode():
        return float((network(x).argmax(dim=1) == y).float().mean())


def left_out_error(network: pe.SeriesNetwork, x: Tensor, y: Tensor) -> float:
    searched = Searched.of(network)
    return float(LeftOutError(searched, x, y)(searched.current(), torch.arange(len(x))).loss)
