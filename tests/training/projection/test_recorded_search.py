"""On a GPU the steps of a search are replays of a graph, and end where launched ones do."""

import pytest
import torch

import physembed as pe
from physembed.training.projection import recorded
from physembed.training.projection.train import train_by_projection
from tests.training.gradient.test_recorded import cases, on_gpu

SETTINGS = pe.ProjectionSettings(rungs=((12, 0, 40), (4, 4, 40), (1, 5, 60)))


def network() -> pe.PhysicalEmbeddingNetwork:
    fibre = pe.Fibre(
        pe.GrossPitaevskii(pe.PolynomialPotential(2)),
        {"kinetic": pe.Trainable(2.0), "g": 0.0, "a1": 0.0, "a2": pe.Trainable(1.0)},
        n_layers=1,
        detector=pe.BinnedIntensity(bins=8, response="log"),
    )
    return pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=64, n_classes=2)


@on_gpu
@pytest.mark.filterwarnings("ignore::physembed.propagation.gradients.ways.OffChipNotice")
def test_a_recorded_search_ends_as_a_launched_one(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = cases()
    _, replayed = train_by_projection(network, x, y, SETTINGS, seed=0, device="cuda")

    def refused(run: object) -> None:
        raise RuntimeError("not today")

    monkeypatch.setattr(recorded, "record_graph", refused)
    with pytest.warns(pe.PhysembedWarning, match="not today"):
        _, launched = train_by_projection(network, x, y, SETTINGS, seed=0, device="cuda")
    _, on_cpu = train_by_projection(network, x, y, SETTINGS, seed=0)
    for other in (launched, on_cpu):
        losses = [torch.tensor([r["train_loss"] for r in way]) for way in (replayed, other)]
        # the same operations, whose sums come in another order
        assert torch.allclose(*losses, rtol=1e-3)
