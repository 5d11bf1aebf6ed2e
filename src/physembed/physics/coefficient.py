"""Coefficients of a medium and the natural units in which they are trained."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from physembed._checks import check_number, check_numbers, is_number
from physembed.errors import InvalidInputError
from physembed.physics.grid import Grid


@dataclass(frozen=True)
class NaturalScale:
    """What a coefficient's natural unit may depend on.

    Parameters
    ----------
    grid : TimeGrid or PlaneGrid
        The grid of the field.
    layer_length : float
        Length of one layer, in units of the propagation coordinate.
    mean_intensity : float, default=1.0
        Mean of |E|^2 of the fields that enter the medium.

    Examples
    --------
    >>> import math
    >>> import physembed as pe
    >>> scale = pe.NaturalScale(pe.TimeGrid(128, spacing=0.5), layer_length=2.0)
    >>> unit = pe.NonlinearSchrodinger().natural_unit("beta2", scale)
    >>> unit == 128 * 0.5**2 / (2 * math.pi) / 2.0  # N dt² / 2π in all, over the length
    True
    """

    grid: Grid
    layer_length: float = 1.0
    mean_intensity: float = 1.0


NaturalUnit = Callable[[Any, NaturalScale], float]


def per_layer(equation: Any, scale: NaturalScale) -> float:
    """One neper (or radian) per layer: 1 / h."""
    return 1.0 / scale.layer_length


def far_field_dispersion(order: int = 2) -> NaturalUnit:
    """The dispersion of an order k that delays the band's edge by half the window.

    Frequency omega is delayed by beta_k omega^(k-1) h / (k-1)!, the edge is π/dt, half the window
    N dt / 2. For k = 2 it is N dt^2 / 2πh, which spreads the whole band over the window once.
    """

    def natural(equation: Any, scale: NaturalScale) -> float:
        edge = math.pi / scale.grid.spacing
        delay = edge ** (order - 1) * scale.layer_length / math.factorial(order - 1)
        return scale.grid.window / 2 / delay

    return natural


REFERENCE_POINTS = 16
"""Points of the wave on which the terms of :func:`wave_rate` act at the rate of one per layer."""


def wave_rate(*, derivatives: int = 0, amplitudes: int = 0) -> NaturalUnit:
    """The coefficient of uᵖ ∂ⁿu/∂tⁿ that turns, or damps, a wave of sixteen points by one a layer.

    u is the root of the mean intensity, and the wave's angular frequency Ω = 2π/16 dt, so that it
    is 1 / (Ωⁿ uᵖ h). In these units all terms of an equation act at comparable rates.
    """

    def natural(equation: Any, scale: NaturalScale) -> float:
        omega = 2 * math.pi / (REFERENCE_POINTS * scale.grid.spacing)
        amplitude = math.sqrt(scale.mean_intensity)
        return 1.0 / (omega**derivatives * amplitude**amplitudes * scale.layer_length)

    return natural


def reference_frequency(equation: Any, scale: NaturalScale) -> float:
    """The angular frequency of a wave of sixteen points."""
    return 2 * math.pi / (REFERENCE_POINTS * scale.grid.spacing)


def radian_at_mean_intensity(equation: Any, scale: NaturalScale) -> float:
    """The nonlinearity that turns the phase by one radian per layer at the mean intensity."""
    return 1.0 / (scale.mean_intensity * scale.layer_length)


def mean_intensity(equation: Any, scale: NaturalScale) -> float:
    """The mean intensity itself."""
    return scale.mean_intensity


def mean_amplitude_per_layer(equation: Any, scale: NaturalScale) -> float:
    """The root of the mean intensity, per layer."""
    return math.sqrt(scale.mean_intensity) / scale.layer_length


def point_spacing(equation: Any, scale: NaturalScale) -> float:
    """The distance of neighbouring points."""
    return scale.grid.spacing


def one(equation: Any, scale: NaturalScale) -> float:
    """A pure number."""
    return 1.0


class Coefficient:
    """A named number of a medium; assigned in the body of an equation or potential.

    Parameters
    ----------
    description : str
        The field's term for it, such as "group-velocity dispersion".
    unit : str
        Its unit in terms of time, length and intensity.
    natural : callable, default=per_layer
        ``natural(owner, scale)`` gives the value that a dimensionless 1 stands for, so that a
        learning rate means the same on every grid.
    default : float or None, default=None
        Value taken where none is given; None makes the coefficient required.
    span : (float, float), default=(-2, 2)
        Natural units between which a search looks for it, over all layers together.
    free_form : bool, default=False
        Whether it is one of many numbers of a mask, which mean something only together.
    term : str or None, default=None
        The term of the equation that vanishes with it, such as "dispersion", by which it can be
        switched off; None where zero switches nothing off.

    Examples
    --------
    >>> import physembed as pe
    >>> beta2 = pe.NonlinearSchrodinger().coefficients["beta2"]
    >>> beta2.description, beta2.unit, beta2.term
    ('group-velocity dispersion', 'time²/length', 'dispersion')
    """

    name: str

    def __init__(
        self,
        description: str,
        *,
        unit: str,
        natural: NaturalUnit = per_layer,
        default: float | None = None,
        span: tuple[float, float] = (-2.0, 2.0),
        free_form: bool = False,
        term: str | None = None,
    ) -> None:
        self.description = description
        self.unit = unit
        self.natural = natural
        self.default = default
        self.span = span
        self.free_form = free_form
        self.term = term

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Coefficient({self.description!r}, unit={self.unit!r}, default={self.default})"


class CoefficientValues:
    """The coefficients' values as attributes: real tensors that broadcast against the grid."""

    # not a SimpleNamespace, which torch.compile does not know
    def __init__(self, **values: Tensor) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Tensor:
        raise AttributeError(f"there is no coefficient {name!r}, only {', '.join(vars(self))}")


