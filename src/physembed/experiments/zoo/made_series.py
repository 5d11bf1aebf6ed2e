"""Series that the equations themselves make: two classes, two values of one coefficient."""

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


def made_by(
    equation: MasterEquation,
    *,
    n_cases: int = 100,
    n_timepoints: int = 64,
    seed: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Series that an equation makes of random smooth ones; two classes, one coefficient.

    Waves of random phase and four frequencies enter one layer of a medium whose coefficients are
    at their usual starts over a whole cascade; the first coefficient is higher by half of itself in
    one class, lower in the other. What leaves is the first field's real part, with noise.

    Returns
    -------
    (array of shape (cases, 1, timepoints), array of shape (cases,))
    """
    generator = np.random.default_rng([seed, len(type(equation).__name__)])
    grid = TimeGrid(n_timepoints)
    fibre = fibre_of(equation)
    scale = NaturalScale(grid)
    names = list(equation.coefficients)
    usual = {}
    for name, start in fibre.coefficients.items():
        assert isinstance(start, Trainable) and isinstance(start.start, float)
        total = start.start * (1 if start.shared else fibre.n_layers)
        usual[name] = total * equation.natural_unit(name, scale)
    phases = generator.uniform(0, 2 * np.pi, size=(n_cases, 4))
    sizes = generator.uniform(0.2, 0.8, size=(n_cases, 4))
    t = np.arange(n_timepoints) / n_timepoints
    waves = sizes[..., None] * np.cos(2 * np.pi * np.arange(1, 5)[:, None] * t + phases[..., None])
    entered = torch.from_numpy(1 + 0.5 * waves.sum(axis=1))[:, None]
    y = np.arange(n_cases) % 2
    out = np.empty((n_cases, 1, n_timepoints))
    for number in (0, 1):
        factor = 1 + SHIFT * (2 * number - 1)
        physical = usual | {names[0]: usual[names[0]] * factor}
        out[y == number] = _left(equation, physical, grid, entered[y == number]).numpy()
    out += NOISE * out.std() * generator.normal(size=out.shape)
    return out, np.where(y == 0, "less", "more")


def _left(
    equation: MasterEquation, values: dict[str, float], grid: TimeGrid, entered: torch.Tensor
) -> torch.Tensor:
    from physembed.networks.medium import launched, seen

    field = launched(entered + 0j, equation)
    scheme = "strang" if equation.is_conservative else "etdrk4"
    out = propagate(
        field, equation, values, grid, steps_per_layer=60, scheme=scheme, check_sampling=False
    )
    return seen(out, equation).real
