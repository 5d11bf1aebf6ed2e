"""The embedding itself: a cascade of layers whose coefficients are the trainable numbers."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from physembed._checks import check_choice
from physembed.networks.coefficients import CoefficientModule, CoefficientSetting
from physembed.networks.sizes import check_steps
from physembed.physics import (
    CoefficientValues,
    FieldEquation,
    Grid,
    MasterEquation,
    NaturalScale,
    TimeGrid,
)
from physembed.physics.coefficient import layer_lengths
from physembed.physics.on_device import numbers_on, omega_on
from physembed.physics.transforms import is_transformed
from physembed.propagation.bounds import bounds_of, coefficient_rows
from physembed.propagation.exponential import EXPONENTIAL_SCHEMES
from physembed.propagation.gradients import (
    GRADIENTS,
    is_tabulated,
    needs_gradient,
    run_layers,
    run_schedule,
)
from physembed.propagation.growth import check_growth, check_step_growth
from physembed.propagation.linear_law import fixed_tables
from physembed.propagation.pass_tables import Tables
from physembed.propagation.schedule import ALL_SCHEMES, Pass, make_schedule


class Medium(CoefficientModule):
    """A cascade of layers of a medium, as a module from field to field.

    The fields of an equation that are not one complex one are made of it and seen as one: see
    :func:`launched` and :func:`seen`.

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
    layer_length : float or sequence of float, default=1.0
        Of all layers, or of each, beside that of a layer of the natural units.

    Attributes
    ----------
    lengths : tuple of float
        Of the layers.

    Raises
    ------
    InvalidInputError
        If a coefficient is missing, unknown, or has not one value per layer; or a length.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> medium = pe.Medium(
    ...     pe.NonlinearSchrodinger(),
    ...     pe.TimeGrid(64),
    ...     {"beta2": pe.Trainable(0.3), "gamma": pe.Trainable(0.1, shared=True)},
    ...     n_layers=4,
    ... )
    >>> {name: tuple(values.shape) for name, values in medium.named_parameters()}
    {'trainable.beta2': (4,), 'trainable.gamma': (1,)}
    >>> medium(torch.ones(2, 1, 64, dtype=torch.complex64)).shape
    torch.Size([2, 1, 64])
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
        layer_length: float | Sequence[float] = 1.0,
    ) -> None:
        check_steps(n_layers, steps_per_layer)
        check_choice("scheme", scheme, ALL_SCHEMES)
        check_choice("gradient", gradient, GRADIENTS)
        super().__init__(equation, coefficients, NaturalScale(grid), n_layers)
        self.gradient = gradient
        self._known: tuple[Tensor, tuple[Pass, ...], Tables] | None = None
        self._known_transfer: tuple[Tensor, Tensor] | None = None
        self.equation = equation
        self.grid = grid
        self.n_layers = n_layers
        self.lengths = layer_lengths(layer_length, n_layers)
        self.scheme = scheme
        self.steps_per_layer = steps_per_layer
        physical = {name: value.detach() for name, value in self.physical().items()}
        equation.check(physical, grid)
        schedule = self.schedule()
        if isinstance(equation, FieldEquation) or scheme in EXPONENTIAL_SCHEMES:
            check_step_growth(equation, physical, grid, schedule, torch.complex64)
        else:
            rows = coefficient_rows(physical, n_layers)
            bounds = bounds_of(equation, rows, tuple(physical), grid)
            check_growth(equation, physical, grid, schedule, torch.complex64, bounds=bounds)

    def symbol(self, omega: Tensor | None = None) -> Tensor:
        """L(ω) of every layer times its length, complex128, with gradients to the coefficients.

        Parameters
        ----------
        omega : Tensor or None, default=None
            Angular frequencies, float64; None: the grid's, in FFT order.

        Returns
        -------
        Tensor of shape (n_layers, *omega.shape)
        """
        values = self.physical()
        device = next(iter(values.values())).device if values else None
        omega = omega_on(self.grid, device) if omega is None else omega.to(device)
        axes = [1] * omega.ndim
        c = CoefficientValues(**{k: v.reshape(-1, *axes) for k, v in values.items()})
        symbol = torch.as_tensor(self.equation.linear_symbol(omega, c))
        lengths = numbers_on(tuple(self.lengths), torch.float64, symbol.device)
        symbol = symbol.to(torch.complex128) * lengths.reshape(-1, *axes)
        return symbol.expand(self.n_layers, *omega.shape)

    def is_linear(self) -> bool:
        """Whether the local law is the identity, whatever its trainable coefficients are."""
        equation, grid = self.equation, self.grid
        is_affine = equation.is_conservative and equation.local_phase_is_affine
        if equation.needs_channels or not is_affine or not isinstance(grid, TimeGrid):
            return False
        values = {
            name: torch.ones(self.n_layers, dtype=torch.float64)
            if name in self.trainable
            else value.detach().cpu()
            for name, value in self.physical().items()
        }
        c = CoefficientValues(**{name: value[:, None] for name, value in values.items()})
        return all(
            bool((equation.local_phase(intensity, grid.t, c) == 0).all())
            for intensity in (torch.zeros_like(grid.t), torch.ones_like(grid.t))
        )

    def transfer(self, part: slice | None = None) -> Tensor:
        """H(ω) of all layers without the local law: exp of the summed symbols.

        Made once and kept until a value changes, as the tables are; a part of it is made anew.

        Parameters
        ----------
        part : slice or None, default=None
            Of the frequencies; None is all.

        Returns
        -------
        Tensor of shape (points,), complex128
        """
        if part is not None:
            # torch computes real functions several at a time, and exp of complex numbers does not
            exponent = self.symbol(self.grid.omega[part]).sum(dim=0)
            size, phase = torch.exp(exponent.real), exponent.imag
            return torch.complex(size * torch.cos(phase), size * torch.sin(phase))
        values = self.physical()
        off_cpu = any(value.device.type != "cpu" for value in values.values())
        if not values or off_cpu or needs_gradient(*values.values()) or is_transformed():
            return torch.exp(self.symbol().sum(dim=0))
        key = torch.stack(list(values.values()))
        if self._known_transfer is None or not _is_same(self._known_transfer[0], key):
            # kept for any later call, which may be outside of inference mode
            with torch.inference_mode(False), torch.no_grad():
                self._known_transfer = (key, torch.exp(self.symbol().sum(dim=0)))
        return self._known_transfer[1]

    def forward(self, field: Tensor) -> Tensor:
        values = self.physical()
        is_other = isinstance(self.equation, FieldEquation)
        left = run_schedule(
            launched(field, self.equation, len(self.grid.shape)) if is_other else field,
            self.equation,
            values,
            self.grid,
            self.schedule(),
            gradient=self.gradient,
            tables=self._tables(values, field),
        )
        return seen(left, self.equation, len(self.grid.shape)) if is_other else left

    def layers(self, field: Tensor) -> Tensor:
        """The field after every layer, shape (n_layers, cases, channels, points)."""
        fields = run_layers(
            launched(field, self.equation, len(self.grid.shape)),
            self.equation,
            self.physical(),
            self.grid,
            self.schedule(separate_layers=True),
            gradient=self.gradient,
        )
        return seen(torch.stack(fields), self.equation, len(self.grid.shape))

    def _tables(self, values: Mapping[str, Tensor], field: Tensor) -> Tables | None:
        """The tables of these values, made once and kept until a value changes.

        None where a gradient flows to a coefficient, which goes through the making of the tables,
        where the local phase is not affine, and under a transformation of torch.
        """
        # a GPU makes them as quickly as it would be asked whether a value has changed
        off_cpu = field.device.type != "cpu"
        if off_cpu or needs_gradient(*values.values()) or not is_tabulated(self.equation):
            return None
        if self.scheme in EXPONENTIAL_SCHEMES:
            return None
        if is_transformed():
            return None
        key, schedule = torch.stack(list(values.values())), self.schedule()
        if self._known is not None:
            known_key, known_schedule, known = self._known
            same_field = known.transfer.dtype == field.dtype
            if same_field and known_schedule == schedule and _is_same(known_key, key):
                return known
        # kept for any later call, which may be outside of inference mode
        with torch.inference_mode(False), torch.no_grad():
            values = {name: value.clone() for name, value in values.items()}
            tables = fixed_tables(self.equation, values, self.grid, schedule, field.dtype)
        self._known = (key, schedule, tables)
        return tables

    def __getstate__(self) -> dict[str, object]:
        """Without what is quickly made again."""
        return {**self.__dict__, "_known": None, "_known_transfer": None}

    def schedule(self, *, separate_layers: bool = False) -> tuple[Pass, ...]:
        """The passes of the cascade; see :func:`~physembed.propagation.schedule.make_schedule`."""
        return make_schedule(
            self.scheme,
            self.n_layers,
            layer_length=self.lengths,
            steps_per_layer=self.steps_per_layer,
            separate_layers=separate_layers,
        )


