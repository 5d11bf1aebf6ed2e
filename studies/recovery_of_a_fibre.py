"""A fibre of the catalogue, recovered from what can be measured of the light that leaves it.

``python -m studies.recovery_of_a_fibre FOLDER`` writes ``fibre.json``: a kilometre of SMF-28 and 24
pulses at 30 dB; of each kind of measurement many draws of pulses and noise, fitted from no start,
and again with media that are wrong; some six seconds of one core each. Draws are kept one by one,
so that the study may be stopped and started again.
"""

import json
import math
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed._files import write_json_atomically
from physembed._markdown import markdown_table
from physembed._version import __version__
from physembed.errors import TrainingError
from physembed.explain import Recovered, recover
from physembed.explain.recovery.measurements import MEASUREMENTS
from physembed.explain.recovery.noise_through import Weighing, weighing_at
from physembed.explain.recovery.weighed_fit import RecoveryTask
from physembed.optics import Fibre, fibre_named
from physembed.physics import NonlinearSchrodinger, TimeGrid
from physembed.propagation import propagate
from physembed.training.environment import environment_record

FIBRE: Fibre = fibre_named("SMF-28")
WAVELENGTH, LENGTH = "1550 nm", 1000.0
GRID = TimeGrid(192, 0.4e-12)
N_PULSES, DECIBELS, LEVEL = 24, 30.0, 0.95
N_DRAWS = {"field": 100, "intensity": 100, "spectrum": 100, "autocorrelation": 25}

N_BOUNDS = 4
"""Draws of pulses whose bounds are averaged."""

KINDS: dict[str, tuple[str, ...]] = {
    "field": ("alpha", "beta2", "gamma"),
    "intensity": ("alpha", "beta2", "gamma"),
    "spectrum": ("beta2", "gamma"),
    "autocorrelation": ("beta2", "gamma"),
}
"""What is sought from each kind: loss does not show in traces of any level."""

WRONG: dict[str, Mapping[str, float]] = {
    "no nonlinearity": {"gamma": 0.0},
    "no dispersion": {"beta2": 0.0},
    "dispersion of the other sign": {"beta2": 21.7e-27},
    "half of the nonlinearity": {"gamma": 0.65e-3},
}
"""Media that are wrong by what is held; the rest is sought."""


def pulses(generator: torch.Generator) -> Tensor:
    """Chirped pulses of 2 to 6 ps and 0.3 to 2 W with a weaker companion, no two alike, in √W."""

    def between(low: float, high: float) -> Tensor:
        share = torch.rand(N_PULSES, 1, generator=generator, dtype=torch.float64)
        return low + (high - low) * share

    width, power = between(2e-12, 6e-12) / 1.763, between(0.3, 2.0)
    chirp, centre = between(-1.0, 1.0), between(-3e-12, 3e-12)
    companion, distance = between(-0.5, 0.5), between(6e-12, 12e-12)
    u = (GRID.t - centre) / width
    field = power.sqrt() / torch.cosh(u) * torch.exp(-0.5j * chirp * u**2 / (1 + 0.1 * u**2))
    return field + (companion * power.sqrt()) / torch.cosh(u - distance / width)


def measured(kind: str, field: Tensor, generator: torch.Generator) -> NDArray[Any]:
    """A trace under noise of :data:`DECIBELS`.

    Of a field and an intensity, the mean square of all traces over that of white noise. Of a
    spectrum in dB, every reading errs by a share of 10^(-dB/20) of its power, on a floor so many dB
    below the peak. An autocorrelation is of any scale.
    """
    share = 10 ** (-DECIBELS / 20)
    if kind == "field":
        return (field + share * _noise(field, generator)).numpy()
    if kind == "spectrum":
        power = torch.fft.fft(field).abs().square()
        power = power + share**2 * power.max(dim=1, keepdim=True).values
        draw = torch.randn(power.shape, generator=generator, dtype=torch.float64)
        level = torch.rand(len(power), 1, generator=generator, dtype=torch.float64) * 10 - 60
        return (10 * torch.log10(power) + level + 10 / math.log(10) * share * draw).numpy()
    trace = field.abs().square()
    if kind == "autocorrelation":
        lines = torch.fft.fft(trace).abs().square()
        trace = torch.fft.fftshift(torch.fft.ifft(lines).real, dim=1)
        trace = trace / trace.max(dim=1, keepdim=True).values
    size = float(trace.square().mean().sqrt())
    draw = torch.randn(trace.shape, generator=generator, dtype=torch.float64)
    return (trace + share * size * draw).numpy()


