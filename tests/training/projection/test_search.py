"""The search finds planted physics, for any module, the same from the same seed."""

import json
import math
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
import torch
from torch import Tensor, nn
from two_tones import LOOK, ONE_STEP, SMALL, accuracy, lens, tones

import physembed as pe
from physembed.networks import SearchSpace
from physembed.training import ProjectionSettings, train_by_projection
from physembed.training.projection import checkpoint as checkpoint_module
from physembed.training.projection.alternatives import train_best_by_projection
from physembed.training.projection.first_starts import first_starts
from physembed.training.projection.objective import (
    LackOfContrast,
    LeftOutError,
    gradients,
)
from physembed.training.projection.search import plan
from physembed.training.projection.starts import Searched

pytestmark = pytest.mark.slow


def test_a_lens_of_four_detectors_is_found_from_zero() -> None:
    x, y = tones()
    network, history = train_by_projection(lens, x, y, SMALL, seed=0)
    unseen, labels = tones(seed=1)
    assert accuracy(network, unseen, labels) > 0.95
    coefficients = network.coefficients()
    assert abs(coefficients["fibre1/layer1/kinetic"] * coefficients["fibre1/layer1/strength"]) > 0.5
    assert [record["epoch"] for record in history] == list(range(1, len(history) + 1))
    assert len(history) == 1 + 6 + 12
    _, at_zero = train_by_projection(lens, x, y, LOOK, seed=0)
    assert history[-1]["train_loss"] < 0.1 * at_zero[0]["train_loss"]


