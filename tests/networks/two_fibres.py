"""A network of two fibres, and whether its gradients are those of another."""

import torch
from torch import nn

import physembed as pe

CASES = torch.randn(6, 1, 48, generator=torch.Generator().manual_seed(1))


def network(scheme: str = "lie", gradient: str = "auto") -> pe.PhysicalEmbeddingNetwork:
    torch.manual_seed(0)
    fibre = pe.Fibre(
        equation=pe.NonlinearSchrodinger(),
        coefficients={
            "alpha": 0.1,
            "beta2": pe.Trainable(0.4),
            "gamma": pe.Trainable(0.2, shared=True),
        },
        n_layers=3,
        scheme=scheme,
        detector=pe.BinnedIntensity(16),
    )
    trap = pe.Fibre(
        equation=pe.GrossPitaevskii(),
        coefficients={"kinetic": pe.Trainable(0.3), "g": 0.2, "strength": pe.Trainable(0.4)},
        n_layers=2,
        scheme=scheme,
    )
    built = pe.PhysicalEmbeddingNetwork([fibre, trap], n_channels=1, n_timepoints=48, n_classes=3)
    for medium in built.media:
        medium.gradient = gradient
    return built


def gradients(module: nn.Module, x: torch.Tensor = CASES) -> list[torch.Tensor]:
    module.zero_grad()
    logits = module(x)
    logits.logsumexp(dim=1).sum().backward()
    return [logits.detach(), *(p.grad.clone() for p in module.parameters())]


def near(slopes: list[torch.Tensor], expected: list[torch.Tensor]) -> None:
    """Equal to the rounding of single precision, each relative to its norm."""
    for a, b in zip(slopes, expected, strict=True):
        assert float((a - b).norm()) <= 1e-5 * float(b.norm())
