"""Gradient training: it learns, it is deterministic, it records, and it stops with a reason."""

import math
import warnings
from typing import Any

import lightning.pytorch as pl
import pytest
import torch

import physembed as pe
from physembed.training import train_by_gradient
from physembed.training.cases import hold_out
from physembed.training.gradient.start import scale_start

SIZES = {"n_channels": 1, "n_timepoints": 40, "n_classes": 2}


def tones(n_cases: int = 120, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Noisy tones of two frequencies and random phase: no linear classifier tells them apart."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(n_cases) % 2
    t = torch.arange(40, dtype=torch.float64)
    phase = 2 * math.pi * torch.rand(n_cases, 1, generator=generator, dtype=torch.float64)
    omega = 2 * math.pi * (0.08 + 0.12 * y[:, None])
    noise = 0.3 * torch.randn(n_cases, 40, generator=generator, dtype=torch.float64)
    return (torch.cos(omega * t + phase) + noise)[:, None], y


def network() -> pe.PhysicalEmbeddingNetwork:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.05)},
        n_layers=2,
        detector=pe.BinnedIntensity(20),
    )
    return pe.PhysicalEmbeddingNetwork([fibre], **SIZES)


SETTINGS = pe.TrainingSettings(max_epochs=25, batch_size=16, head_rate=0.02)


@pytest.mark.slow
def test_the_network_learns_what_a_linear_classifier_cannot() -> None:
    x, y = tones()
    trained, history = train_by_gradient(network, x, y, SETTINGS, seed=0)
    unseen, labels = tones(seed=1)
    with torch.inference_mode():
        accuracy = float((trained(unseen).argmax(dim=1) == labels).float().mean())
    assert accuracy > 0.9
    assert history[-1]["train_loss"] < 0.6 * history[0]["train_loss"]


