"""Coefficients of simulated channels, recovered, and judged."""

import re

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.errors import InvalidInputError, TrainingError, UnknownNameError
from physembed.explain import recover
from physembed.explain.recovery.measurements import MEASUREMENTS, noise_floor
from studies.recovery_of_a_fibre import FIBRE, GRID, LENGTH, WAVELENGTH, measured, pulses
from studies.simulated_channels import CHANNELS

pytestmark = pytest.mark.slow

NLSE = CHANNELS["nlse"]


def test_noisy_pairs_give_every_coefficient_of_a_condensate_within_two_percent(capsys) -> None:
    channel = CHANNELS["gpe"]
    inputs, outputs = channel.pairs(12, decibels=30.0, seed=1000)
    start = {"kinetic": 0.8, "g": 1.0, "strength": 0.2}
    recovered = recover(
        inputs, outputs, channel.equation, channel.grid, start, steps=14, progress=True
    )
    told = capsys.readouterr().err
    assert "recovering" in told and "100 %" in told and "left" in told
    for coefficient, truth in channel.truth.items():
        assert recovered.values[coefficient] == pytest.approx(truth, rel=0.02)
        # five standard errors of 9 degrees of freedom: one of thirteen hundred misses by chance
        error = recovered.standard_errors[coefficient]
        assert abs(recovered.values[coefficient] - truth) < 5 * error
        assert 0 < error < 0.01 * abs(truth)
    assert recovered.step_error < 0.5


REACH = {"field": 0.005, "intensity": 0.02, "spectrum": 0.03, "autocorrelation": 0.02}
"""Share of the truth that the values come within."""


@pytest.fixture(scope="module")
def kilometre() -> tuple[torch.Tensor, torch.Tensor]:
    """Eight pulses and what left a kilometre of fibre, by steps of the simulation's own."""
    entered = pulses(torch.Generator().manual_seed(5))[:8]
    equation, truth = FIBRE.medium(WAVELENGTH)
    return entered, pe.propagate(
        entered, equation, truth, GRID, layer_length=LENGTH, rtol=1e-7, check_sampling=False
    )


@pytest.mark.parametrize("kind", list(REACH))
def test_a_kilometre_of_fibre_is_recovered_from_whatever_was_measured(kind: str, kilometre) -> None:
    """From a start that is wrong by a third; without a start it is in the study's record."""
    _, truth = FIBRE.medium(WAVELENGTH)
    generator = torch.Generator().manual_seed(6)
    inputs, outputs = (
        measured(of, field, generator) for of, field in zip(("field", kind), kilometre, strict=True)
    )
    start = {"beta2": 0.7 * truth["beta2"], "gamma": 1.3 * truth["gamma"]}
    recovered = recover(
        inputs, outputs, pe.NonlinearSchrodinger(), GRID, start,
        known={"alpha": truth["alpha"]}, measured=kind, length=LENGTH, steps=12, scheme="strang",
    )  # fmt: skip
    assert recovered.explains, recovered
    assert recovered.misfit == pytest.approx(1.0, abs=0.4)
    for name in start:
        assert recovered.values[name] == pytest.approx(truth[name], rel=REACH[kind]), str(recovered)


def test_without_a_start_without_noise_and_of_any_phase_the_values_are_the_simulations() -> None:
    inputs, _ = NLSE.pairs(8, decibels=240.0, seed=0)
    truth = {"alpha": 0.1, "beta2": 0.8, "gamma": 0.6}
    # the same steps in both: nothing is left to explain; and arrays are taken as well
    outputs = pe.propagate(
        inputs, NLSE.equation, truth, NLSE.grid, steps_per_layer=8, scheme="strang",
        check_sampling=False,
    )  # fmt: skip
    turned = outputs * torch.exp(1j * torch.linspace(0, 5, 8, dtype=torch.float64))[:, None]
    recovered = recover(
        inputs.numpy(), turned.numpy(), NLSE.equation, NLSE.grid, list(truth), steps=8,
        input_noise=0.0,
    )  # fmt: skip
    for name, value in truth.items():
        assert recovered.values[name] == pytest.approx(value, rel=1e-5)
    assert recovered.residual < 1e-5
    assert recovered.explains


PULSES = torch.linspace(5.5, 6.5, 8, dtype=torch.float64)[:, None]
TRUTH = {"alpha": 0.0, "beta2": 8.0, "gamma": 1.0}