def launched(field: Tensor, equation: MasterEquation, n_axes: int = 1) -> Tensor:
    """A complex field (..., *grid) as the equation's fields: the first is it, the others at rest.

    Of an equation of real fields it is the real part. The grid has ``n_axes``.
    """
    if not isinstance(equation, FieldEquation):
        return field
    first = field.real if equation.is_real and field.is_complex() else field
    rest = [torch.zeros_like(first)] * (len(equation.components) - 1)
    return torch.stack([first, *rest], dim=-n_axes - 1) if rest else first


SATURATION = 1e3
"""Beyond which a detector of fields that may grow without limit shows no more."""


def seen(fields: Tensor, equation: MasterEquation, n_axes: int = 1) -> Tensor:
    """What detectors see of an equation's fields, a complex field (..., *grid).

    Of real fields u + i v, the first two; of complex ones the first. Detectors saturate at
    :data:`SATURATION`: a law may carry a field to infinity on its way.
    """
    if not isinstance(equation, FieldEquation):
        return fields
    several = len(equation.components) > 1
    first = fields.select(-n_axes - 1, 0) if several else fields
    if not equation.is_real:
        return torch.complex(_saturated(first.real), _saturated(first.imag))
    second = _saturated(fields.select(-n_axes - 1, 1)) if several else torch.zeros_like(first)
    return torch.complex(_saturated(first), second)


def _saturated(field: Tensor) -> Tensor:
    return torch.nan_to_num(field, nan=SATURATION).clamp(-SATURATION, SATURATION)


def _is_same(known: Tensor, values: Tensor) -> bool:
    return known.device == values.device and torch.equal(known, values)
