"""Media of one equation each at equal budgets, and the controls that stand beside them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from physembed.estimators import PhysicalEmbeddingClassifier
from physembed.networks import Component, Trainable
from physembed.physics import FrequencyPhaseMask, equation_named
from physembed.presets import fibre_of
from physembed.presets.any_equation import COEFFICIENTS

DETECTORS = 16


def of_equation(name: str, seed: int) -> PhysicalEmbeddingClassifier:
    """The medium of an equation, at most eighteen coefficients and sixteen detectors."""
    return PhysicalEmbeddingClassifier(equation=name, random_state=seed)


def _untrained(seed: int, values: Callable[[Trainable], Any], name: str = "nlse") -> Any:
    """The medium of an equation with every coefficient frozen at a value."""
    fibre = fibre_of(equation_named(name), detectors=DETECTORS)
    frozen = {k: values(v) for k, v in fibre.coefficients.items() if isinstance(v, Trainable)}
    settled = replace(fibre, coefficients=frozen)
    return PhysicalEmbeddingClassifier(fibres=[settled], training="designed", random_state=seed)


def _random(seed: int) -> Any:
    generator = np.random.default_rng(seed)
    return _untrained(seed, lambda start: float(generator.uniform(-1, 1)) / 6)


def _random_filter(seed: int) -> Any:
    """As many random phases over the band as a medium has coefficients, and no medium."""
    mask = FrequencyPhaseMask(COEFFICIENTS)
    phases = np.random.default_rng(seed).uniform(-np.pi, np.pi, size=COEFFICIENTS)
    element = Component(mask, dict(zip(mask.coefficients, phases.tolist(), strict=True)))
    fibre = fibre_of(equation_named("nlse"), detectors=DETECTORS)
    dark = dict.fromkeys(fibre.coefficients, 0.0)
    filtered = replace(fibre, coefficients=dark, n_layers=1, before=(element,))
    return PhysicalEmbeddingClassifier(fibres=[filtered], training="designed", random_state=seed)


def _dispersion_alone(seed: int) -> Any:
    frozen = {"gamma": 0.0, "alpha": 0.0}
    return PhysicalEmbeddingClassifier(equation="nlse", frozen=frozen, random_state=seed)


CONTROLS: dict[str, Callable[[int], Any]] = {
    "no physics": lambda seed: _untrained(seed, lambda start: 0.0),
    "no physics, real field": lambda seed: _untrained(seed, lambda start: 0.0, "burgers"),
    "dispersion alone": _dispersion_alone,
    "random coefficients": _random,
    "random linear filter": _random_filter,
    "shuffled labels": lambda seed: of_equation("nlse", seed),
}
"""What stands beside the equations, with the encoder and detectors of light, or of real fields."""

WITHOUT_PHYSICS = ("no physics", "no physics, real field")
"""Those in which nothing stands between encoder and detectors."""
