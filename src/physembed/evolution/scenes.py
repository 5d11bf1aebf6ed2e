"""For every equation a pulse and a medium that show what it is about."""

import math

from physembed.errors import UnknownNameError
from physembed.evolution.scene import Scene
from physembed.evolution.zoo_scenes import ZOO_SCENES
from physembed.physics.equations.named_equations import SHORT_NAMES
from physembed.physics.pulses import PulseShape

SCENES: dict[str, Scene] = {
    scene.equation: scene
    for scene in (
        Scene(
            "nonlinear-schrodinger",
            "a soliton of third order over its period: it splits and comes back",
            "higher-order-soliton",
            {"beta2": -1.0, "gamma": 1.0},
            length=math.pi / 2,
            window=20.0,
        ),
        Scene(
            "generalised-nonlinear-schrodinger",
            "100 fs in silica (ps, m, W): a soliton of second order splits, and Raman slows it",
            "higher-order-soliton",
            {"beta2": -0.02, "gamma": 0.01, "beta3": 1e-4, "shock_time": 8.2e-4},
            length=3.0,
            steps=3000,
            window=16.0,
            shape=PulseShape(width=0.1, order=2.0),
        ),
        Scene(
            "coupled-nonlinear-schrodinger",
            "two polarisations that would part, and trap each other",
            "soliton",
            {"beta2": -1.0, "gamma": 1.0, "cross": 2 / 3},
            length=30.0,
            steps=1000,
            window=160.0,
            shape=PulseShape(frequency=0.3),
            amplitude=1.25,
        ),
        Scene(
            "gross-pitaevskii",
            "a condensate released off the centre of its trap: it swings and breathes",
            "gaussian",
            {"kinetic": 1.0, "g": 1.0},
            length=4 * math.pi,
            shape=PulseShape(centre=4.0, width=0.7),
        ),
        Scene(
            "complex-ginzburg-landau",
            "amplitude turbulence out of noise, beyond the Benjamin-Feir instability",
            "noise",
            {"beta2": -4.0, "gamma": 1.2, "gain": 2.0, "filtering": 1.0, "nonlinear_loss": 1.0},
            length=40.0,
            scheme="etdrk4",
            window=120.0,
            shape=PulseShape(width=2.0),
            amplitude=0.1,
        ),
        Scene(
            "lugiato-lefever",
            "a pulse becomes a cavity soliton: a frequency comb",
            "gaussian",
            {"alpha": 2.0, "detuning": 3.0, "beta2": -2.0, "gamma": 1.0, "drive": 1.8},
            length=20.0,
            amplitude=2.0,
        ),
        *ZOO_SCENES,
    )
}
"""The scene of every equation, by the equation's name."""

POTENTIAL_COEFFICIENTS: dict[str, dict[str, float]] = {
    "harmonic-trap": {"strength": 0.5},
    "optical-lattice": {"strength": 0.5},
    "polynomial": {"a2": -0.5, "a4": 0.02},
    "free-form": {"v1": 30.0, "v2": 15.0, "v3": 4.0, "v7": 4.0, "v8": 15.0},
}
"""What each potential is given where the user gives nothing: a double well for the polynomial."""


def scene_of(equation: str) -> Scene:
    """The scene of an equation, by its name or its short one.

    Raises
    ------
    UnknownNameError
        If there is no equation of that name.
    """
    full = SHORT_NAMES.get(equation, equation)
    if full not in SCENES:
        raise UnknownNameError("equation", equation, [*SCENES, *SHORT_NAMES])
    return SCENES[full]
