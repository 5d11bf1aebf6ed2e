"""Master equations of real fields, of several coupled fields, and with derivatives in their law."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from physembed.physics.coefficient import CoefficientValues
from physembed.physics.grid import Grid
from physembed.physics.master_equation import MasterEquation


class FieldEquation(MasterEquation):
    """∂u/∂z = L(∂/∂t) u + N(u, ∂u/∂t, t): real or complex fields, one or several.

    A subclass gives :meth:`linear_symbol` and, as :meth:`local_derivative`, N; the derivatives
    in it by :func:`~physembed.physics.derivatives.derivative`. Fields are (..., points), or
    (..., components, points) where :attr:`components` are several; they are real arrays unless
    ``is_real = False``. The symbol is then given on the half band, and has the shape
    (components, points), or (points, components, components) with ``couples_linearly``.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import torch
    >>> import physembed as pe
    >>> @dataclass(frozen=True)
    ... class Logistic(pe.FieldEquation):  # ∂u/∂z = -c ∂u/∂t + r u (1 - u)
    ...     speed = pe.Coefficient("speed", unit="time/length")
    ...     growth = pe.Coefficient("growth", unit="1/length")
    ...
    ...     def linear_symbol(self, omega, c):
    ...         return c.growth - 1j * c.speed * omega
    ...
    ...     def local_derivative(self, field, grid, c):
    ...         return -c.growth * field**2
    >>> seed = torch.full((16,), 0.01).double()
    >>> out = pe.propagate(
    ...     seed,
    ...     Logistic(),
    ...     {"speed": 1.0, "growth": 1.0},
    ...     pe.TimeGrid(16),
    ...     layer_length=20.0,
    ...     steps_per_layer=100,
    ...     scheme="etdrk4",
    ... )
    >>> round(float(out[0]), 3)
    1.0
    """

    is_real = True
    components: ClassVar[tuple[str, ...]] = ("u",)
    dealiasing = 2 / 3

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        """N, of the shape of ``field``; zero unless it is given."""
        return torch.zeros_like(field)


def per_component(symbols: Sequence[Tensor], omega: Tensor) -> Tensor:
    """A symbol (components, *omega) from that of every component over the band."""
    return torch.stack([symbol.expand(omega.shape) for symbol in symbols])


def matrix(rows: Sequence[Sequence[Tensor | float | complex]], omega: Tensor) -> Tensor:
    """A symbol (*omega, components, components) from its entries over the band."""
    # a number has no device of its own, and must be where the others are
    entries = [
        [torch.as_tensor(entry, device=omega.device).expand(omega.shape) for entry in row]
        for row in rows
    ]
    return torch.stack([torch.stack(row, dim=-1) for row in entries], dim=-2)


def integral(values: Tensor, grid: Grid) -> Tensor:
    """∫ dt over the window (in the plane ∫ dx dy), exact for what the grid resolves."""
    axes = tuple(range(-len(grid.shape), 0))
    return values.sum(dim=axes) * grid.spacing ** len(grid.shape)