def test_same_seed_same_result_and_global_state_untouched() -> None:
    x, y = tones(60)
    state = torch.random.get_rng_state()
    first, history = train_by_projection(lens, x, y, SMALL, seed=3)
    again, repeated = train_by_projection(lens, x, y, SMALL, seed=3)
    other, _ = train_by_projection(lens, x, y, SMALL, seed=4)
    assert torch.equal(torch.random.get_rng_state(), state)
    pairs = zip(first.parameters(), again.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert [r["train_loss"] for r in history] == [r["train_loss"] for r in repeated]
    pairs = zip(first.parameters(), other.parameters(), strict=True)
    assert not all(torch.equal(a, b) for a, b in pairs)


class Comb(pe.SeriesNetwork):
    """No medium at all: one unknown frequency, and a mask that refines it later."""

    declared_spaces = MappingProxyType(
        {"frequency": SearchSpace(0.0, 1.0), "mask": SearchSpace(-1, 1, stage=1)}
    )

    def __init__(self) -> None:
        super().__init__()
        self.frequency = nn.Parameter(torch.zeros(()))
        self.mask = nn.Parameter(torch.zeros(5))
        self.idle = nn.Parameter(torch.zeros(2), requires_grad=False)
        self.head = pe.LinearHead(1, 1)

    def features(self, x: Tensor) -> Tensor:
        t = torch.arange(x.shape[-1], dtype=x.dtype)
        window = 1 + nn.functional.interpolate(self.mask[None, None], x.shape[-1])[0, 0]
        wave = torch.complex(torch.cos(self.frequency * t), torch.sin(self.frequency * t))
        return ((x[:, 0] * window).to(wave.dtype) @ wave).abs()[:, None].square()


def test_regression_by_any_module_with_stages_and_declared_ranges() -> None:
    generator = torch.Generator().manual_seed(0)
    t = torch.arange(30.0)
    strength = torch.rand(150, 1, generator=generator)
    phase = 6.3 * torch.rand(150, 1, generator=generator)
    other = torch.randn(150, 30, generator=generator)
    x = (strength * torch.cos(0.7 * t + phase) + 0.2 * other)[:, None]
    settings = ProjectionSettings(rungs=((24, 0, 100), (6, 8, 100), (2, 10, 150)), stage_steps=10)
    network, history = train_by_projection(Comb, x, strength[:, 0] ** 2, settings, seed=0)
    assert network.frequency.item() == pytest.approx(0.7, abs=0.05)
    assert float(network.mask.detach().abs().max()) > 0.01
    assert torch.equal(network.idle, torch.zeros(2))
    with torch.inference_mode():
        error = (network(x)[:, 0] - strength[:, 0] ** 2).square().mean() / (strength**2).var()
    assert float(error) < 0.4
    assert math.isnan(history[-1]["train_accuracy"])


def test_masks_wait_for_their_stage() -> None:
    steps = plan(SMALL, [0, 1])
    assert [step.stage for step in steps].index(1) == len(plan(SMALL, [0]))
    assert {step.starts for step in steps if step.stage == 1} == {1}
    assert steps[-1].rate == pytest.approx(0.1 * SMALL.rate, rel=0.2)


def test_an_interrupted_search_goes_on_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = tones(60)
    expected, history = train_by_projection(lens, x, y, SMALL, seed=0)
    monkeypatch.setattr("physembed._checkpoint.SECONDS_BETWEEN", 0.0)
    file = tmp_path / "search.ckpt"
    written = checkpoint_module.SearchCheckpoint.write

    def killed(self: checkpoint_module.SearchCheckpoint, state: object) -> None:
        written(self, state)  # type: ignore[arg-type]
        if state.position == 9:  # type: ignore[attr-defined]
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint_module.SearchCheckpoint, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        train_by_projection(lens, x, y, SMALL, seed=0, checkpoint=file)
    monkeypatch.setattr(checkpoint_module.SearchCheckpoint, "write", written)
    with pytest.raises(pe.RunFolderError, match="other settings"):
        train_by_projection(lens, x, y, SMALL, seed=1, checkpoint=file)
    resumed, continued = train_by_projection(lens, x, y, SMALL, seed=0, checkpoint=file)
    pairs = zip(expected.parameters(), resumed.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert [r["train_loss"] for r in continued] == [r["train_loss"] for r in history]
    assert not file.exists()
    file.write_text(json.dumps({"format": "something else"}))
    with pytest.raises(pe.RunFolderError, match="no training that can be gone on with"):
        train_by_projection(lens, x, y, SMALL, seed=0, checkpoint=file)


def test_a_fit_that_fails_leaves_no_search_behind_and_one_that_was_stopped_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second composition has nothing to train, or the user stops there."""
    monkeypatch.setattr("physembed._checkpoint.SECONDS_BETWEEN", 0.0)
    x, y = tones(20)
    settings = replace(SMALL, rungs=((2, 1, 20), (1, 1, 20)))
    file = tmp_path / "search.ckpt"
    at_the_second = []

    def designed() -> pe.PhysicalEmbeddingNetwork:
        at_the_second.append([path.name for path in tmp_path.iterdir()])
        frozen = [fibre.frozen({"kinetic": 0.1, "strength": 0.1}) for fibre in lens().fibres]
        return pe.PhysicalEmbeddingNetwork(frozen, n_channels=1, n_timepoints=40, n_classes=2)

    def stopped() -> pe.PhysicalEmbeddingNetwork:
        raise KeyboardInterrupt

    for second, error, left in (
        (designed, pe.InvalidInputError, []),
        (stopped, KeyboardInterrupt, ["0-search.ckpt"]),
    ):
        with pytest.raises(error):
            train_best_by_projection([lens, second], x, y, settings, seed=0, checkpoint=file)
        assert [path.name for path in tmp_path.iterdir()] == left
    assert at_the_second == [["0-search.ckpt"]]


def test_autofocus_finds_the_focus_without_labels() -> None:
    x, _ = tones()
    nonsense = torch.randint(2, (len(x),), generator=torch.Generator().manual_seed(5))
    settings = ProjectionSettings(rungs=((16, 0, 80), (1, 1, 80)), autofocus=True)
    searched = Searched.of(lens())
    values = first_starts(searched, x, settings, 40, seed=0)
    product = (values["media.0.trainable.kinetic"] * values["media.0.trainable.strength"])[-4:, 0]
    assert float(product.abs().min()) > 0.5
    blurred = LackOfContrast(searched, x)(searched.current(), torch.arange(len(x))).loss
    sharp = LackOfContrast(searched, x)(values, torch.arange(len(x))).loss[-4:]
    assert float(sharp.max()) < float(blurred)
    assert float(sharp.median()) < float(blurred) - 0.5
    train_by_projection(lens, x, nonsense, settings, seed=0)


def test_elements_and_coefficients_are_looked_for_in_their_spans() -> None:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.4, span=(0.2, 0.8)), "gamma": 0.0},
        n_layers=2,
        after=(
            pe.Component(pe.FrequencyPhaseMask(4), {"v1": pe.Trainable(0.0)}),
            pe.Component(pe.MachZehnder(), {"delay": pe.Trainable(1.0, span=[0.5, 3])}),
        ),
    )
    network = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=40, n_classes=2)
    spaces = network.search_spaces()
    assert spaces == {
        "media.0.trainable.beta2": SearchSpace(0.1, 0.4, as_one=True),
        "paths.0.after.0.trainable.v1": SearchSpace(stage=1),
        "paths.0.after.1.trainable.delay": SearchSpace(0.5, 3.0),
    }
    for wrong in ((1.0, 0.0), (1.0,), "ab", (0.0, float("inf"))):
        with pytest.raises(pe.InvalidInputError, match="span must be "):
            pe.Trainable(0.5, span=wrong)


def test_steps_on_long_series_see_fewer_cases() -> None:
    settings = ProjectionSettings(rungs=((2, 0, 300), (1, 5, 200)), step_points=10_000)
    assert settings.bounded(40).rungs == ((2, 0, 250), (1, 5, 200))
    assert settings.bounded(10**6).rungs == ((2, 0, 64), (1, 5, 64))
    assert [settings.bounded(n).final_cases for n in (10, 40, 10**6)] == [2000, 1000, 256]
    assert replace(settings, step_points=None).bounded(10**6).rungs == settings.rungs
    x, y = tones(120)
    bounded = replace(ONE_STEP, step_points=70 * x.shape[2])
    same = ProjectionSettings(rungs=((1, 12, 70),))
    (_, history), (_, expected) = (
        train_by_projection(lambda: lens(0.3), x, y, s, seed=0) for s in (bounded, same)
    )
    assert [r["train_loss"] for r in history] == [r["train_loss"] for r in expected]


@pytest.mark.parametrize("n_layers", [1, 3])
@pytest.mark.parametrize("scheme", ["lie", "strang"])
def test_starts_in_a_batch_are_as_if_each_were_alone(n_layers: int, scheme: str) -> None:
    x, y = tones(30)
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.1)},
        n_layers=n_layers,
        scheme=scheme,
        detector=pe.BinnedIntensity(6),
    )
    network = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=40, n_classes=2)
    searched = Searched.of(network)
    objective = LeftOutError(searched, x, y)
    cases, active = torch.arange(30), set(searched.spaces)
    values = searched.draw(4, torch.Generator().manual_seed(0))
    together, slopes = gradients(objective, values, cases, 40, active)
    for start in range(4):
        one = {name: value[start : start + 1] for name, value in values.items()}
        alone, slope = gradients(objective, one, cases, 40, active)
        torch.testing.assert_close(together.loss[start], alone.loss[0], rtol=1e-4, atol=1e-4)
        for name in active:
            # features are in float32, and the zero start is a stationary point of noise
            torch.testing.assert_close(slopes[name][start], slope[name][0], rtol=2e-3, atol=2e-3)
