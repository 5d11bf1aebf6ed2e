"""What the page begins with: fields and media that show what a medium does to a wave."""

import json
import math
from typing import Any

import numpy as np
import torch

from physembed.explore.bundle import resource
from physembed.explore.page_scene import (
    ATTENUATION,
    DISPERSION,
    LAYERS,
    NONLINEARITY,
    PageScene,
    Slider,
)
from physembed.networks import SeriesEncoder
from physembed.physics import NaturalScale, NonlinearSchrodinger, TimeGrid
from physembed.physics.pulses import PulseShape, pulse

POINTS = 1024
RECORDING = "spoken_digit.json"


def scenes() -> list[dict[str, Any]]:
    """All scenes, as the page reads them."""
    made = (
        _soliton(),
        _fission(),
        _fourier(),
        _talbot(),
        _lens(),
        _spoken_digit(),
        _two_classes(),
    )
    return [scene.as_data() for scene in made]


def _grid(window: float, points: int = POINTS) -> TimeGrid:
    return TimeGrid(points, window / points)


def _soliton() -> PageScene:
    return PageScene(
        "soliton",
        "soliton",
        "Dispersion would spread this pulse, the Kerr effect holds it together: at β₂ = −1 and "
        "γ = 1 both are in balance, and the pulse keeps its shape for ever. Lower γ, and it "
        "spreads; raise it, and it breathes.",
        {"a soliton": pulse("soliton", _grid(40.0))},
        40.0,
        {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0},
        (ATTENUATION, DISPERSION, NONLINEARITY),
        {},
        layer_length=0.5,
        steps=4,
        depth_unit="dispersion lengths",
    )


