"""Coefficients as numbers that are trained or frozen, and the modules that hold them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from physembed._checks import check_number, check_numbers, shown
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.physics import NaturalScale
from physembed.physics.coefficient import HasCoefficients
from physembed.physics.on_device import numbers_on


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

    Examples
    --------
    >>> import physembed as pe
    >>> pe.Trainable(0.3)  # a number of its own for every layer
    Trainable(start=0.3, shared=False, spread=0.0, span=None)
    >>> pe.Trainable(0.3, shared=True).shared
    True
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


class CoefficientModule(nn.Module):
    """A module whose numbers are the coefficients of an equation or an element.

    Trainable ones are real parameters in natural units, of shape (n_values,) or, shared, (1,);
    frozen ones are buffers.

    Parameters
    ----------
    owner : HasCoefficients
        What has the coefficients.
    settings : mapping of str to Trainable, float or sequence of float
        Every coefficient that has no default.
    scale : NaturalScale
    n_values : int
        How many values a coefficient has: one per layer.

    Raises
    ------
    InvalidInputError
        If a coefficient is missing, unknown, or has not one value, or ``n_values`` of them.
    """

    def __init__(
        self,
        owner: HasCoefficients,
        settings: Mapping[str, CoefficientSetting],
        scale: NaturalScale,
        n_values: int,
    ) -> None:
        super().__init__()
        known, kind = owner.coefficients, type(owner).__name__
        self.n_values = n_values
        self.natural_units = {name: owner.natural_unit(name, scale) for name in known}
        self.stated = tuple(name for name in known if name in settings)
        self.trainable = nn.ParameterDict()
        self.spans: dict[str, Sequence[float]] = {}
        for name in settings:
            if name not in known:
                raise UnknownNameError(f"coefficient of {kind}", name, list(known))
        for name, coefficient in known.items():
            setting = settings.get(name, coefficient.default)
            if setting is None:
                raise InvalidInputError(
                    f"coefficient {name!r} ({coefficient.description}) of {kind} is missing."
                )
            values = layer_values(name, setting, n_values)
            if isinstance(setting, Trainable):
                if setting.spread:
                    values = values + setting.spread * torch.randn(len(values))
                self.trainable[name] = nn.Parameter(values)
                self.spans[name] = setting.span or coefficient.span
            else:
                self.register_buffer(f"frozen_{name}", values)

    def dimensionless(self) -> dict[str, Tensor]:
        """Every coefficient in natural units, shape (n_values,), in the order of declaration."""
        trained = dict(self.trainable.items())
        return {
            name: (trained[name] if name in trained else self.get_buffer(f"frozen_{name}")).expand(
                self.n_values
            )
            for name in self.natural_units
        }

    def physical(self) -> dict[str, Tensor]:
        """Every coefficient in the grid's units, float64, shape (n_values,)."""
        trained = dict(self.trainable.items())
        frozen = {
            name: self.get_buffer(f"frozen_{name}")
            for name in self.natural_units
            if name not in trained
        }
        # apart, since those of the one kind have gradients
        values = {**self._in_units(trained), **self._in_units(frozen)}
        return {name: values[name].expand(self.n_values) for name in self.natural_units}

    def _in_units(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Numbers in natural units as float64 in the grid's, all in a single product."""
        if not values:
            return {}
        lengths = [len(value) for value in values.values()]
        units = tuple(
            unit
            for name, length in zip(values, lengths, strict=True)
            for unit in [self.natural_units[name]] * length
        )
        together = torch.cat(list(values.values()))
        physical = together.double() * numbers_on(units, torch.float64, together.device)
        return dict(zip(values, physical.split(lengths), strict=True))


def layer_values(name: str, setting: CoefficientSetting, n_layers: int) -> Tensor:
    """What a setting says of every layer, or of a shared coefficient once.

    Raises
    ------
    InvalidInputError
        If it is not one finite number, or one for each.
    """
    is_shared = isinstance(setting, Trainable) and setting.shared
    value, length = getattr(setting, "start", setting), 1 if is_shared else n_layers
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(
            f"coefficient {name!r} must be one number or {length} numbers, got {shown(value)}."
        ) from error
    if np.asarray(value).dtype == bool:
        raise InvalidInputError(f"coefficient {name!r} must be a number, got {shown(value)}.")
    tensor = torch.from_numpy(numbers).float()
    if tensor.ndim > 1 or (tensor.ndim == 1 and tensor.shape[0] != length):
        raise InvalidInputError(
            f"coefficient {name!r} must be one number or {length} numbers, one per layer; "
            f"got {shown(value)}."
        )
    if not bool(torch.isfinite(tensor).all()):
        raise InvalidInputError(f"coefficient {name!r} must be finite, got {shown(value)}.")
    return tensor.expand(length).clone()
