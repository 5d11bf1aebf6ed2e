"""On a GPU the steps of a search are replays of a graph, and end where launched ones do."""

from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import physembed as pe
from physembed.presets.named_presets import PRESETS
from physembed.presets.preset import Asked
from physembed.training.projection import recorded
from physembed.training.projection.objective import (
    LeftOutError,
    NearTheStart,
    gradients_at_once,
    waits_for_the_host,
)
from physembed.training.projection.starts import Searched
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


class MeetingsWithTheHost(TorchDispatchMode):
    """Counts arrays made from Python's numbers, and numbers asked for: a GPU waits for either."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        if operation is torch.ops.aten.lift_fresh.default and args[0].ndim:
            self.count += 1
        if operation is torch.ops.aten._local_scalar_dense.default:
            self.count += 1
        return operation(*args, **(kwargs or {}))


def test_a_second_step_does_not_meet_the_host_but_of_groups() -> None:
    """Or a CUDA graph could not hold it; on the CPU it can be counted too."""
    fibres = PRESETS["tiny"].compositions(Asked((1, 60, 2)))[0][:2]
    tiny = pe.PhysicalEmbeddingNetwork(fibres, n_channels=1, n_timepoints=60, n_classes=2)
    x, y = cases(20, 60)
    tiny.prepare(x, seed=0)
    searched = Searched.of(tiny)
    objective = LeftOutError(searched, tiny.encode(x), y)
    values, everything = searched.current(), torch.arange(len(x))
    gradients_at_once(objective, values, everything, set(values))
    with MeetingsWithTheHost() as meetings:
        gradients_at_once(objective, values, everything, set(values))
    # that the penalties, which stay on the CPU until then, are positive
    assert meetings.count == 1
    grouped = LeftOutError(searched, tiny.encode(x), y, groups=everything % 5)
    assert waits_for_the_host(NearTheStart(grouped, values, dict.fromkeys(values, 1.0), 20))
    with MeetingsWithTheHost() as meetings:
        gradients_at_once(grouped, values, everything, set(values))
    assert meetings.count > 1


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