def _quiet_pairs(beta3: float, steps: int) -> tuple[torch.Tensor, torch.Tensor, pe.TimeGrid]:
    """Pulses through a fibre, and of what leaves it all but a millionth."""
    grid = pe.TimeGrid(96)
    inputs = torch.exp(-((grid.t / PULSES) ** 2) / 2 + 0j)
    outputs = pe.propagate(
        inputs, pe.NonlinearSchrodinger(), {**TRUTH, "beta3": beta3}, grid,
        steps_per_layer=steps, scheme="strang", check_sampling=False,
    )  # fmt: skip
    generator = torch.Generator().manual_seed(0)
    noise = 1e-6 * torch.randn(outputs.shape, dtype=outputs.dtype, generator=generator)
    return inputs, outputs + noise, grid


def test_a_medium_that_lacks_little_beside_less_noise_has_no_error_bars() -> None:
    """A thousandth of the outputs is not explained, and that is a thousand times the noise."""
    inputs, outputs, grid = _quiet_pairs(0.2, 20)
    recovered = recover(
        inputs, outputs, pe.NonlinearSchrodinger(), grid, {"beta2": 7.0, "gamma": 0.9},
        steps=20, noise=1e-6, input_noise=0.0,
    )  # fmt: skip
    assert recovered.residual < 1e-3
    assert not recovered.explains
    with pytest.raises(TrainingError, match=r"no error bars.* times the power of the noise"):
        recovered.interval("beta2")
    with pytest.raises(TrainingError, match="no error bars"):
        print(recovered.standard_errors)
    assert "beta3, which was held, would explain" in recovered.refusal
    assert recovered.refusal in str(recovered)


def test_what_the_models_own_steps_do_wrong_is_not_held_against_the_medium() -> None:
    inputs, outputs, grid = _quiet_pairs(0.0, 500)
    recovered = recover(
        inputs, outputs, pe.NonlinearSchrodinger(), grid, {"beta2": 7.0, "gamma": 0.9},
        steps=8, noise=1e-6, input_noise=0.0,
    )  # fmt: skip
    assert recovered.misfit > 10
    assert recovered.explains, str(recovered)
    # its error bars are those of the steps, and that is said
    assert recovered.step_error > 1
    for name in ("beta2", "gamma"):
        low, high = recovered.interval(name)
        assert low < TRUTH[name] < high
    assert "steps are too long" in recovered.advice
    finer = recover(
        inputs, outputs, pe.NonlinearSchrodinger(), grid, recovered.values,
        steps=24, noise=1e-6, input_noise=0.0,
    )  # fmt: skip
    # from steps three times as short as many are advised
    advised = [int(re.search(r"steps=(\d+) would", r.advice).group(1)) for r in (recovered, finer)]
    assert advised[1] == pytest.approx(advised[0], rel=0.05)


def test_what_the_inputs_hardly_tell_is_said_with_inputs_that_do() -> None:
    """Long pulses hardly spread; of half the duration they spread four times as much."""
    grid = pe.TimeGrid(128, 0.5)
    inputs = torch.linspace(0.5, 1.0, 8, dtype=torch.float64)[:, None] * torch.exp(
        -((grid.t / 8) ** 2) + 0j
    )
    fibre, truth = pe.NonlinearSchrodinger(), {"alpha": 0.1, "beta2": -1.0, "gamma": 0.0}
    outputs = pe.propagate(inputs, fibre, truth, grid)
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(outputs.shape, dtype=outputs.dtype, generator=generator)
    recovered = recover(
        inputs, outputs + 0.1 * noise, fibre, grid, {"alpha": 0.0, "beta2": -0.5},
        known={"gamma": 0.0}, steps=1, scheme="lie", input_noise=0.0,
    )  # fmt: skip
    assert recovered.explains
    assert "inputs of half the duration would tell beta2 from the others" in recovered.advice


def test_the_floor_of_noise_is_read() -> None:
    generator = torch.Generator().manual_seed(0)
    grid = pe.TimeGrid(256, 0.125)
    signals = torch.exp(-(grid.t**2) / 2) + 0.01 * torch.randn(
        16, 256, generator=generator, dtype=torch.float64
    )
    # 16 cases: a quartile of 128 frequencies is right to some percent
    assert noise_floor(signals, (-1,)) == pytest.approx(0.01, rel=0.05)
    assert noise_floor(torch.randn(16, 256, generator=generator), (-1,)) is None
    power = torch.exp(-(grid.t**2)) + 1e-3
    decibels = 10 * torch.log10(power) + 0.2 * torch.randn(
        16, 256, generator=generator, dtype=torch.float64
    )
    share = 0.2 * np.log(10) / 10
    order = torch.fft.ifftshift(decibels, dim=-1)
    assert MEASUREMENTS["spectrum"].noise(order, (-1,)) == pytest.approx(share, rel=0.1)


