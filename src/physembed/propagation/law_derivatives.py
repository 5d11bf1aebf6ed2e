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


def symbol_of(
    equation: MasterEquation,
    coefficients: Tensor,
    names: tuple[str, ...],
    omega: Tensor,
    directions: Tensor,
) -> tuple[Tensor, Tensor]:
    """L(ω), (members, layers, points), and ∂L/∂c, (wanted, members, layers, points); complex128.

    Parameters
    ----------
    equation : MasterEquation
    coefficients : float64 Tensor of shape (members, layers, names)
    names : tuple of str
    omega : float64 Tensor of shape (points,)
    directions : float64 Tensor of shape (wanted, names)
        One at each coefficient by which is differentiated, and zero at all others.
    """

    def symbol(c: CoefficientValues) -> Tensor:
        return equation.linear_symbol(omega, c).to(torch.complex128)

    return _with_derivatives(symbol, coefficients, names, directions, (len(omega),))


def phase_of(
    equation: MasterEquation,
    coefficients: Tensor,
    names: tuple[str, ...],
    t: Tensor,
    directions: Tensor,
) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """V(t) and s(t) of an affine local phase, and their derivatives, as :func:`symbol_of`."""
    n_points = len(t)
    # both intensities at once, along an axis before that of what is differentiated by
    dark = torch.zeros(1, 1, 1, n_points, dtype=torch.float64, device=t.device)
    intensity = torch.stack([dark, dark + 1])

    def phase(c: CoefficientValues) -> Tensor:
        return equation.local_phase(intensity, t, c)

    (v, one), (of_v, of_one) = _with_derivatives(
        phase, coefficients, names, directions, (2, n_points)
    )
    return (v, one - v), (of_v, of_one - of_v)


def _with_derivatives(
    law: Callable[[CoefficientValues], Tensor],
    coefficients: Tensor,
    names: tuple[str, ...],
    directions: Tensor,
    size: tuple[int, ...],
) -> tuple[Tensor, Tensor]:
    """What a law gives, and its derivatives, (.., wanted, members, layers, points).

    ``size`` is that of the axes before, and the number of points.
    """
    *leading, n_points = size

    def tabulated(values: Tensor) -> Tensor:
        c = {name: values[..., k, None] for k, name in enumerate(names)}
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


@dataclass(frozen=True)
class LawStructure:
    """What of a law its coefficients act upon, whatever their values.

    Parameters
    ----------
    symbols, potentials, slopes : tuple of str
        The coefficients that L, V and s depend on.
    has_potential : bool
        Whether there is any V.
    gain_is_flat : bool
        Whether Re L is the same for all frequencies.
    slope_is_flat : bool
        Whether s is the same for all points.
    """

    symbols: tuple[str, ...]
    potentials: tuple[str, ...]
    slopes: tuple[str, ...]
    has_potential: bool
    gain_is_flat: bool
    slope_is_flat: bool


@lru_cache(maxsize=64)
def structure_of(
    equation: MasterEquation, names: tuple[str, ...], grid: Grid
) -> LawStructure | None:
    """The structure of a law whose local phase is affine; None where torch cannot differentiate it.

    It is that of random media of a tenth of a natural unit up to ten, of either sign.
    """
    with torch.inference_mode(False), torch.no_grad():
        coefficients = _random_media(equation, names, grid)
        (t,) = grid.coordinates
        each = torch.eye(len(names), dtype=torch.float64)
        try:
            symbol, of_symbol = symbol_of(equation, coefficients, names, grid.omega, each)
            (v, s), (of_v, of_s) = phase_of(equation, coefficients, names, t, each)
        except (NotImplementedError, RuntimeError):
            return None
        # a slope is a difference of phases, and as exact as they are
        rounding = 1e-12 * (1 + v.abs().amax(dim=-1, keepdim=True))
        return LawStructure(
            _acting(names, of_symbol),
            _acting(names, of_v),
            _acting(names, of_s),
            bool(v.any()),
            bool((symbol.real == symbol.real[..., :1]).all()),
            bool(((s - s[..., :1]).abs() <= rounding).all()),
        )


def _acting(names: tuple[str, ...], derivatives: Tensor) -> tuple[str, ...]:
    return tuple(name for name, table in zip(names, derivatives, strict=True) if bool(table.any()))


def _random_media(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> Tensor:
    """Coefficients (1, draws, names)."""
    generator = torch.Generator().manual_seed(0)
    scale = NaturalScale(grid)
    units = torch.tensor([equation.natural_unit(name, scale) for name in names])
    draws = torch.rand(2, N_DRAWS, len(names), dtype=torch.float64, generator=generator)
    signs = torch.where(draws[0] < 0.5, -1.0, 1.0)
    return (signs * 10 ** (2 * draws[1] - 1) * units.double())[None]
