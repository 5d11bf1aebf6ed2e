"""Series that the equations themselves make: two classes, two values of one coefficient."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.networks import Trainable
from physembed.physics import MasterEquation, NaturalScale, TimeGrid
from physembed.presets import fibre_of
from physembed.propagation import propagate

SHIFT = 0.5
"""By how much of itself the coefficient of the two classes lies above and below its value."""

NOISE = 0.05
"""Deviation of what is added to series that are made, in deviations of them."""


@dataclass(frozen=True)
class MadePairs:
    """What entered a medium and what left it, of two classes.

    Parameters
    ----------
    entered, left : ndarray of shape (cases, 1, timepoints)
        Exact; with noise.
    y : ndarray of shape (cases,)
        "less" or "more" of the first coefficient.
    noise : float
        Deviation of what was added to what left.
    coefficients : dict of str to dict of str to float
        Of each class.
    grid : TimeGrid
    """

    entered: NDArray[np.float64]
    left: NDArray[np.float64]
    y: NDArray[np.str_]
    noise: float
    coefficients: dict[str, dict[str, float]]
    grid: TimeGrid


def made_by(
    equation: MasterEquation,
    *,
    n_cases: int = 100,
    n_timepoints: int = 64,
    seed: int = 0,
) -> MadePairs:
    """Series that an equation makes of random smooth ones; two classes, one coefficient.

    Waves of random phase and four frequencies enter one layer of a medium whose coefficients are
    at their usual starts over a whole cascade; the first coefficient is higher by half of itself in
    one class, lower in the other. What leaves is the first field's real part, with noise.
    """
    generator = np.random.default_rng([seed, len(type(equation).__name__)])
    grid = TimeGrid(n_timepoints)
    usual = usual_coefficients(equation, grid)
    first = next(iter(equation.coefficients))
    phases = generator.uniform(0, 2 * np.pi, size=(n_cases, 4))
    sizes = generator.uniform(0.2, 0.8, size=(n_cases, 4))
    t = np.arange(n_timepoints) / n_timepoints
    waves = sizes[..., None] * np.cos(2 * np.pi * np.arange(1, 5)[:, None] * t + phases[..., None])
    entered = 1 + 0.5 * waves.sum(axis=1)[:, None]
    y = np.where(np.arange(n_cases) % 2 == 0, "less", "more")
    left = np.empty_like(entered)
    coefficients = {}
    for label, factor in (("less", 1 - SHIFT), ("more", 1 + SHIFT)):
        coefficients[label] = usual | {first: usual[first] * factor}
        left[y == label] = what_leaves(equation, coefficients[label], grid, entered[y == label])
    noise = NOISE * float(left.std())
    left += noise * generator.normal(size=left.shape)
    return MadePairs(entered, left, y, noise, coefficients, grid)


def usual_coefficients(equation: MasterEquation, grid: TimeGrid) -> dict[str, float]:
    """Over a length of one: what an equation's fibre begins with in all of its layers together."""
    fibre, scale = fibre_of(equation), NaturalScale(grid)
    usual = {}
    for name, start in fibre.coefficients.items():
        assert isinstance(start, Trainable) and isinstance(start.start, float)
        total = start.start * (1 if start.shared else fibre.n_layers)
        usual[name] = total * equation.natural_unit(name, scale)
    return usual


def what_leaves(
    equation: MasterEquation,
    values: dict[str, float],
    grid: TimeGrid,
    entered: NDArray[np.float64],
    steps: int = 60,
) -> NDArray[np.float64]:
    """The real part of the first field behind a length of one."""
    from physembed.networks.medium import launched, seen

    field = launched(torch.from_numpy(entered) + 0j, equation)
    scheme = "strang" if equation.is_conservative else "etdrk4"
    out = propagate(
        field, equation, values, grid, steps_per_layer=steps, scheme=scheme, check_sampling=False
    )
    real: NDArray[np.float64] = seen(out, equation).real.numpy()
    return real