def test_what_leaves_no_trace_is_said() -> None:
    inputs, _ = NLSE.pairs(8, decibels=200.0, seed=0)
    with pytest.raises(TrainingError, match="no trace"):
        # in a dark fibre nothing tells of its nonlinearity
        recover(0 * inputs, 0 * inputs, NLSE.equation, NLSE.grid, ["beta2", "gamma"], steps=4)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"unknown": ["beta"]}, UnknownNameError, "beta2"),
        ({"unknown": []}, InvalidInputError, "at least one"),
        ({"known": {"beta2": 1.0}}, InvalidInputError, "known and unknown"),
        ({"input_noise": -1.0}, InvalidInputError, "input_noise"),
        ({"noise": 0}, InvalidInputError, "noise"),
        ({"outputs": torch.zeros(3, 4)}, InvalidInputError, "same shape"),
        ({"inputs": torch.zeros(8, 256)}, InvalidInputError, "complex"),
        ({"inputs": [["a"] * 256] * 8}, InvalidInputError, "inputs must be numbers"),
        ({"grid": pe.TimeGrid(128)}, InvalidInputError, "grid's"),
        ({"measured": "spectrum"}, InvalidInputError, "outputs must be real"),
        ({"measured": "image"}, UnknownNameError, "autocorrelation"),
        ({"scheme": "rk5"}, UnknownNameError, "erk4"),
    ],
)
def test_arguments_are_checked(change: dict[str, object], error: type, words: str) -> None:
    arguments = {
        "inputs": torch.zeros(8, 256, dtype=torch.complex128),
        "outputs": torch.zeros(8, 256, dtype=torch.complex128),
        "equation": NLSE.equation,
        "grid": NLSE.grid,
        "unknown": ["beta2", "gamma"],
        **change,
    }
    with pytest.raises(error, match=words):
        recover(**arguments)  # type: ignore[arg-type]


def test_a_fibre_by_its_taylor_coefficients_is_recovered_with_few_steps_and_from_no_start() -> None:
    """With Raman response and steepening, whose law is no phase: steps of order four are taken."""
    fibre = pe.optics.Fibre(betas=["-15 ps^2/km", "0.1 ps^3/km"], gamma="11 /W/km")
    equation, truth = fibre.medium("1064 nm")
    grid = pe.TimeGrid(192, 20e-15)
    generator = torch.Generator().manual_seed(3)
    share = torch.rand(8, 3, 1, generator=generator, dtype=torch.float64)
    u = grid.t / (85e-15 + 140e-15 * share[:, 0])
    chirp = (share[:, 1] - 0.5) * u**2 / (1 + 0.1 * u**2)
    inputs = (5 + 55 * share[:, 2]).sqrt() / torch.cosh(u) * torch.exp(-1j * chirp)
    outputs = pe.propagate(
        inputs, equation, truth, grid, layer_length=2.0, rtol=1e-8, check_sampling=False
    )
    size = 1e-3 * float(outputs.abs().square().mean().sqrt())
    noise = torch.randn(outputs.shape, dtype=outputs.dtype, generator=generator)
    names = ["beta2", "beta3", "gamma"]
    recovered = recover(
        inputs, outputs + size * noise, equation, grid, names,
        known={name: value for name, value in truth.items() if name not in names},
        length=2.0, steps=16, input_noise=0.0,
    )  # fmt: skip
    assert recovered.explains, recovered
    # of 16 splitting steps the error would be several error bars
    assert recovered.step_error < 0.1
    for name in names:
        # five standard errors of 5 degrees of freedom: one of two hundred misses by chance
        error = recovered.standard_errors[name]
        assert abs(recovered.values[name] - truth[name]) < 5 * error
    assert recovered.values["beta2"] == pytest.approx(truth["beta2"], rel=0.005)
    assert recovered.values["gamma"] == pytest.approx(truth["gamma"], rel=0.005)