def _noise(field: Tensor, generator: torch.Generator) -> Tensor:
    """Of the mean power of a field."""
    draw = torch.randn(field.shape, generator=generator, dtype=torch.complex128)
    return draw * field.abs().square().mean().sqrt()


def pairs(kind: str, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Inputs and outputs as they are measured; the truth has all terms, steps of its own choosing.

    The inputs are fields under noise of :data:`DECIBELS` too. Kinds share no draws, so that what
    one draw does by chance is not counted four times.
    """
    generator = torch.Generator().manual_seed(1000 * list(KINDS).index(kind) + seed)
    entered = pulses(generator)
    equation, values = FIBRE.medium(WAVELENGTH)
    left = propagate(
        entered, equation, values, GRID, layer_length=LENGTH, rtol=1e-7, check_sampling=False
    )
    inputs = measured("field", entered, generator)
    return inputs, measured(kind, left, generator)


def fitted(kind: str, seed: int, held: Mapping[str, float] | None = None) -> Recovered:
    """Light without third-order dispersion, Raman scattering or steepening, from no start."""
    inputs, outputs = pairs(kind, seed)
    names = [name for name in KINDS[kind] if name not in (held or {})]
    _, values = FIBRE.medium(WAVELENGTH)
    known = {"alpha": values["alpha"]} if "alpha" not in names else {}
    return recover(
        inputs, outputs, NonlinearSchrodinger(), GRID, names, known={**known, **(held or {})},
        measured=kind, length=LENGTH, steps=24, scheme="yoshida4",
    )  # fmt: skip


def draw(kind: str, seed: int) -> dict[str, Any]:
    """One recovery: how far every value is from the truth, and whether its interval holds it."""
    began = time.process_time()
    try:
        recovered = fitted(kind, seed)
    except TrainingError as error:
        seconds = time.process_time() - began
        said = {"error": {}, "held": {}, "deviation": {}, "explains": False, "refusal": str(error)}
        return {"seed": seed, **said, "cpu_seconds": seconds}
    _, truth = FIBRE.medium(WAVELENGTH)
    held, deviation = {}, {}
    if recovered.explains:
        for name, value in recovered.values.items():
            low, high = recovered.interval(name, LEVEL)
            held[name] = bool(low <= truth[name] <= high)
            deviation[name] = (value - truth[name]) / recovered.standard_errors[name]
    return {
        "seed": seed,
        "error": {name: value / truth[name] - 1 for name, value in recovered.values.items()},
        "held": held,
        "deviation": deviation,
        "misfit": recovered.misfit,
        "explains": recovered.explains,
        "step_error": recovered.step_error,
        "cpu_seconds": time.process_time() - began,
    }


def _noise_of(kind: str, traces: Tensor) -> float:
    """What was added to these traces, as ``recover`` asks for it."""
    share = 10 ** (-DECIBELS / 20)
    if kind == "spectrum":
        return 10 / math.log(10) * share
    return share / math.sqrt(1 + share**2) * float(traces.abs().square().mean().sqrt())


def bounds(kind: str) -> dict[str, float]:
    """The Cramér-Rao bound of every coefficient, as a share of the truth: the mean of some draws.

    Of y = M[F(x; c)] + n and inputs that are x + m, x unknown as well, no unbiased estimate has a
    covariance below (Jᵀ C⁻¹ J)⁻¹, J the slope of M[F] by c at the truth, C that of n with what F
    makes of m, to first order in both.
    """
    names = KINDS[kind]
    _, values = FIBRE.medium(WAVELENGTH)
    truth = np.array([values[name] for name in names])
    equation = NonlinearSchrodinger()
    known = {"alpha": values["alpha"]} if "alpha" not in names else {}
    variances = []
    for seed in range(N_BOUNDS):
        inputs, outputs = (torch.from_numpy(x) for x in pairs(kind, seed))
        task = RecoveryTask.of(
            inputs, outputs, MEASUREMENTS[kind], noise=_noise_of(kind, outputs),
            input_noise=_noise_of("field", inputs), equation=equation, grid=GRID,
            names=list(names), known=known, length=LENGTH, scheme="yoshida4",
        )  # fmt: skip
        none = np.zeros_like(task.channel.traces)
        weighing = weighing_at(
            task.channel, truth, 24, noise=task.noise, input_noise=task.input_noise,
            about=Weighing(task.channel.inputs, none, none),
        )  # fmt: skip
        # what noise adds to a slope is no information
        entered = pulses(torch.Generator().manual_seed(1000 * list(KINDS).index(kind) + seed))
        at_truth = replace(weighing, inputs=entered.to(torch.complex128))
        columns = []
        for step in 1e-4 * np.diag(truth):
            ahead, behind = (
                at_truth.residual(task.channel, truth + way, 24).ravel() for way in (step, -step)
            )
            columns.append((ahead - behind) / 2e-4)
        jacobian = np.stack(columns, axis=1)
        variances.append(np.diag(np.linalg.inv(jacobian.T @ jacobian)))
    return dict(zip(names, np.sqrt(np.mean(variances, axis=0)).tolist(), strict=True))


def write_study(folder: Path) -> None:
    """Draw what is not drawn yet, and write ``fibre.json``."""
    file = folder / "fibre.json"
    draws: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    wrong: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    head: dict[str, Any] = {"physembed": __version__, "environment": environment_record()}
    if file.is_file():
        record = json.loads(file.read_text("utf-8"))
        draws, wrong = record.pop("draws"), record.pop("wrong")
        head = record

    def write() -> None:
        write_json_atomically(file, {**head, "draws": draws, "wrong": wrong})

    if "bounds" not in head:
        head["bounds"] = {kind: bounds(kind) for kind in KINDS}
        write()

    def draw_up_to(n_draws: int) -> None:
        for seed in range(n_draws):
            for kind in KINDS:
                if len(draws[kind]) <= seed < N_DRAWS[kind]:
                    draws[kind].append(draw(kind, seed))
                    write()

    draw_up_to(max(N_DRAWS.values()) // 10)
    for kind in KINDS:
        # what is wrong is so in any draw, and searched for longest
        for name, held in list(WRONG.items())[len(wrong[kind]) :]:
            try:
                judged = fitted(kind, 0, held)
                said: dict[str, Any] = {"misfit": judged.misfit, "explains": judged.explains}
            except TrainingError as error:
                said = {"misfit": None, "explains": False, "refusal": str(error)}
            wrong[kind].append({"medium": name, **said})
            write()
    draw_up_to(max(N_DRAWS.values()))


def table(record: dict[str, Any]) -> str:
    """The study as Markdown."""
    columns = (
        *("Measured", "Coefficient", "Cramér-Rao bound / %", "Root-mean-square error / %"),
        "Largest error / %",
        *("In error bars", "95 % interval holds it in"),
        *("Right medium refused", "Wrong medium refused"),
    )
    rows = []
    for kind, names in KINDS.items():
        draws, wrong = record["draws"][kind], record["wrong"][kind]
        told = [draw for draw in draws if draw["explains"]]
        refused = f"{len(draws) - len(told)} of {len(draws)}"
        others = f"{sum(not w['explains'] for w in wrong)} of {len(wrong)}"
        for name in names:
            errors = 100 * np.array([d["error"][name] for d in draws if name in d["error"]])
            deviations = np.array([d["deviation"][name] for d in told])
            rows.append(
                (
                    kind,
                    name,
                    f"{100 * record['bounds'][kind][name]:.2f}",
                    f"{np.sqrt(np.mean(errors**2)):.2f}",
                    f"{np.abs(errors).max():.2f}",
                    f"{np.sqrt(np.mean(deviations**2)):.2f}",
                    f"{sum(draw['held'][name] for draw in told)} of {len(told)}",
                    refused,
                    others,
                )
            )
    return markdown_table(columns, rows, n_text_columns=2)


if __name__ == "__main__":
    write_study(Path(sys.argv[1]))
