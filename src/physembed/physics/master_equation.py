"""What every master equation has: a linear symbol and a local law."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.coefficient import CoefficientValues, HasCoefficients
from physembed.physics.grid import Grid
from physembed.physics.kerr_law import KerrLaw
from physembed.physics.transforms import transform

Coordinates = Tensor | tuple[Tensor, ...]
"""The grid's t or, in the plane, its (y, x)."""


@dataclass(frozen=True)
class Example:
    """A medium in which an equation shows what it is about, and its solution is checked.

    Parameters
    ----------
    grid : TimeGrid or PlaneGrid
    coefficients : mapping of str to float
        In the grid's units.
    length : float
        How far the field goes.
    steps : int, default=200
        Steps of the best scheme within which an exact solution is met to 1e-6.

    Examples
    --------
    >>> import physembed as pe
    >>> example = pe.KortewegDeVries.example
    >>> example.coefficients, example.length
    ({'a': 6.0, 'b': 1.0}, 4.0)
    """

    grid: Grid
    coefficients: Mapping[str, float]
    length: float
    steps: int = 200


class MasterEquation(HasCoefficients, ABC):
    """An evolution equation dE/dz = L(d/dt) E + i phi(|E|^2, t) E.

    A subclass assigns its :class:`Coefficient` objects, gives the linear symbol, and the local
    law: either a real phase, :meth:`local_phase`, whose step is exact and keeps |E|^2, or any
    :meth:`local_derivative`, whose step is integrated to fourth order. Nothing else is needed to
    propagate it, to train it or to draw it. Convention: with the FFT of torch and numpy, d/dt
    becomes i omega, so an operator D(d/dt) has the symbol D(i omega).

    An equation is a value: what it says must not change after it was made, since tables of it are
    kept. Take a new object for other numbers, such as those of a potential.

    The methods receive the coefficients as attributes of ``c``: real tensors whose last axis is 1,
    so that they broadcast against fields of shape (..., channels, points).

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import torch
    >>> import physembed as pe
    >>> @dataclass(frozen=True)
    ... class Saturable(pe.MasterEquation):  # a Kerr medium that saturates
    ...     beta2 = pe.Coefficient("dispersion", unit="time²/length")
    ...     gamma = pe.Coefficient("nonlinearity", unit="1/(length intensity)")
    ...
    ...     def linear_symbol(self, omega, c):
    ...         return 0.5j * c.beta2 * omega**2
    ...
    ...     def local_phase(self, intensity, t, c):
    ...         return c.gamma * intensity / (1 + intensity)
    >>> flat = torch.ones(16, dtype=torch.complex128)
    >>> out = pe.propagate(
    ...     flat, Saturable(), {"beta2": -1.0, "gamma": 1.0}, pe.TimeGrid(16), check_sampling=False
    ... )
    >>> round(float(out[0].angle()), 3)
    0.5
    """

    local_phase_is_affine: ClassVar[bool] = False
    """Whether the local phase is V(t) + gamma |E|^2: the one form that compiled loops of the CPU
    know, and one of those of a GPU's kernels (:attr:`local_phase_degree`)."""

    local_phase_degree: ClassVar[int] = 0
    """Degree in |E|² of a phase V(t) + γ |E|² + δ |E|⁴ + ... that is not affine; 0 of others."""

    symbol_is_linear: ClassVar[bool] = False
    """Whether the symbol is a sum of coefficients times functions of omega, tabulated once."""

    is_isotropic: ClassVar[bool] = False
    """Whether the symbol is even in omega, so that it also serves in the plane."""

    needs_channels: ClassVar[bool] = False
    """Whether fields must have a channel axis, (..., channels, points), for modes that couple."""

    is_real: ClassVar[bool] = False
    """Whether fields are real arrays, whose transform is a half band (``rfft``)."""

    components: ClassVar[tuple[str, ...]] = ("E",)
    """The coupled fields by name; where they are several, fields are (..., components, points)."""

    couples_linearly: ClassVar[bool] = False
    """Whether the symbol is a matrix (..., components, components) at every frequency."""

    dealiasing: ClassVar[float] = 1.0
    """Share of the band that exponential schemes let the local law see and reach."""

    example: ClassVar[Example | None] = None
    """What the equation is checked and shown with, where it says so itself."""

    is_conservative: ClassVar[bool] = True
    """Whether the local law is a phase, which keeps |E|^2 and can be undone exactly."""

    def __init_subclass__(cls, **options: object) -> None:
        """A law written anew claims nothing that its parent's law could claim."""
        super().__init_subclass__(**options)
        cls.is_conservative = cls.local_derivative is MasterEquation.local_derivative
        if "local_derivative" in vars(cls) and "local_spectrum" not in vars(cls):
            cls.local_spectrum = MasterEquation.local_spectrum  # type: ignore[method-assign]
        of_another_law = {"local_derivative", "local_spectrum"} & vars(cls).keys()
        if of_another_law and "kerr_law" not in vars(cls):
            cls.kerr_law = MasterEquation.kerr_law  # type: ignore[method-assign]
        if "local_phase" in vars(cls) and "local_phase_is_affine" not in vars(cls):
            cls.local_phase_is_affine = False
        if "local_phase" in vars(cls):
            cls.local_phase_degree = vars(cls).get("local_phase_degree", 0)
        if "local_phase" in vars(cls) and "local_phase_is_linear" not in vars(cls):
            cls.local_phase_is_linear = MasterEquation.local_phase_is_linear  # type: ignore[method-assign]
        if "linear_symbol" in vars(cls):
            cls.is_isotropic = vars(cls).get("is_isotropic", False)
            cls.symbol_is_linear = vars(cls).get("symbol_is_linear", False)

    @property
    def terms(self) -> dict[str, tuple[str, ...]]:
        """The terms that can be switched off, and the coefficients that are zero without each."""
        by_term: dict[str, tuple[str, ...]] = {}
        for name, coefficient in self.coefficients.items():
            if coefficient.term is not None:
                by_term[coefficient.term] = (*by_term.get(coefficient.term, ()), name)
        return by_term

    @property
    def local_phase_is_linear(self) -> bool:
        """Whether an affine phase is a sum of coefficients times V(t) + s(t) |E|^2."""
        return False

    def check(self, values: Mapping[str, Tensor], grid: Grid) -> None:
        """Refuse values, or a grid, that the equation has no meaning for.

        Raises
        ------
        InvalidInputError
        """
        if len(grid.shape) > 1 and not self.is_isotropic:
            raise InvalidInputError(
                f"{type(self).__name__} is an equation in time; it has no meaning on {grid!r}."
            )

    @abstractmethod
    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        """L(omega), in 1/length; real or complex, shape broadcast of omega and the coefficients."""

    def local_phase(self, intensity: Tensor, t: Coordinates, c: CoefficientValues) -> Tensor:
        """phi(|E|^2, t), in radians per length; real, shape of ``intensity``. Zero by default."""
        return torch.zeros_like(intensity)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        """dE/dz of everything but the linear part; overridden where it is not a mere phase."""
        intensity = field.real**2 + field.imag**2
        coordinates = tuple(x.to(intensity) for x in grid.coordinates)
        t = coordinates[0] if len(coordinates) == 1 else coordinates
        return 1j * self.local_phase(intensity, t, c) * field

    def local_spectrum(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        """F[dE/dz] of everything but the linear part; overridden where it is at hand."""
        return transform(self.local_derivative(field, grid, c), len(grid.shape))

    def kerr_law(self, grid: Grid, c: CoefficientValues, dtype: torch.dtype) -> KerrLaw | None:
        """The same as a response and a strength, where it is of that form and kernels serve it."""
        return None

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor | None:
        """A solution in closed form, in double precision, or None; ``c`` holds numbers."""
        return None

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        """What does not change along z, by name; each of shape (...)."""
        return {}