def test_same_seed_same_weights_and_global_state_untouched() -> None:
    x, y = tones(40)
    settings = pe.TrainingSettings(max_epochs=2)
    state = torch.random.get_rng_state()
    first, _ = train_by_gradient(network, x, y, settings, seed=3)
    again, _ = train_by_gradient(network, x, y, settings, seed=3)
    other, _ = train_by_gradient(network, x, y, settings, seed=4)
    assert torch.equal(torch.random.get_rng_state(), state)
    pairs = zip(first.parameters(), again.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    pairs = zip(first.parameters(), other.parameters(), strict=True)
    assert not all(torch.equal(a, b) for a, b in pairs)


def test_cases_are_encoded_once_on_a_cpu_and_the_weights_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a callback is shown are series: there they are encoded batch by batch, to the same."""
    x, y = tones(40)
    settings = pe.TrainingSettings(max_epochs=3, batch_size=8)
    encoded: list[int] = []
    modulated = pe.SeriesEncoder.modulated

    def counted(encoder: pe.SeriesEncoder, series: torch.Tensor) -> torch.Tensor:
        encoded.append(len(series))
        return modulated(encoder, series)

    monkeypatch.setattr(pe.SeriesEncoder, "modulated", counted)
    once, _ = train_by_gradient(network, x, y, settings, seed=3, device="cpu")
    assert sum(encoded) == 40
    encoded.clear()
    callbacks: list[Any] = [pl.Callback()]
    again, _ = train_by_gradient(network, x, y, settings, seed=3, device="cpu", callbacks=callbacks)
    assert sum(encoded) == 3 * 40
    pairs = zip(once.parameters(), again.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_history_has_every_epoch_and_coefficient() -> None:
    x, y = tones()
    trained, history = train_by_gradient(
        network, x, y, pe.TrainingSettings(max_epochs=3, keep="last"), seed=0
    )
    assert [record["epoch"] for record in history] == [1, 2, 3]
    for record in history:
        for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
            assert math.isfinite(record[name])
    final = {k: v for k, v in history[-1].items() if k.startswith("fibre")}
    assert final == trained.coefficients()
    assert len(final) == 2 * 2


def test_best_weights_are_those_of_the_lowest_validation_loss() -> None:
    x, y = tones()
    settings = pe.TrainingSettings(max_epochs=12, physics_rate=0.2, head_rate=0.3, keep="best")
    trained, history = train_by_gradient(network, x, y, settings, seed=0)
    best = min(history, key=lambda record: record["validation_loss"])
    assert best["epoch"] < 12
    assert {k: v for k, v in best.items() if k.startswith("fibre")} == trained.coefficients()


def test_patience_stops_early() -> None:
    x, y = tones()
    settings = pe.TrainingSettings(max_epochs=200, head_rate=0.5, physics_rate=0.3, patience=3)
    _, history = train_by_gradient(network, x, y, settings, seed=0)
    assert len(history) < 200


def test_a_loss_that_is_not_finite_stops_with_the_reason() -> None:
    x, y = tones(40)
    x[3] = torch.nan
    with pytest.raises(pe.TrainingError, match=r"loss became nan in epoch 1"):
        train_by_gradient(network, x, y, SETTINGS, seed=0)


def test_physics_in_front_of_a_hard_comparator_is_named_as_it_cannot_be_trained() -> None:
    x, y = tones(40)
    settings = pe.TrainingSettings(max_epochs=1)

    def counted(width: float) -> pe.PhysicalEmbeddingNetwork:
        fibre = pe.Fibre(
            pe.NonlinearSchrodinger(),
            {"beta2": pe.Trainable(0.4), "gamma": 0.0},
            n_layers=1,
            detector=pe.Counter(width=width),
        )
        return pe.PhysicalEmbeddingNetwork([fibre], **SIZES)

    with pytest.warns(pe.PhysembedWarning, match=r"gradient of .*beta2.* is zero.*hard comp"):
        train_by_gradient(lambda: counted(0.0), x, y, settings, seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pe.PhysembedWarning)
        train_by_gradient(lambda: counted(0.1), x, y, settings, seed=0)


def test_held_out_cases_are_stratified_and_left_out_where_too_few() -> None:
    y = torch.tensor([0] * 80 + [1] * 20)
    training, validation = hold_out(y, 0.1, seed=0)
    assert len(training) == 90
    assert y[validation].sum() == 2
    assert not set(training.tolist()) & set(validation.tolist())
    for few in (torch.tensor([0, 1, 0, 1]), torch.tensor([0] * 30 + [1])):
        assert len(hold_out(few, 0.1, seed=0)[1]) == 0
    assert len(hold_out(torch.tensor([0, 1] * 6), 0.95, seed=0)[1]) == 0


def test_the_start_is_the_scale_that_reads_best_untrained() -> None:
    """Tones are told apart by dispersion of the far field, not by hardly any."""
    x, y = tones()
    chosen = network()
    scale = scale_start(chosen, x, y, (1e-4, 1.0), seed=0)
    assert scale == 1.0
    assert chosen.coefficients() == network().coefficients()
    poor = network()
    assert scale_start(poor, x, y, (1e-4, 1e-3), seed=0) in (1e-4, 1e-3)
    assert poor.coefficients()["fibre1/layer1/beta2"] < 0.5e-3
    assert scale_start(network(), x, y, (), seed=0) == 1.0


def test_the_start_is_found_among_many_cases_with_a_class_of_one() -> None:
    x, y = tones(620)
    y[0] = 2
    assert scale_start(network(), x, y, (1e-4, 1.0), seed=0) == 1.0
    x, y = tones(501)
    assert scale_start(network(), x, y, (1e-4, 1.0), seed=0) == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_epochs": 0}, "max_epochs must be a positive integer"),
        ({"physics_rate": -1.0}, "physics_rate must be a positive number"),
        ({"validation_fraction": 1.0}, r"validation_fraction must be a number from 0 to below 1"),
        ({"keep": "first"}, "unknown keep 'first'. Known: best, last"),
        ({"min_steps": -5}, "min_steps must be an integer of at least 0"),
        ({"patience": 0}, "patience must be a positive integer"),
        ({"weight_decay": float("nan")}, "weight_decay must be zero or a positive number"),
    ],
)
def test_bad_settings_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.TrainingSettings(**arguments)
