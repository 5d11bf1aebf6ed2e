"""For every equation a pulse and a medium that show what it is about."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from physembed.errors import UnknownNameError
from physembed.physics import EQUATIONS
from physembed.physics.pulses import PulseShape


@dataclass(frozen=True)
class Scene:
    """Everything that a simulation needs.

    Parameters
    ----------
    equation : str
        A name in :data:`~physembed.physics.EQUATIONS`.
    about : str
        What there is to see.
    pulse : str
        A name in :data:`~physembed.physics.pulses.PULSES`.
    coefficients : mapping of str to float
        In the grid's units.
    length : float
    steps : int, default=2000
    scheme : str, default="strang"
    points : int, default=1024
    window : float, default=40.0
    shape : PulseShape
    amplitude : float or None, default=None
        In place of the shape's. None: of a soliton √abs(beta2 / gamma) / width, with which
        the medium carries it unchanged, of any other pulse 1.
    potential : str, default="harmonic-trap"
        Of the Gross-Pitaevskii equation: names in :data:`~physembed.physics.POTENTIALS`, joined
        by ``+``.
    period : float or None, default=None
        Of an optical lattice; None: a tenth of the window.
    """

    equation: str
    about: str
    pulse: str
    coefficients: Mapping[str, float]
    length: float
    steps: int = 2000
    scheme: str = "strang"
    points: int = 1024
    window: float = 40.0
    shape: PulseShape = field(default_factory=PulseShape)
    amplitude: float | None = None
    potential: str = "harmonic-trap"
    period: float | None = None


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
            steps=4000,
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
    """The scene of an equation.

    Raises
    ------
    UnknownNameError
        If there is no equation of that name.
    """
    if equation not in EQUATIONS:
        raise UnknownNameError("equation", equation, list(EQUATIONS))
    return SCENES[equation]
