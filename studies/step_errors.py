"""What steps get wrong beside what they are estimated to, and what a warning would say of it.

``python -m studies.step_errors FOLDER`` writes ``step_errors.json``: pulses, condensates, waves and
patterns in 1 to 10,000 steps of every scheme; of each run the estimate that
:func:`physembed.propagate` makes, and the error against as many steps as it takes; some minutes of
one core.
"""

import math
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import physembed as pe
from physembed._files import write_json_atomically
from physembed._markdown import markdown_table
from physembed._version import __version__
from physembed.errors import InvalidInputError
from physembed.physics import MasterEquation
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.step_error import TOLERATED_ERROR, FixedSteps, estimated_error
from physembed.training.environment import environment_record

STEPS = (1, 3, 10, 30, 100, 300, 1000, 10000)
THRESHOLDS = (0.1, 0.01, 0.001)
SPLIT, WHOLE = ("lie", "strang", "yoshida4"), ("etdrk2", "etdrk4")
LINE = pe.TimeGrid(512, spacing=0.08)
RING = pe.TimeGrid(128, spacing=0.25)

STEPS_OF_FOURTH_ORDER = 1000
"""At most: then it is right to rounding."""

TWICE = 2.0
"""By how much an error may miss a threshold at which it is told: no estimate is better."""


@dataclass(frozen=True)
class Case:
    """What is sent through what."""

    family: str
    equation: MasterEquation
    coefficients: dict[str, Any]
    entered: Tensor
    length: float
    grid: pe.TimeGrid = LINE
    schemes: tuple[str, ...] = SPLIT
    most: int = 1000
    reference: dict[str, Any] = field(default_factory=lambda: {"rtol": 1e-8})
    n_layers: int = 1


def cases() -> Iterator[Case]:
    """Solitons, phase or dispersion alone, condensates, layers as of a network, patterns, waves."""
    fibre = pe.NonlinearSchrodinger()
    sech = 1 / torch.cosh(LINE.t) + 0j
    one = {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0}
    for n in (1, 2, 3, 4, 6, 8):
        most = STEPS[-1] if n == 3 else 1000
        yield Case("solitons", fibre, one, n * sech, math.pi / 4, most=most)
    yield Case("phase alone", fibre, one | {"beta2": 0.0}, 3 * sech, 2.0)
    yield Case("dispersion alone", fibre, one | {"gamma": 0.0, "alpha": 0.2}, sech, 2.0)
    yield Case("phase with loss", fibre, one | {"beta2": 0.0, "alpha": 0.5}, 3 * sech, 2.0)
    yield Case("normal dispersion", fibre, one | {"beta2": 1.0}, 5 * sech, 0.5)
    trap = pe.GrossPitaevskii()
    packet = torch.exp(-((LINE.t - 2) ** 2) / 2) + 0j
    for strength, g in ((0.5, 0.0), (0.5, 5.0), (8.0, 0.0), (8.0, 20.0)):
        medium = {"kinetic": 1.0, "g": g, "strength": strength}
        yield Case("condensates", trap, medium, packet, 2.0)
    lattice = pe.GrossPitaevskii(pe.OpticalLattice(period=2.56, cells="sin2"))
    for strength in (1.0, 20.0):
        medium = {"kinetic": 1.0, "g": 1.0, "strength": strength, "phase": 0.0}
        yield Case("lattices", lattice, medium, packet, 2.0)
    generator = torch.Generator().manual_seed(0)
    for size in (0.03, 0.1, 0.3, 1.0):
        drawn = torch.randn(2, 8, generator=generator, dtype=torch.float64) * size
        drawn_medium = {"alpha": 0.0, "beta2": drawn[0], "gamma": drawn[1]}
        yield Case("layers as of a network", fibre, drawn_medium, sech, 1.0, n_layers=8)
    yield from _of_fields()


