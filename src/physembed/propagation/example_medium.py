"""A medium that an equation is looked at in: its own example, or a usual one."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Example, Grid, MasterEquation, NaturalScale
from physembed.physics.grid import TimeGrid
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.propagate import propagate


@dataclass(frozen=True)
class ExampleMedium:
    """An equation with the coefficients, grid and length that it is checked with.

    Parameters
    ----------
    equation : MasterEquation
    example : Example
    """

    equation: MasterEquation
    example: Example

    @property
    def values(self) -> dict[str, Tensor]:
        cpu = torch.device("cpu")
        return checked_coefficients(self.equation, self.example.coefficients, cpu)[0]

    @property
    def c(self) -> CoefficientValues:
        return CoefficientValues(**self.values)

    def exact(self, z: float) -> Tensor | None:
        return self.equation.exact_solution(self.example.grid, z, self.c)

    def start(self) -> Tensor:
        """Smooth waves and a bump without any symmetry."""
        return smooth_field(self.equation, self.example.grid)

    def run(
        self,
        field: Tensor,
        steps: int,
        scheme: str = "etdrk4",
        *,
        gradient: str = "auto",
        values: Mapping[str, Tensor] | None = None,
        length: float | None = None,
    ) -> Tensor:
        return propagate(
            field,
            self.equation,
            values or self.values,
            self.example.grid,
            layer_length=length or self.example.length,
            steps_per_layer=steps,
            scheme=scheme,
            gradient=gradient,
            check_sampling=False,
        )


def usual_example(equation: MasterEquation) -> Example:
    """A third of each coefficient's natural unit, on 64 points, over a length of one."""
    grid = TimeGrid(64, 0.3)
    scale = NaturalScale(grid)
    values = {
        name: 0.3 * equation.natural_unit(name, scale) if given.default is None else given.default
        for name, given in equation.coefficients.items()
    }
    return Example(grid, values, length=1.0)


def smooth_field(equation: MasterEquation, grid: Grid) -> Tensor:
    """A field of the equation's kind between 0 and 1, smooth and without any symmetry."""
    turn = torch.zeros(grid.shape, dtype=torch.float64)
    for number, axis in enumerate(grid.coordinates, start=1):
        turn = turn + number * 2 * math.pi * axis / grid.window
    n_components = max(len(equation.components), 2 if equation.needs_channels else 1)
    fields = []
    for k in range(n_components):
        field = 0.5 + 0.3 * torch.cos(turn + k) + 0.04 * torch.sin(2 * turn - 0.4 * k)
        field = field * 0.8**k
        fields.append(field if equation.is_real else field * (1 + 0.3j * torch.sin(turn)))
    if n_components == 1:
        return fields[0]
    return torch.stack(fields, dim=-len(grid.shape) - 1)


def relative_error(field: Tensor, expected: Tensor) -> float:
    """‖field - expected‖ / ‖expected‖ over all points."""
    return float((field - expected).norm() / expected.norm().clamp(min=1e-300))
