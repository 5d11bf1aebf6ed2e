"""An equation's own symbol and local phase, and their derivatives by its coefficients.

They are taken forwards, all of them in one evaluation: the derivative of a table is a table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.autograd.forward_ad as forward_mode
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation, NaturalScale

N_DRAWS = 8
"""Media of random coefficients by which a law's structure is found out."""

ROUNDING = 1e-12
"""Of differences of phases."""


@dataclass(frozen=True)
class Law:
    """An equation whose coefficients are the entries of a tensor, in this order.

    Coefficients are float64 of shape (members, layers, names); ``directions``, (wanted, names), are
    one at each coefficient by which is differentiated, and zero at all others.
    """

    equation: MasterEquation
    names: tuple[str, ...]

    def symbol(
        self, coefficients: Tensor, omega: Tensor, directions: Tensor
    ) -> tuple[Tensor, Tensor]:
        """L(ω), (members, layers, points), and ∂L/∂c, (wanted, members, layers, points)."""

        def symbol(c: CoefficientValues) -> Tensor:
            return self.equation.linear_symbol(omega, c).to(torch.complex128)

        return self._with_derivatives(symbol, coefficients, directions, (len(omega),))

    def phase(
        self, coefficients: Tensor, t: Tensor, directions: Tensor, to_powers: Tensor
    ) -> tuple[Tensor, Tensor]:
        """V(t), s(t), ... of a local phase V + s |E|² + ..., and their derivatives, float64.

        (powers, members, layers, points) and (powers, wanted, members, layers, points): powers of
        |E|² come first. ``to_powers`` is that of :func:`powers_of`.
        """
        size = (len(to_powers), len(t))
        # all intensities at once, along an axis before that of what is differentiated by
        intensity = torch.arange(len(to_powers), dtype=torch.float64, device=t.device)
        intensity = intensity[:, None, None, None, None].expand(-1, 1, 1, 1, len(t))

        def phase(c: CoefficientValues) -> Tensor:
            return self.equation.local_phase(intensity, t, c)

        tables, of_tables = self._with_derivatives(phase, coefficients, directions, size)
        return torch.tensordot(to_powers, tables, 1), torch.tensordot(to_powers, of_tables, 1)

    def _with_derivatives(
        self,
        law: Callable[[CoefficientValues], Tensor],
        coefficients: Tensor,
        directions: Tensor,
        size: tuple[int, ...],
    ) -> tuple[Tensor, Tensor]:
        """What a law gives, and its derivatives, (.., wanted, members, layers, points).

        ``size`` is that of the axes before, and the number of points.
        """
        *leading, n_points = size

        def tabulated(values: Tensor) -> Tensor:
            c = {name: values[..., k, None] for k, name in enumerate(self.names)}
            table = law(CoefficientValues(**c))
            return table.expand(*leading, *values.shape[:-1], n_points)

        n_wanted = len(directions)
        with torch.no_grad():
            if not n_wanted:
                table = tabulated(coefficients[None])
                return table.select(-4, 0), table[..., :0, :, :, :]
            # every coefficient has an ensemble of its own, in which it alone is moved
            everywhere = (n_wanted, *coefficients.shape)
            moved = directions[:, None, None].expand(everywhere).contiguous()
            with forward_mode.dual_level():
                dual = forward_mode.make_dual(coefficients.expand(everywhere).contiguous(), moved)
                table, tangent = forward_mode.unpack_dual(tabulated(dual))
            derivatives = torch.zeros_like(table) if tangent is None else tangent
            return table.select(-4, 0), derivatives


def forward_mode_is_free() -> bool:
    """Whether derivatives can be taken forwards: torch does not nest them."""
    try:
        with forward_mode.dual_level():
            return True
    except RuntimeError:
        return False


def powers_of(degree: int) -> Tensor:
    """From a polynomial's values at 0, 1, ... to its coefficients, float64."""
    places = torch.arange(degree + 1, dtype=torch.float64)
    return torch.linalg.inv(places[:, None] ** places)


def degree_of(equation: MasterEquation) -> int:
    """The degree of the local phase in |E|², where it is such a polynomial; else 0."""
    if not equation.is_conservative:
        return 0
    return 1 if equation.local_phase_is_affine else equation.local_phase_degree


@dataclass(frozen=True)
class LawStructure:
    """What of a law its coefficients act upon, whatever their values.

    Parameters
    ----------
    symbols, potentials, slopes : tuple of str
        The coefficients that L, V, and what powers of |E|² are multiplied by, depend on.
    has_potential : bool
        Whether there is any V.
    gain_is_flat : bool
        Whether Re L is the same for all frequencies.
    slope_is_flat : bool
        Whether s is the same for all points.
    is_polynomial : bool
        Whether the local phase is of the degree that it is said to be.
    """

    symbols: tuple[str, ...]
    potentials: tuple[str, ...]
    slopes: tuple[str, ...]
    has_potential: bool
    gain_is_flat: bool
    slope_is_flat: bool
    is_polynomial: bool


@lru_cache(maxsize=64)
def structure_of(
    equation: MasterEquation, names: tuple[str, ...], grid: Grid
) -> LawStructure | None:
    """The structure of a law whose local phase is a polynomial; None where torch cannot
    differentiate it forwards.

    It is that of random media of a tenth of a natural unit up to ten, of either sign.
    """
    with torch.inference_mode(False), torch.no_grad():
        coefficients = _random_media(equation, names, grid)
        (t,) = grid.coordinates
        law, each = Law(equation, names), torch.eye(len(names), dtype=torch.float64)
        # one power more than there should be
        to_powers = powers_of(degree_of(equation) + 1)
        try:
            symbol, of_symbol = law.symbol(coefficients, grid.omega, each)
            phase, of_phase = law.phase(coefficients, t, each, to_powers)
        except (NotImplementedError, RuntimeError):
            return None
        v, *slopes, beyond = phase
        of_v, *of_slopes, _ = of_phase
        # a slope is a difference of phases, and as exact as they are
        size = phase.abs().sum(dim=0).amax(dim=-1, keepdim=True)
        sizes = of_phase.abs().amax(dim=(0, 2, 3, 4))
        return LawStructure(
            _acting(names, of_symbol),
            _acting(names, of_v, sizes),
            _acting(names, torch.cat(of_slopes, dim=1), sizes),
            bool(v.any()),
            bool((symbol.real == symbol.real[..., :1]).all()),
            all(bool(((s - s[..., :1]).abs() <= ROUNDING * size).all()) for s in slopes),
            bool((beyond.abs() <= ROUNDING * size).all()),
        )


def _acting(
    names: tuple[str, ...], derivatives: Tensor, sizes: Tensor | None = None
) -> tuple[str, ...]:
    """Those by which a derivative is not zero, or not by rounding."""
    largest = derivatives.abs().amax(dim=(1, 2, 3))
    acts = largest > (0.0 if sizes is None else ROUNDING * sizes)
    return tuple(name for name, does in zip(names, acts.tolist(), strict=True) if does)


def _random_media(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> Tensor:
    """Coefficients (1, draws, names)."""
    generator = torch.Generator().manual_seed(0)
    scale = NaturalScale(grid)
    units = torch.tensor([equation.natural_unit(name, scale) for name in names])
    draws = torch.rand(2, N_DRAWS, len(names), dtype=torch.float64, generator=generator)
    signs = torch.where(draws[0] < 0.5, -1.0, 1.0)
    return (signs * 10 ** (2 * draws[1] - 1) * units.double())[None]