def count_members(values: Mapping[str, Tensor]) -> int:
    """The number of members of an ensemble; 0 where there is none."""
    return next((value.shape[0] for value in values.values() if value.ndim == 2), 0)


def of_member(values: Mapping[str, Tensor], member: int) -> dict[str, Tensor]:
    """The coefficients of one member of an ensemble, of shape () or (n_layers,)."""
    return {
        name: value if value.ndim < 2 else value[member, 0 if value.shape[1] == 1 else slice(None)]
        for name, value in values.items()
    }


def at_layer(values: Mapping[str, Tensor], layer: int) -> CoefficientValues:
    """The coefficients of one layer, of shape (1,), as attributes."""
    return CoefficientValues(
        **{k: (v if v.ndim == 0 else v[layer]).reshape(1) for k, v in values.items()}
    )


def at_every_layer(values: Mapping[str, Tensor], n_layers: int) -> list[CoefficientValues]:
    """The coefficients of every layer, and of every member of an ensemble one after the other."""
    members = count_members(values)
    each = [of_member(values, k) for k in range(members)] if members else [dict(values)]
    return [at_layer(one, layer) for one in each for layer in range(n_layers)]


def layer_lengths(
    given: float | Sequence[float], n_layers: int, *, may_be_more: bool = False
) -> tuple[float, ...]:
    """The length of every layer; with ``may_be_more`` as many as are given, where some are.

    Raises
    ------
    InvalidInputError
        If one is not a number above zero, or there is not one for each layer.
    """
    if not isinstance(given, (list, tuple)):
        check_number("layer_length", given, above=0)
        assert is_number(given)
        return (float(given),) * n_layers
    check_numbers("layer_length", given)
    for k, length in enumerate(given):
        check_number(f"layer_length[{k}]", length, above=0)
    if len(given) != n_layers and not may_be_more:
        raise InvalidInputError(
            f"layer_length must be one number, or one for each of the {n_layers} layers, got "
            f"{len(given)}."
        )
    return tuple(float(length) for length in given)


class HasCoefficients:
    """What has coefficients: an equation, a potential, an element.

    A subclass assigns :class:`Coefficient` objects in its body; one whose coefficients depend on
    its arguments gives :attr:`coefficients` itself.
    """

    _declared: ClassVar[dict[str, Coefficient]] = {}
    """The coefficients that a class and its bases declare, in the order of declaration."""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        declared: dict[str, Coefficient] = {}
        for base in reversed(cls.__mro__):
            declared.update({k: v for k, v in vars(base).items() if isinstance(v, Coefficient)})
        cls._declared = declared

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        """The coefficients by name, in the order of declaration."""
        return dict(self._declared)

    def natural_unit(self, name: str, scale: NaturalScale) -> float:
        """The value of coefficient ``name`` that a dimensionless 1 stands for."""
        return self.coefficients[name].natural(self, scale)
