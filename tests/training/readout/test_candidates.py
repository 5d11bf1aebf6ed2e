"""The choice among designed networks, by leave-one-out error on training cases."""

import torch

import physembed as pe
from physembed.training import choose_network


def tones(n_cases: int = 80) -> tuple[torch.Tensor, torch.Tensor]:
    """Two pitches at random phases, in noise: told apart by the spectrum, not by any one point."""
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(n_cases) % 2
    t = torch.arange(128)
    phase = 6.28 * torch.rand(n_cases, 1, generator=generator)
    noise = torch.randn(n_cases, 128, generator=generator)
    return (torch.sin((0.7 + 0.1 * y[:, None]) * t + phase) + noise)[:, None].double(), y


def network(strength: float) -> pe.PhysicalEmbeddingNetwork:
    """A lens of this strength before its focal length: at 1 the detector sees the spectrum."""
    fibre = pe.Fibre(
        pe.GrossPitaevskii(),
        {"kinetic": (0.0, 1.0), "g": 0.0, "strength": (strength, 0.0)},
        n_layers=2,
        encoder=pe.SeriesEncoder(alignment="left", guard_band=0.0),
        detector=pe.BinnedIntensity(64),
    )
    return pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=128, n_classes=2)


def test_the_lens_in_focus_is_chosen() -> None:
    candidates = {f"{s:g}": lambda s=s: network(s) for s in (0.0, 0.3, 1.0, 3.0)}
    name, errors = choose_network(candidates, *tones(), seed=0)
    assert name == "1"
    assert errors["1"] < 0.8 * min(error for key, error in errors.items() if key != "1")


def test_the_first_of_equals_is_taken() -> None:
    candidates = {"a": lambda: network(1.0), "b": lambda: network(1.0)}
    name, errors = choose_network(candidates, *tones(), seed=0)
    assert name == "a"
    assert errors["a"] == errors["b"]


def test_the_choice_looks_at_a_part_of_many_cases() -> None:
    x, y = tones(1200)
    seen = []

    class Counting(pe.PhysicalEmbeddingNetwork):
        def features(self, x: torch.Tensor) -> torch.Tensor:
            seen.append(len(x))
            return super().features(x)

    def make() -> pe.PhysicalEmbeddingNetwork:
        fibres = network(1.0).fibres
        return Counting(fibres, n_channels=1, n_timepoints=128, n_classes=2)

    choose_network({"only": make}, x, y, seed=0)
    assert sum(seen) == 300
