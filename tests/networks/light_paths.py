"""Fibres with arms and gates, a network of them, and series."""

import torch

import physembed as pe

SIZES = {"n_channels": 2, "n_timepoints": 20, "n_classes": 3}
LINEAR = {"beta2": 0.3, "gamma": 0.0, "alpha": 0.1}
ARMS = (
    (),
    (pe.Component(pe.MachZehnder(unit=2.0), {"delay": 0.6}),),
    (
        pe.Component(pe.ThreePathInterferometer(), {"delay": 1.5}),
        pe.Component(pe.DelayLine(), {"delay": 0.5}),
    ),
)


def fibre(**changes: object) -> pe.Fibre:
    arguments = {
        "equation": pe.NonlinearSchrodinger(),
        "coefficients": LINEAR,
        "n_layers": 2,
        "encoder": pe.SeriesEncoder(alignment="left", padding="edge"),
        "detector": pe.Quadratures(),
        "arms": ARMS,
        "gated": True,
    }
    return pe.Fibre(**(arguments | changes))


def series(seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(4, 2, 20, dtype=torch.float64, generator=generator)


def network(*fibres: pe.Fibre) -> pe.PhysicalEmbeddingNetwork:
    torch.manual_seed(0)
    return pe.PhysicalEmbeddingNetwork(fibres, **SIZES).double()
