"""Coefficients of simulated channels, found again."""

import time

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.errors import InvalidInputError, TrainingError, UnknownNameError
from physembed.explain import recover
from studies.simulated_channels import CHANNELS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", list(CHANNELS))
@pytest.mark.parametrize("seed", [1000, 1001])
def test_64_noisy_pairs_give_every_coefficient_within_two_percent(name: str, seed: int) -> None:
    channel = CHANNELS[name]
    inputs, outputs = channel.pairs(64, decibels=30.0, seed=seed)
    began = time.process_time()
    found = recover(inputs, outputs, channel.equation, channel.grid, list(channel.truth))
    assert time.process_time() - began < 60
    for coefficient, truth in channel.truth.items():
        assert found.values[coefficient] == pytest.approx(truth, rel=0.02)
        # four standard errors: one of ten thousand misses by chance
        error = found.standard_errors[coefficient]
        assert abs(found.values[coefficient] - truth) < 4 * error
        assert 0 < error < 0.01 * abs(truth)
    assert found.step_error < 0.5


def test_without_noise_the_values_are_those_of_the_simulation() -> None:
    channel = CHANNELS["nlse"]
    inputs, _ = channel.pairs(8, decibels=240.0, seed=0)
    truth = {"alpha": 0.1, "beta2": 0.8, "gamma": 0.6}
    # the same steps in both: nothing is left to explain
    outputs = pe.propagate(
        inputs, channel.equation, truth, channel.grid, steps_per_layer=20, scheme="strang",
        check_sampling=False,
    )  # fmt: skip
    found = recover(
        inputs, outputs, channel.equation, channel.grid, list(truth), steps=20, input_noise=0.0
    )
    for name, value in truth.items():
        assert found.values[name] == pytest.approx(value, rel=1e-5)
    assert found.residual < 1e-5


def test_an_unknown_phase_of_every_pair_does_not_matter() -> None:
    channel = CHANNELS["nlse"]
    inputs, outputs = channel.pairs(12, decibels=40.0, seed=2)
    start = {"alpha": 0.25, "beta2": -0.9, "gamma": 1.4}
    plain = recover(inputs, outputs, channel.equation, channel.grid, start, steps=40)
    turned = outputs * torch.exp(1j * torch.linspace(0, 5, 12, dtype=torch.float64))[:, None]
    other = recover(inputs, turned, channel.equation, channel.grid, start, steps=40)
    for name in start:
        assert other.values[name] == pytest.approx(plain.values[name], rel=1e-6)


def test_intensities_alone_suffice_where_known_inputs_are_given() -> None:
    channel = CHANNELS["nlse"]
    inputs, _ = channel.pairs(16, decibels=200.0, seed=4)
    outputs = pe.propagate(
        inputs, channel.equation, channel.truth, channel.grid, steps_per_layer=100,
        scheme="strang", check_sampling=False,
    )  # fmt: skip
    start = {"alpha": 0.15, "beta2": -0.9, "gamma": 1.4}
    found = recover(
        inputs, outputs.abs().square(), channel.equation, channel.grid, start, input_noise=0.0
    )
    for name, truth in channel.truth.items():
        assert found.values[name] == pytest.approx(truth, rel=1e-3)


def test_error_bars_shrink_with_the_root_of_the_number_of_pairs() -> None:
    channel = CHANNELS["gpe"]
    inputs, _ = channel.pairs(48, decibels=200.0, seed=5)
    outputs = pe.propagate(
        inputs, channel.equation, channel.truth, channel.grid, steps_per_layer=20,
        scheme="strang", check_sampling=False,
    )  # fmt: skip
    generator = torch.Generator().manual_seed(0)
    errors = []
    for times in (1, 16):
        # the same pulses sent again and again, under noise that is never the same
        pairs = [
            field.repeat(times, 1) + 0.01 * torch.randn(
                48 * times, 256, dtype=torch.complex128, generator=generator
            )
            for field in (inputs, outputs)
        ]  # fmt: skip
        found = recover(*pairs, channel.equation, channel.grid, channel.truth, steps=20)
        errors.append(np.array(list(found.standard_errors.values())))
    # sixteen times the pairs: a fourth; 48 pairs give a standard error to some 20 percent
    np.testing.assert_allclose(errors[0] / errors[1], 4.0, rtol=0.5)


def test_what_leaves_no_trace_is_said() -> None:
    channel = CHANNELS["nlse"]
    inputs, _ = channel.pairs(8, decibels=200.0, seed=0)
    with pytest.raises(TrainingError, match="no trace"):
        # in a dark fibre nothing tells of its nonlinearity
        recover(0 * inputs, 0 * inputs, channel.equation, channel.grid, ["beta2", "gamma"])


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"unknown": ["beta"]}, UnknownNameError, "beta2"),
        ({"unknown": []}, InvalidInputError, "at least one"),
        ({"known": {"beta2": 1.0}}, InvalidInputError, "known and unknown"),
        ({"input_noise": -1.0}, InvalidInputError, "input_noise"),
        ({"outputs": torch.zeros(3, 4)}, InvalidInputError, "same shape"),
        ({"inputs": torch.zeros(8, 256)}, InvalidInputError, "complex"),
    ],
)
def test_arguments_are_checked(change: dict[str, object], error: type, words: str) -> None:
    channel = CHANNELS["nlse"]
    inputs, outputs = channel.pairs(8, decibels=30.0, seed=0)
    arguments = {
        "inputs": inputs,
        "outputs": outputs,
        "equation": channel.equation,
        "grid": channel.grid,
        "unknown": ["beta2", "gamma"],
        **change,
    }
    with pytest.raises(error, match=words):
        recover(**arguments)  # type: ignore[arg-type]
