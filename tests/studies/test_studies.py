"""Parity and its reason; records that are kept; the sets and groups that are measured."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from physembed.networks import PhysicalEmbeddingNetwork
from physembed.training import train_by_projection
from studies.few_detectors import DARK, FOCUS, MODELS, lens
from studies.fit_records import Records, outcome
from studies.phase_parity import (
    SETTINGS,
    fibre_for_parity,
    kerr_figure,
    pulse_trains,
)
from studies.spoken_digits import at_speeds, lattice_network, speakers

pytestmark = pytest.mark.slow


def parity_network(*, kerr: bool, n_bits: int = 4) -> PhysicalEmbeddingNetwork:
    return PhysicalEmbeddingNetwork(
        [fibre_for_parity(kerr=kerr)], n_channels=1, n_timepoints=32 * n_bits, n_classes=2
    )


def test_parity_is_orthogonal_to_every_form_of_degree_two() -> None:
    signs = np.array(list(itertools.product((1, -1), repeat=4)))
    parity = signs.prod(axis=1)
    quadratic = [signs[:, j] * signs[:, k] for j in range(4) for k in range(j, 4)]
    np.testing.assert_array_equal(np.stack(quadratic) @ parity, 0)


@pytest.mark.parametrize("detectors", [16, 128])
def test_no_linear_medium_reads_parity_however_many_the_detectors(detectors: int) -> None:
    x, y = pulse_trains(4, 320, seed=0, noise=0.0)
    generator = torch.Generator().manual_seed(0)
    for _ in range(4):
        network = PhysicalEmbeddingNetwork(
            [fibre_for_parity(kerr=False, detectors=detectors)],
            n_channels=1,
            n_timepoints=128,
            n_classes=2,
        )
        with torch.no_grad():
            beta2 = network.media[0].trainable["beta2"]
            beta2.copy_(torch.randn(beta2.shape, generator=generator))
        with torch.inference_mode():
            features = network.double().features(x.double())
        centred = features - features.mean(dim=0)
        # without noise the degree count is exact: parity correlates with no detector
        correlation = centred.T @ (2.0 * y.double() - 1) / len(y)
        assert float(centred.abs().max()) > 1e-3
        assert float(correlation.abs().max()) < 1e-12


def test_a_trained_kerr_phase_reads_parity() -> None:
    x, y = pulse_trains(4, 400, seed=0)
    network, _ = train_by_projection(
        lambda: parity_network(kerr=True), x, y, SETTINGS.limited(30), seed=0
    )
    assert outcome(network, *pulse_trains(4, 800, seed=1))["accuracy"] > 0.98


def test_three_bits_stay_hidden_even_from_a_kerr_medium() -> None:
    """E -> -E turns the parity of an odd number of signs, and no intensity."""
    x, _ = pulse_trains(3, 16, seed=0, noise=0.0)
    network = parity_network(kerr=True, n_bits=3)
    torch.testing.assert_close(network.features(x), network.features(-x), rtol=1e-4, atol=1e-4)
    _, opposite = pulse_trains(3, 8, seed=0)
    assert (opposite + opposite.flip(0) == 1).all()


def test_records_are_made_once(tmp_path: Path) -> None:
    calls = []

    def make() -> dict[str, float]:
        calls.append(1)
        return {"accuracy": 0.5}

    for _ in range(2):
        Records(tmp_path / "x.json").add({"seed": 0}, make)
    Records(tmp_path / "x.json").add({"seed": 1}, make)
    records = json.loads((tmp_path / "x.json").read_text())
    assert [entry["seed"] for entry in records] == [0, 1]
    assert len(calls) == 2
    assert {"seconds", "cpu_seconds", "environment"} <= records[0].keys()


def test_speakers_follow_the_order_of_the_recordings() -> None:
    # digit, speaker, recording: 10 digits of 5 speakers, 3 recordings each
    expected = [speaker for _ in range(10) for speaker in range(5) for _ in range(3)]
    assert speakers(150, 5).tolist() == expected


def test_a_recording_at_twice_the_speed_has_twice_the_pitch() -> None:
    t = torch.arange(256, dtype=torch.float64)
    tone = torch.sin(2 * torch.pi * 8 * t / 256)[None, None]
    same, fast = at_speeds(tone, (1.0, 2.0)).split(1)
    torch.testing.assert_close(same, tone)
    torch.testing.assert_close(fast[..., :128], tone[..., ::2])
    assert not fast[..., 128:].any()


def test_masks_begin_after_the_scalars() -> None:
    spaces = lattice_network(1.0, 1.0, mask_points=32).search_spaces()
    assert sorted({space.stage for space in spaces.values()}) == [0, 1]
    assert sum(space.stage == 1 for space in spaces.values()) == 32


def test_fixed_physics_is_not_counted_and_dark_media_pass_the_series() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(40, 1, 60, generator=generator)
    y = torch.arange(40) % 2
    for values in (DARK, FOCUS):
        network = lens(values, x, y, 0)
        assert network.parameter_counts() == {"embedding": 0, "readout": 17}
        encoder, medium = network.fibres[0].encoder, network.media[0]
        field = encoder(x)
        same = torch.allclose(medium(field), field, atol=1e-4)
        assert same == (values is DARK)


def test_every_model_has_its_sixteen_detectors() -> None:
    x, y = pulse_trains(2, 24, seed=0)
    for name in ("spread", "chosen"):
        network = MODELS[name][1](x, y, 0)
        assert network.parameter_counts() == {"embedding": 0, "readout": 17}
    spread, chosen = (MODELS[name][1](x, y, 0).fibres for name in ("spread", "chosen"))
    assert spread != chosen


def test_the_kerr_figure_draws() -> None:
    figure = kerr_figure({"share": [0.0, 1.0], "accuracy": [0.5, 1.0]})
    assert len(figure.axes) == 2
