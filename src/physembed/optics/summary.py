"""Light that was propagated, in a few lines."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from physembed.optics.units import with_prefix
from physembed.physics import TimeGrid

Numbers = NDArray[np.float64]


class Light(Protocol):
    """What is told: a :class:`~physembed.optics.Propagated`."""

    @property
    def grid(self) -> TimeGrid: ...
    @property
    def wavelength(self) -> float: ...
    @property
    def z(self) -> Numbers: ...
    @property
    def fields(self) -> Tensor: ...
    @property
    def power(self) -> Numbers: ...
    @property
    def peak_power(self) -> Numbers: ...
    @property
    def fwhm(self) -> Numbers: ...
    @property
    def energy(self) -> Numbers: ...


def summary(light: Light) -> str:
    """What entered and what left, the strongest case of a batch, and how both are kept."""
    n_cases = int(np.prod(light.fields.shape[1:-1]))
    case = int(light.power[0].max(axis=-1).argmax()) if n_cases else 0
    of_case = [
        values.reshape(len(light.z), -1)[[0, -1], case] if n_cases else np.full(2, np.nan)
        for values in (light.peak_power, light.fwhm, light.energy)
    ]
    ends = (
        f"{name} {with_prefix(values[0], unit)} to {with_prefix(values[1], unit)}"
        for name, values, unit in zip(
            ("peak power", "fwhm", "energy"), of_case, ("W", "s", "J"), strict=True
        )
    )
    many = f"{n_cases} cases, the strongest one: " if light.fields.ndim > 2 else ""
    return (
        f"Light of {light.wavelength * 1e9:.6g} nm through {with_prefix(light.z[-1], 'm')}\n"
        f"  {many}{', '.join(ends)}\n"
        f"  grid: {light.grid.n_points} points over {with_prefix(light.grid.window, 's')}, "
        f"{with_prefix(light.grid.spacing, 's')} apart; {len(light.z)} frames at .z\n"
        "  .power over .t, .spectrum over .frequencies and .wavelengths, .fields; .plot(path), "
        ".to_xarray()"
    )