def _fission() -> PageScene:
    shape = PulseShape(order=3.0)
    return PageScene(
        "fission",
        "soliton fission",
        "Three times the amplitude of a soliton: the pulse is compressed, splits in two and comes "
        "back after a period. A little attenuation, and it comes back no more: it falls apart.",
        {
            "a soliton of third order": pulse(
                "higher-order-soliton", _grid(20.0, POINTS // 2), shape
            )
        },
        20.0,
        {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0},
        (ATTENUATION, DISPERSION, NONLINEARITY),
        {},
        layer_length=math.pi / 2 / LAYERS,
        steps=8,
        depth_unit="dispersion lengths",
    )


def _fourier() -> PageScene:
    grid = _grid(400.0)
    envelope = pulse("gaussian", grid, PulseShape(width=14.0))
    tones = sum(a * torch.exp(1j * w * grid.t) for a, w in ((1.0, -3.2), (0.6, 0.4), (0.8, 3.6)))
    return PageScene(
        "fourier",
        "dispersion as Fourier transform",
        "A pulse of three tones. In a dispersive medium every tone travels at a speed of its own, "
        "so at the end time shows what frequency was: the detectors read the spectrum, and the "
        "medium has computed a Fourier transform. The other sign of β₂ turns it round.",
        {"a pulse of three tones": envelope * tones},
        400.0,
        {"alpha": 0.0, "beta2": 1.7, "gamma": 0.0},
        (ATTENUATION, DISPERSION, NONLINEARITY),
        {},
    )


def _talbot() -> PageScene:
    window, period = 320.0, 40.0
    grid = _grid(window)
    starts = torch.arange(-window / 2 + period / 2, window / 2, period, dtype=torch.float64)
    comb = torch.exp(-((grid.t[None] - starts[:, None]) ** 2) / (2 * 2.0**2)).sum(dim=0) + 0j
    return PageScene(
        "talbot",
        "Talbot carpet",
        "A train of pulses in a dispersive medium falls apart, shows itself at twice, three and "
        "four times its rate, and is there again at the Talbot distance. Nonlinearity tears the "
        "carpet.",
        {"a train of pulses": comb},
        window,
        {"alpha": 0.0, "beta2": -1.0, "gamma": 0.0},
        (ATTENUATION, DISPERSION, NONLINEARITY),
        {"gamma": 0.05},
        layer_length=period**2 / math.pi / LAYERS,
    )


def _lens() -> PageScene:
    grid = _grid(60.0)
    field = pulse("super-gaussian", grid, PulseShape(width=9.0, order=4.0))
    length = 0.25
    return PageScene(
        "lens",
        "lens",
        "A trap in the first layer is a lens: a parabola of phase, which the dispersion behind it "
        "turns into a focus. At 1 the focus lies at two thirds of the way; there the detectors see "
        "the Fourier transform of what entered. A negative lens spreads.",
        {"a wide beam": field},
        60.0,
        {"alpha": 0.0, "beta2": -1.0, "gamma": 0.0, "trap": 1.0},
        (
            ATTENUATION,
            DISPERSION,
            NONLINEARITY,
            Slider("trap", "trap: strength of the lens", -2, 3, 0.02),
        ),
        # the focal length is 1 / 2s: at 16 of 24 layers
        {"trap": 1 / (2 * 16 * length) / length},
        layer_length=length,
        steps=4,
        potential_layers=1,
    )


def _spoken_digit() -> PageScene:
    recording = json.loads(resource(RECORDING))
    encoder = SeriesEncoder(alignment="left", guard_band=0.0, envelope=True)
    samples = torch.tensor(recording["samples"], dtype=torch.float64)
    (field,) = encoder(samples[None, None], torch.complex128)[0]
    # milliseconds
    spacing = 2e3 / recording["rate"]
    cell = 64 * spacing
    return PageScene(
        "digit",
        "a spoken digit",
        f"A recording of the word “{recording['digit']}”. The first layer is a lattice, a row of "
        "lenses; each focuses the tones of its moment onto places of their own: a spectrogram, "
        "made by two coefficients. Without the lattice (0) tones and moments run together. "
        f"Recording: {recording['source']}, {recording['licence']}.",
        {f"the word “{recording['digit']}”": field},
        len(field) * spacing,
        {"alpha": 0.0, "beta2": -1.0, "gamma": 0.0, "lattice": 1.0, "detectors": 256},
        (
            ATTENUATION,
            Slider("beta2", "dispersion (−1: in focus at 24 layers)", -2, 2, 0.02),
            Slider("gamma", "nonlinearity γ / rad per layer", -1, 1, 0.01),
            Slider("lattice", "lattice: strength of the lenses", 0, 2, 0.02),
        ),
        {
            "beta2": cell * spacing / (2 * math.pi) / LAYERS,
            "lattice": math.pi / (cell * spacing),
        },
        potential_layers=1,
        period=cell,
        detectors=Slider("detectors", "detectors", 16, 512, 16),
        brightness="decibel",
        time_unit="ms",
        depth_unit="layers",
    )


def _two_classes() -> PageScene:
    from aeon.datasets import load_gunpoint

    X, y = load_gunpoint(split="train")
    encoder = SeriesEncoder(guard_band=2.4)
    names = {"1": "draws a gun", "2": "only points"}
    fields = {}
    for label, name in names.items():
        case = torch.from_numpy(np.asarray(X[y == label][0], dtype=np.float64))[None]
        fields[name] = encoder(case, torch.complex128)[0, 0]
    window = encoder.window(X.shape[2])
    scale = NaturalScale(TimeGrid(window))
    return PageScene(
        "classes",
        "two classes",
        "Two movements of a hand, recorded: one draws a gun, one only points. Side by side they "
        "go through the same medium. Which dispersion makes the detectors, below, tell them apart "
        "best? That is what training asks. Series: GunPoint, from the UCR archive.",
        fields,
        float(window),
        {"alpha": 0.0, "beta2": 3.0, "gamma": 0.0},
        (
            ATTENUATION,
            Slider("beta2", "dispersion β₂ over 24 layers", -8, 8, 0.05),
            Slider("gamma", "nonlinearity γ / rad per layer", -0.5, 0.5, 0.005),
        ),
        {"beta2": NonlinearSchrodinger().natural_unit("beta2", scale) / LAYERS},
        time_unit="timepoints",
        depth_unit="layers",
    )
