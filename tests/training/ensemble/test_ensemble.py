"""Networks trained together: each is the network of its own separate training."""

import math
from dataclasses import replace
from functools import partial

import pytest
import torch

import physembed as pe
from physembed.training import train_by_gradient
from physembed.training.ensemble import Member, train_together

SEEDS = (0, 1, 5)
SETTINGS = pe.TrainingSettings(
    max_epochs=6,
    batch_size=16,
    physics_rate=0.05,
    head_rate=0.05,
    weight_decay=1.0,
    gradient_clip=0.2,
    start_scales=(0.1, 1.0),
)


BETA2, GAMMA = pe.Trainable(0.4), pe.Trainable(0.05)


def tones(n_cases: int = 90) -> tuple[torch.Tensor, torch.Tensor]:
    """Noisy tones of two frequencies and random phase."""
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(n_cases) % 2
    t = torch.arange(40, dtype=torch.float64)
    phase = 2 * math.pi * torch.rand(n_cases, 1, generator=generator, dtype=torch.float64)
    omega = 2 * math.pi * (0.08 + 0.12 * y[:, None])
    noise = 0.6 * torch.randn(n_cases, 40, generator=generator, dtype=torch.float64)
    return (torch.cos(omega * t + phase) + noise)[:, None], y


def network(
    beta2: pe.Trainable | float = BETA2,
    gamma: pe.Trainable | float = GAMMA,
    dtype: torch.dtype = torch.float32,
) -> pe.PhysicalEmbeddingNetwork:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": beta2, "gamma": gamma},
        n_layers=2,
        detector=pe.BinnedIntensity(20),
    )
    made = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=40, n_classes=2)
    return made.to(dtype)


def assert_as_alone(member: Member, make_network: partial, settings: pe.TrainingSettings) -> None:
    """Weights within the rounding that ten steps may grow, the same epochs, the same predictions.

    1e-4 of the largest weight is a thousand times float32's rounding, and a hundredth of what one
    step changes; float64 shows that nothing but rounding is in it.
    """
    x, y = tones()
    alone, history = train_by_gradient(make_network, x, y, settings, seed=member.seed)
    double = next(alone.parameters()).dtype == torch.float64
    tolerance = 1e-10 if double else 1e-4
    for (name, own), other in zip(
        alone.named_parameters(), member.network.parameters(), strict=True
    ):
        assert (own - other).abs().max() <= tolerance * own.abs().max(), name
    assert [r["epoch"] for r in history] == [r["epoch"] for r in member.history]
    for mine, theirs in zip(member.history, history, strict=True):
        assert mine.keys() == theirs.keys()
        compared = {k: v for k, v in theirs.items() if k != "seconds"}
        # losses are means of float32 numbers, summed in another order
        assert {k: mine[k] for k in compared} == pytest.approx(compared, abs=1e-5, nan_ok=True)
    with torch.inference_mode():
        assert torch.equal(alone(x).argmax(dim=1), member.network(x).argmax(dim=1))
    assert not member.network.training


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"keep": "last"},
        {"validation_fraction": 0.0},
        {"keep": "last", "patience": 1, "head_rate": 0.5, "max_epochs": 30},
    ],
)
def test_each_member_ends_as_alone(changes: dict) -> None:
    x, y = tones()
    settings = replace(SETTINGS, **changes)
    state = torch.random.get_rng_state()
    members = train_together([network] * len(SEEDS), x, y, settings, seeds=SEEDS)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert [member.seed for member in members] == list(SEEDS)
    for member in members:
        assert member.error is None
        assert_as_alone(member, partial(network), settings)
    if settings.patience is not None:
        assert len({len(member.history) for member in members}) > 1


def test_in_double_precision_members_are_the_separate_runs() -> None:
    x, y = tones()
    make = partial(network, dtype=torch.float64)
    for member in train_together([make] * 2, x, y, SETTINGS, seeds=(0, 1)):
        assert_as_alone(member, make, SETTINGS)


def test_an_ablation_is_trained_together() -> None:
    """Full, nonlinearity alone, dispersion alone: what is frozen stays, and clips nothing."""
    x, y = tones()
    makers = [partial(network), partial(network, beta2=0.0), partial(network, gamma=0.0)]
    settings = replace(SETTINGS, start_scales=())
    members = train_together(makers, x, y, settings, seeds=(0, 0, 0))
    for member, make in zip(members, makers, strict=True):
        assert_as_alone(member, make, settings)
    assert members[1].network.coefficients()["fibre1/layer1/beta2"] == 0.0
    assert [m.network.parameter_counts()["embedding"] for m in members] == [4, 2, 2]


def test_a_member_that_diverges_leaves_the_others_alone() -> None:
    x, y = tones()

    def broken() -> pe.PhysicalEmbeddingNetwork:
        made = network()
        with torch.no_grad():
            made.head.linear.bias[0] = torch.nan
        return made

    settings = replace(SETTINGS, start_scales=())
    first, second = train_together([broken, network], x, y, settings, seeds=(0, 1))
    assert isinstance(first.error, pe.TrainingError)
    assert "the loss became nan in epoch 1" in str(first.error)
    assert_as_alone(second, partial(network), settings)


def test_seeds_and_networks_go_in_pairs() -> None:
    x, y = tones()
    for seeds in ((), (0, 1)):
        with pytest.raises(pe.InvalidInputError, match="one seed for each of 1 networks"):
            train_together([network], x, y, SETTINGS, seeds=seeds)
