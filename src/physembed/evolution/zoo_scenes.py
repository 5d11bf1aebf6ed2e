"""What equations beyond those of fibres, condensates and cavities are about."""

from physembed.evolution.scene import Scene
from physembed.physics.pulses import PulseShape


def _scene(equation: str, about: str, pulse: str, coefficients: dict[str, float], length: float,
           **other: object) -> Scene:  # fmt: skip
    given: dict[str, object] = {"steps": 1000, "scheme": "etdrk4", "points": 512, "window": 60.0}
    return Scene(equation, about, pulse, coefficients, length, **(given | other))  # type: ignore[arg-type]


ZOO_SCENES: tuple[Scene, ...] = (
    _scene(
        "korteweg-de-vries",
        "two solitons: the taller one overtakes the other, and both go on as they were",
        "closed-form", {"a": 6.0, "b": 1.0}, 28.0, steps=2000, points=256,
    ),
    _scene(
        "modified-korteweg-de-vries",
        "a hump breaks into solitons, the tallest of them first",
        "gaussian", {"a": 6.0, "b": 1.0}, 3.0, steps=2000, shape=PulseShape(width=2.0),
    ),
    _scene(
        "benjamin-ono",
        "a hump sheds waves and becomes a soliton with algebraic tails",
        "gaussian", {"a": 1.0, "b": 1.0}, 10.0, amplitude=3.0, shape=PulseShape(width=2.0),
    ),
    _scene(
        "burgers",
        "a hump steepens into a shock, which viscosity holds",
        "gaussian", {"a": 1.0, "viscosity": 0.2}, 20.0, shape=PulseShape(width=3.0),
    ),
    _scene(
        "kuramoto-sivashinsky",
        "cells that form, split and merge for ever out of noise: chaos in space and time",
        "noise", {"a": 1.0, "b": 1.0, "d": 1.0}, 80.0, window=120.0, amplitude=0.5, steps=2000,
        shape=PulseShape(width=2.0),
    ),
    _scene(
        "fisher-kpp",
        "a gene, or a flame, spreads in two fronts of speed 2 √(r D)",
        "gaussian", {"diffusion": 1.0, "growth": 1.0}, 12.0, amplitude=0.5,
    ),
    _scene(
        "allen-cahn",
        "noise orders into domains, the smallest of which vanish",
        "noise", {"diffusion": 1.0, "rate": 1.0}, 40.0, window=100.0, amplitude=0.3,
        shape=PulseShape(width=2.0),
    ),
    _scene(
        "cahn-hilliard",
        "a mixture separates: how much there is of each stays",
        "noise", {"rate": 1.0, "stiffness": 1.0}, 100.0, window=100.0, amplitude=0.1,
        steps=2000, shape=PulseShape(width=2.0),
    ),
    _scene(
        "swift-hohenberg",
        "a pattern of one wavelength grows out of noise",
        "noise", {"gain": 0.3, "wavenumber": 1.0}, 60.0, amplitude=0.05,
        shape=PulseShape(width=2.0),
    ),
    _scene(
        "fractional-diffusion",
        "heavy tails: a Lévy flight spreads farther than diffusion does",
        "gaussian", {"diffusion": 1.0, "order": 1.2}, 4.0, steps=200,
    ),
    _scene(
        "telegraph",
        "what is plucked parts into two halves, as d'Alembert says, and is damped",
        "gaussian", {"speed": 1.0, "damping": 0.1}, 20.0, steps=200,
    ),
    _scene(
        "klein-gordon",
        "waves that have a mass: long ones hardly move, and the hump disperses",
        "gaussian", {"speed": 1.0, "mass": 1.0, "cubic": 0.0}, 20.0, steps=200,
    ),
    _scene(
        "sine-gordon",
        "a breather: a kink and its opposite, bound to each other",
        "closed-form", {"speed": 1.0, "mass": 1.0}, 20.0, steps=2000,
    ),
    _scene(
        "fitzhugh-nagumo",
        "a nerve fires, and two impulses run away from there; behind them it recovers",
        "gaussian",
        {"diffusion": 1.0, "excitability": 1.0, "threshold": 0.1, "recovery": 0.008,
         "forgetting": 0.01},
        60.0, window=120.0, shape=PulseShape(width=3.0),
    ),
    _scene(
        "gray-scott",
        "a spot of catalyst eats its food, and divides",
        "gaussian",
        {"diffusion": 0.05, "feed_diffusion": 0.1, "feed": 0.03, "removal": 0.06},
        400.0, steps=2000, amplitude=0.6, shape=PulseShape(width=2.0),
    ),
    _scene(
        "maxwell-bloch",
        "a 2π pulse lends its energy to the atoms and gets it back: slow, and not absorbed",
        "closed-form", {"speed": 1.0, "coupling": 0.1875}, 15.0,
    ),
    _scene(
        "bragg-grating",
        "light within the gap is turned back and forth",
        "gaussian", {"speed": 1.0, "coupling": 1.0, "gamma": 0.0}, 12.0,
        shape=PulseShape(width=3.0),
    ),
    _scene(
        "cubic-quintic",
        "a pulse that the fifth order keeps from collapse breathes",
        "gaussian", {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0, "quintic": -0.2}, 10.0,
        amplitude=1.6, scheme="strang", steps=2000, shape=PulseShape(width=1.5),
    ),
    _scene(
        "fractional-schrodinger",
        "diffraction of order 1.2: a beam parts into two that hardly spread",
        "gaussian", {"alpha": 0.0, "dispersion": -1.0, "order": 1.2, "gamma": 0.0}, 8.0,
        scheme="strang", steps=200, window=120.0,
    ),
    _scene(
        "derivative-schrodinger",
        "a pulse leans over: its strong parts come later",
        "gaussian", {"beta2": -0.5, "steepening": 0.5}, 4.0, shape=PulseShape(width=2.0),
    ),
    _scene(
        "hirota",
        "third-order dispersion and steepening in balance: the soliton keeps its shape",
        "closed-form", {"beta2": -1.0, "beta3": 0.3, "gamma": 1.0, "steepening": -0.3}, 20.0,
        steps=2000,
    ),
    _scene(
        "swift-hohenberg-laser",
        "a laser chooses its frequency out of noise",
        "noise", {"gain": 0.5, "frequency": 1.0, "beta2": 0.0, "gamma": 0.2}, 40.0,
        amplitude=0.05, shape=PulseShape(width=1.0),
    ),
)  # fmt: skip
"""One scene for every equation of the zoo."""
