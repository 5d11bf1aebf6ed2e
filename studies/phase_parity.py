"""Parity of four phase bits in a train of pulses: what no linear medium can do.

A linear medium, square-law detectors and a linear readout compute a form of degree two in the
pulses' signs s_1 ... s_4. Over all bit patterns the parity s_1 s_2 s_3 s_4 is orthogonal to every
product of two of them, so the best such readout is a constant. One Kerr phase makes the field of
degree three and its intensity of degree four.

``python -m studies.phase_parity DATA_DIR [OUT]`` writes ``parity.json``.
"""

import json
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from physembed._files import write_json_atomically
from physembed.charts.style import (
    BLACK,
    BLUE,
    VERMILION,
    figure_style,
    save_figure,
)
from physembed.networks import (
    BinnedIntensity,
    Fibre,
    PhysicalEmbeddingNetwork,
    SeriesEncoder,
    Trainable,
)
from physembed.physics import NonlinearSchrodinger
from physembed.training import ProjectionSettings, fit_readout, train_by_projection
from physembed.training.environment import environment_record
from studies.fit_records import Records, outcome, run_from_command_line
from studies.new_figure import new_figure

SLOT = 16
"""Points from one pulse to the next."""

SETTINGS = ProjectionSettings(rungs=((128, 0, 200), (24, 20, 200), (6, 30, 300), (2, 60, 400)))


def pulse_trains(
    n_bits: int, n_cases: int, *, seed: int, noise: float = 0.05, amplitude: float = 2.0
) -> tuple[Tensor, Tensor]:
    """Trains of Gaussian pulses of sign +-1, every bit pattern equally often, and their parities.

    Parameters
    ----------
    n_bits, n_cases : int
    seed : int
        Of the noise.
    noise : float, default=0.05
        Deviation of white noise at every point.
    amplitude : float, default=2.0

    Returns
    -------
    x : Tensor of shape (n_cases, 1, 2 n_bits SLOT)
    parity : Tensor of shape (n_cases,), int64
        Number of negative pulses modulo two.
    """
    n_points = 2 * n_bits * SLOT
    t = torch.arange(n_points) - n_points / 2
    places = (torch.arange(n_bits) - (n_bits - 1) / 2) * SLOT
    pulses = amplitude * torch.exp(-(((t - places[:, None]) / (SLOT / 4)) ** 2))
    bits = torch.tensor(list(product((0, 1), repeat=n_bits)))
    pattern = torch.arange(n_cases) % len(bits)
    white = torch.randn(n_cases, n_points, generator=torch.Generator().manual_seed(seed))
    x = (1.0 - 2.0 * bits[pattern]) @ pulses + noise * white
    return x[:, None], bits[pattern].sum(dim=1) % 2


def fibre_for_parity(*, kerr: bool, detectors: int = 16, n_layers: int = 4) -> Fibre:
    """Layers of dispersion and Kerr phase before square-law detectors."""
    return Fibre(
        NonlinearSchrodinger(),
        {
            "beta2": Trainable(1 / n_layers),
            "gamma": Trainable(1 / n_layers) if kerr else 0.0,
        },
        n_layers=n_layers,
        scheme="strang",
        encoder=SeriesEncoder("none", alignment="left", guard_band=0.0),
        detector=BinnedIntensity(detectors, response="linear"),
    )


def measure(data_dir: Path, out: Path) -> None:
    """Five seeds with gamma trained and with gamma zero, and three bits beside four."""
    kerr_scan(out)
    records = Records(out / "parity.json")
    for n_bits in (4, 3):
        for model, kerr in (("gamma trained", True), ("gamma = 0", False)):
            for seed in range(5):
                key = {"bits": n_bits, "model": model, "seed": seed}
                records.add(key, partial(_parity, n_bits, kerr=kerr, seed=seed))


def _seen(n_bits: int) -> tuple[Tensor, Tensor]:
    return pulse_trains(n_bits, 400, seed=0)


def _unseen(n_bits: int) -> tuple[Tensor, Tensor]:
    return pulse_trains(n_bits, 1600, seed=1)


def _network(n_bits: int, *, kerr: bool) -> PhysicalEmbeddingNetwork:
    fibre = fibre_for_parity(kerr=kerr)
    return PhysicalEmbeddingNetwork(
        [fibre], n_channels=1, n_timepoints=2 * n_bits * SLOT, n_classes=2
    )


def _parity(n_bits: int, *, kerr: bool, seed: int) -> dict[str, Any]:
    make = partial(_network, n_bits, kerr=kerr)
    network, _ = train_by_projection(make, *_seen(n_bits), SETTINGS, seed=seed)
    return outcome(network, *_unseen(n_bits))


def kerr_scan(out: Path) -> None:
    """Accuracy against gamma, from none to what was found, the readout solved anew each time."""
    file = out / "parity_kerr.json"
    if not file.exists():
        network, _ = train_by_projection(
            partial(_network, 4, kerr=True), *_seen(4), SETTINGS, seed=0
        )
        gamma = dict(network.named_parameters())["media.0.trainable.gamma"]
        trained_gamma = gamma.detach().clone()
        shares = [k / 20 for k in range(21)]
        accuracies = []
        for share in shares:
            with torch.no_grad():
                gamma.copy_(share * trained_gamma)
            fit_readout(network, *_seen(4))
            accuracies.append(outcome(network, *_unseen(4))["accuracy"])
        scan = {"share": shares, "accuracy": accuracies, "gamma": trained_gamma.tolist()}
        write_json_atomically(file, scan | {"environment": environment_record()})
    scan = json.loads(file.read_text("utf-8"))
    save_figure(kerr_figure(scan), out / "parity_kerr.png")


def kerr_figure(scan: dict[str, Any]) -> Any:
    """A pulse train, and how its parity comes into reach as gamma grows."""
    with figure_style():
        figure = new_figure(9.0, 3.2)
        train, curve = figure.subplots(1, 2)
        x, parity = pulse_trains(4, 16, seed=0)
        for row, case in enumerate((0, 1, 6)):
            train.plot(x[case, 0] - 5.0 * row, color=BLUE, linewidth=1.2)
            label = "even" if int(parity[case]) == 0 else "odd"
            train.annotate(label, (2, 1.0 - 5.0 * row))
        train.set(xlabel="point", title="pulses of sign +1 or -1", yticks=[])
        curve.plot(scan["share"], [100 * a for a in scan["accuracy"]], "o-", color=VERMILION)
        curve.axhline(50, color=BLACK, linewidth=0.8, linestyle="--")
        curve.set(
            xlabel="gamma, as a share of what was found",
            ylabel="parity right / %",
            title="16 square-law detectors, linear readout",
        )
    return figure


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
