"""An equation's own symbol and local phase, and their derivatives by its coefficients.

They are taken forwards, all of them in one evaluation: the derivative of a table is a table.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.autograd.forward_ad as forward_mode
from torch import Tensor

from physembed.physics import CoefficientValues, MasterEquation

_ONE_AT_A_TIME = threading.RLock()
"""torch has one level of forward mode for all threads of a process."""


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
        intensity = intensities(len(to_powers) - 1).to(t.device)
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
            with _ONE_AT_A_TIME, forward_mode.dual_level():
                dual = forward_mode.make_dual(coefficients.expand(everywhere).contiguous(), moved)
                table, tangent = forward_mode.unpack_dual(tabulated(dual))
            derivatives = torch.zeros_like(table) if tangent is None else tangent
            return table.select(-4, 0), derivatives


def forward_mode_is_free() -> bool:
    """Whether derivatives can be taken forwards: torch does not nest them.

    Another thread of ours that is at it is waited for.
    """
    try:
        with _ONE_AT_A_TIME, forward_mode.dual_level():
            return True
    except RuntimeError:
        return False


def intensities(degree: int) -> Tensor:
    """|E|² by which a polynomial of a degree is known, float64: up to a few times the mean."""
    return torch.arange(degree + 1, dtype=torch.float64) * min(1.0, 3.0 / max(degree, 1))


def powers_of(degree: int) -> Tensor:
    """From a polynomial's values at :func:`intensities` to its coefficients, float64."""
    places = intensities(degree)
    return torch.linalg.inv(places[:, None] ** torch.arange(degree + 1))


def degree_of(equation: MasterEquation) -> int:
    """The degree of the local phase in |E|², where it is such a polynomial; else 0."""
    if not equation.is_conservative:
        return 0
    return 1 if equation.local_phase_is_affine else equation.local_phase_degree
