"""A telescope: magnification."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.coefficient import Coefficient, CoefficientValues, one
from physembed.physics.elements.element import Element
from physembed.physics.grid import TimeGrid
from physembed.physics.on_device import coordinates_on


@dataclass(frozen=True)
class Telescope(Element):
    """E(t) -> exp(-m/2) E(t exp(-m)): two lenses in each other's focus stretch the field.

    The magnification is exp(m), about the middle of the window, with energy kept as long as the
    image fits the window; what would come from beyond it is dark. Between points the field is
    interpolated by Catmull-Rom's cubic, so that m = 0 is the identity exactly and m has a slope
    everywhere. Coefficient: ``log_magnification`` m.

    References
    ----------
    Catmull and Rom, A class of local interpolating splines (1974).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.1)
    >>> pulse = torch.exp(-(grid.t**2)).to(torch.complex128)
    >>> out = pe.Telescope()(pulse, grid, {"log_magnification": torch.log(torch.tensor(2.0))})
    >>> round(float(out.abs().max() ** 2), 3)  # twice as wide, half as strong
    0.5
    """

    domain: ClassVar[str] = "time"

    log_magnification = Coefficient("logarithm of the magnification", unit="1", natural=one)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        raise NotImplementedError("a telescope is no multiplication; call it on a field.")

    def __call__(self, field: Tensor, grid: TimeGrid, values: Mapping[str, Tensor]) -> Tensor:
        n_points = field.shape[-1]
        if n_points != grid.n_points:
            raise InvalidInputError(f"field must have {grid.n_points} points, got {n_points}.")
        m = values["log_magnification"].reshape(1)
        middle = n_points // 2
        place = coordinates_on(grid, field.device)[0] / grid.spacing * torch.exp(-m) + middle
        first = torch.floor(place.detach()).long()
        u = (place - first).to(field.real.dtype)
        total = torch.zeros_like(field)
        for offset, weight in zip((-1, 0, 1, 2), _catmull_rom(u), strict=True):
            source = first + offset
            inside = (source >= 0) & (source < n_points)
            value = field[..., source.clamp(0, n_points - 1)]
            total = total + torch.where(inside, weight, torch.zeros_like(weight)) * value
        return total * torch.exp(-m / 2).to(field.real.dtype)


def _catmull_rom(u: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Weights of the points -1, 0, 1, 2 for a place u in [0, 1) after point 0."""
    return (
        ((2 - u) * u - 1) * u / 2,
        ((3 * u - 5) * u * u + 2) / 2,
        ((4 - 3 * u) * u + 1) * u / 2,
        (u - 1) * u * u / 2,
    )
