"""Exponential integrators: the linear part exactly, the rest by a Runge-Kutta method around it.

Where splitting is poor, because the rest has derivatives or linear and local part do not commute,
they keep their order and take steps as long as the rest alone allows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.derivatives import band, to_field, to_spectrum
from physembed.propagation.phi_functions import phi_functions, phi_matrices

Rest = Callable[[Tensor], Tensor]
"""The transform of N of a field's transform."""


@dataclass(frozen=True)
class Weights:
    """What multiplies transforms within a step h: φₖ of L h, and φ₀ and φ₁ of half a step.

    Parameters
    ----------
    whole : list of Tensor
        [φ₀, φ₁, φ₂, φ₃] over the band, per component or as matrices.
    half : list of Tensor
    are_matrices : bool
    length : float
        h.
    """

    whole: list[Tensor]
    half: list[Tensor]
    are_matrices: bool
    length: float

    def times(self, weight: Tensor, spectrum: Tensor) -> Tensor:
        """The weight, or matrix of weights, times a transform."""
        return multiply(weight, spectrum, is_matrix=self.are_matrices)


def multiply(weight: Tensor, spectrum: Tensor, *, is_matrix: bool) -> Tensor:
    """A symbol times a transform; a matrix (*band, k, k) times (..., k, *band)."""
    weight = weight.to(spectrum.dtype)
    if not is_matrix:
        return weight * spectrum
    axis = -weight.ndim + 1
    vectors = spectrum.movedim(axis, -1).unsqueeze(-1)
    return (weight @ vectors).squeeze(-1).movedim(-1, axis)


def weights(symbol: Tensor, length: float, *, are_matrices: bool) -> Weights:
    """Those of a step, in the symbol's double precision, with gradients to it."""
    phi = phi_matrices if are_matrices else phi_functions
    return Weights(phi(symbol * length), phi(symbol * (length / 2)), are_matrices, length)


def etdrk2(spectrum: Tensor, rest: Rest, w: Weights) -> Tensor:
    """a = φ₀ û + h φ₁ N(û); û + a then gains h φ₂ (N(a) - N(û)). Order 2.

    References
    ----------
    Cox and Matthews, J. Comput. Phys. 176, 430 (2002), eq. 20-22.
    """
    before = rest(spectrum)
    guess = w.times(w.whole[0], spectrum) + w.length * w.times(w.whole[1], before)
    return guess + w.length * w.times(w.whole[2], rest(guess) - before)


def etdrk4(spectrum: Tensor, rest: Rest, w: Weights) -> Tensor:
    """Four stages, of order 4, which stay accurate for small L h by what is in the φₖ.

    References
    ----------
    Cox and Matthews, J. Comput. Phys. 176, 430 (2002), eq. 26-29; Kassam and Trefethen, SIAM J.
    Sci. Comput. 26, 1214 (2005).
    """
    h, (_, phi1, phi2, phi3) = w.length, w.whole
    half, slope = w.half[0], w.half[1] * (h / 2)
    n1 = rest(spectrum)
    halfway = w.times(half, spectrum)
    a = halfway + w.times(slope, n1)
    n2 = rest(a)
    n3 = rest(halfway + w.times(slope, n2))
    n4 = rest(w.times(half, a) + w.times(slope, 2 * n3 - n1))
    first = w.times(phi1 - 3 * phi2 + 4 * phi3, n1)
    middle = w.times(2 * phi2 - 4 * phi3, n2 + n3)
    last = w.times(4 * phi3 - phi2, n4)
    return w.times(w.whole[0], spectrum) + h * (first + middle + last)


EXPONENTIAL_SCHEMES: dict[str, tuple[int, Callable[[Tensor, Rest, Weights], Tensor]]] = {
    "etdrk2": (2, etdrk2),
    "etdrk4": (4, etdrk4),
}
"""Every exponential scheme by its name: its order, and its step."""


def exponential_step(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    c: CoefficientValues,
    *,
    scheme: str,
    w: Weights,
) -> Tensor:
    """Advance dE/dz = L E + (local part) by one step.

    The local part sees, and reaches, the equation's share of the band (``dealiasing``): the
    product of two waves within two thirds of it comes back only beyond.

    Parameters
    ----------
    field : Tensor of shape (..., *grid), real or complex
    equation : MasterEquation
    grid : Grid
    c : CoefficientValues
        In the field's precision.
    scheme : str
        A name in :data:`EXPONENTIAL_SCHEMES`.
    w : Weights
    """
    seen = _seen(equation, grid, field)

    def rest(spectrum: Tensor) -> Tensor:
        inner = spectrum if seen is None else spectrum * seen
        law = equation.local_derivative(to_field(inner, grid, is_real=equation.is_real), grid, c)
        transformed = to_spectrum(law, grid)
        return transformed if seen is None else transformed * seen

    _, step = EXPONENTIAL_SCHEMES[scheme]
    return to_field(step(to_spectrum(field, grid), rest, w), grid, is_real=equation.is_real)


def _seen(equation: MasterEquation, grid: Grid, field: Tensor) -> Tensor | None:
    """1 within the share of the band that the local law sees, 0 beyond; None: all of it."""
    if equation.dealiasing >= 1:
        return None
    omega = band(grid, is_real=equation.is_real).abs().to(field.device)
    edge = torch.pi / grid.spacing
    return (omega < equation.dealiasing * edge).to(field.real.dtype)
