"""The embedding itself: a cascade of layers whose coefficients are the trainable numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from physembed._checks import is_integer
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.physics import Grid, MasterEquation, NaturalScale
from physembed.propagation.cascade import Pass, plan_cascade, run_cascade
from physembed.propagation.growth import checked_plan
from physembed.propagation.schemes import SCHEMES


@dataclass(frozen=True)
class Trainable:
    """A coefficient that training may move, in its natural (dimensionless) unit.

    Parameters
    ----------
    start : float or sequence of float
        Where it starts: one number for all layers, or one per layer.
    shared : bool, default=False
        Whether one trained number serves all layers.
    """

    start: float | Sequence[float]
    shared: bool = False


CoefficientSetting = Trainable | float | Sequence[float]
"""A :class:`Trainable`, or a frozen number (one for all layers, or one per layer)."""


class Medium(nn.Module):
    """A cascade of equal layers of a medium, as a module from field to field.

    Trainable coefficients are real parameters in natural units, of shape (n_layers,) or, shared,
    (1,); frozen ones are buffers. Shapes: complex (cases, channels, points), or in the plane
    (cases, channels, n_y, n_x), to the same.

    Parameters
    ----------
    equation : MasterEquation
    grid : TimeGrid or PlaneGrid
    coefficients : mapping of str to Trainable, float or sequence of float
        Every coefficient of the equation that has no default; values in natural units
        (:meth:`~physembed.physics.MasterEquation.natural_unit`).
    n_layers : int
    scheme : str, default="lie"
    steps_per_layer : int, default=1

    Raises
    ------
    InvalidInputError
        If a coefficient is missing, unknown, or has not one value per layer.
    """

    def __init__(
        self,
        equation: MasterEquation,
        grid: Grid,
        coefficients: Mapping[str, CoefficientSetting],
        n_layers: int,
        *,
        scheme: str = "lie",
        steps_per_layer: int = 1,
    ) -> None:
        super().__init__()
        for argument, value in [("n_layers", n_layers), ("steps_per_layer", steps_per_layer)]:
            if not is_integer(value) or value < 1:
                raise InvalidInputError(f"{argument} must be a positive integer, got {value!r}.")
        if not isinstance(scheme, str) or scheme not in SCHEMES:
            raise UnknownNameError("scheme", scheme, list(SCHEMES))
        self.equation = equation
        self.grid = grid
        self.n_layers = n_layers
        self.scheme = scheme
        self.steps_per_layer = steps_per_layer
        scale = NaturalScale(grid)
        self.natural_units = {k: equation.natural_unit(k, scale) for k in equation.coefficients}
        self.trainable = nn.ParameterDict()
        self.stated = tuple(name for name in equation.coefficients if name in coefficients)
        self._frozen_names: list[str] = []
        self._add_coefficients(coefficients)
        physical = {name: value.detach() for name, value in self.physical().items()}
        equation.check(physical, grid)
        checked_plan(self._plan, physical, torch.complex64)

    def _add_coefficients(self, settings: Mapping[str, CoefficientSetting]) -> None:
        known = self.equation.coefficients
        owner = type(self.equation).__name__
        for name in settings:
            if name not in known:
                raise UnknownNameError(f"coefficient of {owner}", name, list(known))
        for name, coefficient in known.items():
            setting = settings.get(name, coefficient.default)
            if setting is None:
                raise InvalidInputError(
                    f"coefficient {name!r} ({coefficient.description}) of {owner} is missing."
                )
            if isinstance(setting, Trainable):
                length = 1 if setting.shared else self.n_layers
                start = self._per_layer(name, setting.start, length)
                self.trainable[name] = nn.Parameter(start)
            else:
                frozen = self._per_layer(name, setting, self.n_layers)
                self.register_buffer(f"frozen_{name}", frozen)
                self._frozen_names.append(name)

    def _per_layer(self, name: str, value: float | Sequence[float], length: int) -> Tensor:
        try:
            numbers = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InvalidInputError(
                f"coefficient {name!r} must be one number or {length} numbers, got {value!r}."
            ) from error
        if np.asarray(value).dtype == bool:
            raise InvalidInputError(f"coefficient {name!r} must be a number, got {value!r}.")
        tensor = torch.from_numpy(numbers).float()
        if tensor.ndim > 1 or (tensor.ndim == 1 and tensor.shape[0] != length):
            raise InvalidInputError(
                f"coefficient {name!r} must be one number or {length} numbers, one per layer; "
                f"got {value!r}."
            )
        if not bool(torch.isfinite(tensor).all()):
            raise InvalidInputError(f"coefficient {name!r} must be finite, got {value!r}.")
        return tensor.expand(length).clone()

    def dimensionless(self) -> dict[str, Tensor]:
        """Every coefficient in natural units, shape (n_layers,), in the equation's order."""
        values = dict(self.trainable.items())
        values |= {name: self.get_buffer(f"frozen_{name}") for name in self._frozen_names}
        return {k: values[k].expand(self.n_layers) for k in self.equation.coefficients}

    def physical(self) -> dict[str, Tensor]:
        """Every coefficient in the grid's units, float64, shape (n_layers,)."""
        return {k: v.double() * self.natural_units[k] for k, v in self.dimensionless().items()}

    def forward(self, field: Tensor) -> Tensor:
        return self._propagate(field, separate_layers=False)[-1]

    def layers(self, field: Tensor) -> Tensor:
        """The field after every layer, shape (n_layers, cases, channels, points)."""
        return torch.stack(self._propagate(field, separate_layers=True))

    def _propagate(self, field: Tensor, *, separate_layers: bool) -> list[Tensor]:
        passes = self._plan(self.physical(), separate_layers=separate_layers)
        return run_cascade(field, self.equation, self.grid, passes)

    def _plan(self, values: Mapping[str, Tensor], *, separate_layers: bool = False) -> list[Pass]:
        return plan_cascade(
            self.equation,
            values,
            self.n_layers,
            self.grid,
            SCHEMES[self.scheme],
            layer_length=1.0,
            steps_per_layer=self.steps_per_layer,
            separate_layers=separate_layers,
        )
