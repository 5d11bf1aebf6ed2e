"""The embedding itself: a cascade of layers whose coefficients are the trainable numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from physembed._checks import check_choice, check_integer, check_number, check_numbers
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.physics import Grid, MasterEquation, NaturalScale
from physembed.propagation import SCHEMES
from physembed.propagation.gradients import (
    GRADIENTS,
    is_tabulated,
    is_transformed,
    run_layers,
    run_schedule,
)
from physembed.propagation.growth import check_growth
from physembed.propagation.linear_law import fixed_tables
from physembed.propagation.pass_tables import Tables
from physembed.propagation.schedule import Pass, make_schedule


@dataclass(frozen=True)
class Trainable:
    """A coefficient that training may move, in its natural (dimensionless) unit.

    Parameters
    ----------
    start : float or sequence of float
        Where it starts: one number for all layers, or one per layer.
    shared : bool, default=False
        Whether one trained number serves all layers.
    spread : float, default=0.0
        Standard deviation of what is added to ``start``, drawn anew for every layer of every
        network from torch's random state: a way off a point from which no gradient leads.
    span : (float, float) or None, default=None
        Natural units between which a search looks for it, over all layers together; a search's
        rate is in proportion to their distance. None is the coefficient's own span.

    Raises
    ------
    InvalidInputError
        If ``spread`` is negative or not finite, or ``span`` not two numbers in order.
    """

    start: float | Sequence[float]
    shared: bool = False
    spread: float = 0.0
    span: Sequence[float] | None = None

    def __post_init__(self) -> None:
        check_number("spread", self.spread, least=0)
        check_numbers("span", self.span, length=2, optional=True)
        if self.span is None:
            return
        if self.span[0] >= self.span[1]:
            raise InvalidInputError(
                f"span must be two finite numbers in order, or None, got {self.span!r}."
            )
        object.__setattr__(self, "span", (float(self.span[0]), float(self.span[1])))


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
    gradient : {"auto", "autograd", "stored", "reversible"}, default="auto"
        How backpropagation goes through; see :func:`~physembed.propagation.propagate`.

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
        gradient: str = "auto",
    ) -> None:
        super().__init__()
        for argument, value in [("n_layers", n_layers), ("steps_per_layer", steps_per_layer)]:
            check_integer(argument, value, least=1)
        check_choice("scheme", scheme, SCHEMES)
        check_choice("gradient", gradient, GRADIENTS)
        self.gradient = gradient
        self._known: tuple[Tensor, tuple[Pass, ...], Tables] | None = None
        self.equation = equation
        self.grid = grid
        self.n_layers = n_layers
        self.scheme = scheme
        self.steps_per_layer = steps_per_layer
        scale = NaturalScale(grid)
        self.natural_units = {k: equation.natural_unit(k, scale) for k in equation.coefficients}
        self.trainable = nn.ParameterDict()
        self.stated = tuple(name for name in equation.coefficients if name in coefficients)
        self.spans: dict[str, Sequence[float]] = {}
        self._frozen_names: list[str] = []
        self._add_coefficients(coefficients)
        physical = {name: value.detach() for name, value in self.physical().items()}
        equation.check(physical, grid)
        check_growth(equation, physical, grid, self._schedule(), torch.complex64)

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
                if setting.spread:
                    start = start + setting.spread * torch.randn(length)
                self.trainable[name] = nn.Parameter(start)
                self.spans[name] = setting.span or coefficient.span
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
        return {k: values[k].expand(self.n_layers) for k in self.natural_units}

    def physical(self) -> dict[str, Tensor]:
        """Every coefficient in the grid's units, float64, shape (n_layers,)."""
        return {k: v.double() * self.natural_units[k] for k, v in self.dimensionless().items()}

    def forward(self, field: Tensor) -> Tensor:
        values = self.physical()
        return run_schedule(
            field,
            self.equation,
            values,
            self.grid,
            self._schedule(),
            gradient=self.gradient,
            tables=self._tables(values, field),
        )

    def layers(self, field: Tensor) -> Tensor:
        """The field after every layer, shape (n_layers, cases, channels, points)."""
        fields = run_layers(
            field,
            self.equation,
            self.physical(),
            self.grid,
            self._schedule(separate_layers=True),
            gradient=self.gradient,
        )
        return torch.stack(fields)

    def _tables(self, values: Mapping[str, Tensor], field: Tensor) -> Tables | None:
        """The tables of these values, made once and kept until a value changes.

        None where a gradient flows to a coefficient, which goes through the making of the tables,
        where the local phase is not affine, and under a transformation of torch.
        """
        needs_gradient = torch.is_grad_enabled() and any(v.requires_grad for v in values.values())
        if needs_gradient or not is_tabulated(self.equation) or is_transformed():
            return None
        key, schedule = torch.stack(list(values.values())), self._schedule()
        if self._known is not None:
            known_key, known_schedule, known = self._known
            same_place = known_key.device == key.device and known.transfer.dtype == field.dtype
            if same_place and known_schedule == schedule and torch.equal(known_key, key):
                return known
        # kept for any later call, which may be outside of inference mode
        with torch.inference_mode(False), torch.no_grad():
            values = {name: value.clone() for name, value in values.items()}
            tables = fixed_tables(self.equation, values, self.grid, schedule, field.dtype)
        self._known = (key, schedule, tables)
        return tables

    def __getstate__(self) -> dict[str, object]:
        """Without what is quickly made again."""
        return {**self.__dict__, "_known": None}

    def _schedule(self, *, separate_layers: bool = False) -> tuple[Pass, ...]:
        return make_schedule(
            self.scheme,
            self.n_layers,
            steps_per_layer=self.steps_per_layer,
            separate_layers=separate_layers,
        )