def _of_fields() -> Iterator[Case]:
    fine: dict[str, Any] = {"scheme": "etdrk4", "steps_per_layer": 2_000}
    wave = torch.cos(4 * torch.pi * RING.t / RING.window)
    chaos = {"a": 1.0, "b": 1.0, "d": 1.0}
    for length in (5.0, 40.0):
        yield Case(
            "Kuramoto-Sivashinsky", pe.KuramotoSivashinsky(), chaos, wave + wave.roll(9) / 10,
            length, RING, WHOLE, 300, fine,
        )  # fmt: skip
    burgers = {"a": 1.0, "viscosity": 0.3}
    yield Case("Burgers", pe.Burgers(), burgers, wave, 3.0, RING, (*SPLIT, *WHOLE), 300, fine)
    two = torch.stack([2 * wave, 0 * wave])
    pendula = {"speed": 1.0, "mass": 1.0}
    yield Case("sine-Gordon", pe.SineGordon(), pendula, two, 5.0, RING, (*SPLIT, *WHOLE), 300, fine)


def _quietly(run: Callable[[], Tensor]) -> Tensor | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return run()
        except InvalidInputError:
            return None


def _error(left: Tensor, right: Tensor) -> float:
    """As the estimate has it: complex fields but for a phase of the whole."""
    if left.is_complex():
        overlap = torch.vdot(left.flatten(), right.flatten())
        left = left * overlap / overlap.abs().clamp(min=1e-300)
    return float((left - right).norm() / right.norm())


def runs_of(case: Case) -> list[dict[str, Any]]:
    """Estimate and error of every scheme in every number of steps."""
    options: dict[str, Any] = {"layer_length": case.length / case.n_layers, "check_sampling": False}

    def sent(**how: Any) -> Tensor | None:
        return _quietly(
            lambda: pe.propagate(
                case.entered, case.equation, case.coefficients, case.grid, **options, **how
            )
        )

    right = pe.propagate(
        case.entered, case.equation, case.coefficients, case.grid, **options, **case.reference
    )
    values, n_layers = checked_coefficients(case.equation, case.coefficients, case.entered.device)
    rows = []
    for scheme in case.schemes:
        for steps in STEPS:
            most = min(case.most, STEPS_OF_FOURTH_ORDER if scheme == "yoshida4" else STEPS[-1])
            if steps * n_layers > most:
                continue
            left = sent(scheme=scheme, steps_per_layer=steps)
            if left is None:
                # refused with its reason, and so not silent
                continue
            taken = FixedSteps(
                case.equation, values, case.grid, scheme, [case.length / n_layers] * n_layers, steps
            )
            by_fewer, by_more = (
                estimated_error(case.entered, left, taken, beyond=beyond)
                for beyond in (math.inf, 0.0)
            )
            rows.append(
                {
                    "family": case.family, "scheme": scheme, "steps": steps * n_layers,
                    "by_fewer": _number(by_fewer), "by_more": _number(by_more),
                    "error": _error(left, right),
                }
            )  # fmt: skip
    return rows


def _number(estimate: float | None) -> float:
    """A file has no infinity."""
    assert estimate is not None
    return min(estimate, 1e300)


def table(record: dict[str, Any]) -> str:
    """How many runs err by more than a threshold, how many are told, and who is told in vain."""
    families = list(dict.fromkeys(row["family"] for row in record["runs"]))
    asked = [(family, TOLERATED_ERROR) for family in families]
    rows = []
    for family, threshold in [*asked, *(("all", threshold) for threshold in THRESHOLDS)]:
        runs = [row for row in record["runs"] if family in (row["family"], "all")]
        counts = _counts(runs, threshold)
        rows.append((family, f"{threshold:g}", str(len(runs)), *(f"{n:,}" for n in counts)))
    columns = (
        *("What is sent", "Told from", "Runs", "Off by more", "Told"),
        *("Silent, off by twice as much", "Told, off by half as much"),
    )
    return markdown_table(columns, rows, n_text_columns=1)


def _counts(runs: list[dict[str, Any]], threshold: float) -> tuple[int, int, int, int]:
    """Wrong, told, silent although twice as wrong, told although half as wrong."""
    error, by_fewer, by_more = (
        np.array([row[name] for row in runs]) for name in ("error", "by_fewer", "by_more")
    )
    told = (by_fewer > threshold) & (by_more > threshold)
    return (
        int((error > threshold).sum()),
        int(told.sum()),
        int((~told & (error > TWICE * threshold)).sum()),
        int((told & (error < threshold / TWICE)).sum()),
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    head = {"physembed": __version__, "environment": environment_record()}
    measured = [row for case in cases() for row in runs_of(case)]
    write_json_atomically(Path(sys.argv[1]) / "step_errors.json", {**head, "runs": measured})
