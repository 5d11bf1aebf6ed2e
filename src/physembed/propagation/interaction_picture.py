"""The interaction picture: the linear part is carried along exactly, and only the rest is stepped.

With E = exp(L (z - z₀)) A the equation dE/dz = L E + N(E) becomes one for A in which L, the fast
part, stands no longer. Four stages of Runge-Kutta with z₀ in the middle of the step (Hult's RK4IP)
and a fifth one, which is the first of the next step, hold a method of order four and, embedded, one
of order three: their difference tells the error of a step.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.coefficient import at_layer
from physembed.physics.transforms import REAL_OF, inverse_transform, is_dual


class InteractionPicture:
    """A homogeneous medium as ERK4(3) sees it; fields are spectra of shape (cases, ..., *grid).

    Parameters
    ----------
    equation : MasterEquation
    values : mapping of str to float64 Tensor of shape () or (n_layers,)
        The coefficients, through which gradients flow.
    layer : int
        The layer whose coefficients are taken.
    grid : Grid
    dtype : complex64 or complex128
        Of the field; the linear phase is computed in float64 and rounded last.

    References
    ----------
    Balac and Mahé, Comput. Phys. Commun. 184, 1211 (2013), eq. 24 to 27; Hult, J. Lightwave
    Technol. 25, 3770 (2007).
    """

    def __init__(
        self,
        equation: MasterEquation,
        values: Mapping[str, Tensor],
        layer: int,
        grid: Grid,
        dtype: torch.dtype,
    ) -> None:
        self.equation = equation
        self.grid = grid
        self.dtype = dtype
        c = at_layer(values, layer)
        device = next((value.device for value in values.values()), None)
        symbol = equation.linear_symbol(grid.omega.to(device), c)
        self.symbol = symbol.to(torch.complex128)
        self.growth = self._growth()
        real = REAL_OF[dtype]
        self.c = CoefficientValues(**{name: value.to(real) for name, value in vars(c).items()})

    def _growth(self) -> Tensor | None:
        """The real part of L; one number where it is one, and None where it is nothing."""
        growth = self.symbol.real
        # what is equal, or zero, at every frequency may yet have a slope at each: the filtering of
        # a laser whose training begins at none
        if growth.requires_grad or is_dual(growth):
            return growth
        first = growth.flatten()[:1]
        if bool((growth != first).any()):
            return growth
        return first if bool(first != 0) else None

    def local_rate(self, spectrum: Tensor) -> Tensor:
        """F[N(E)], the rate of change that is not linear, of a spectrum F[E]."""
        field = inverse_transform(spectrum, len(self.grid.shape))
        return self.equation.local_spectrum(field, self.grid, self.c)

    def step(self, spectrum: Tensor, rate: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """A step of every case, each of a length of its own.

        Parameters
        ----------
        spectrum : Tensor of shape (cases, ..., *grid)
            F[E] before the step.
        rate : Tensor of the same shape
            Its :meth:`local_rate`.
        lengths : float64 Tensor of shape (cases,)

        Returns
        -------
        spectrum : Tensor
            After the step, to fourth order.
        last_stage : Tensor
            k₄; with k₅, the local rate of what is returned, the error is h (k₄ - k₅) / 10.
        """
        lengths = lengths.reshape(-1, *[1] * (spectrum.ndim - 1))
        half, h = self._carried(lengths / 2), lengths.to(self.dtype)
        # many cases are held up by memory: as few passes over them as there can be
        carried, k1 = half * spectrum, half * rate
        k2 = self.local_rate(torch.addcmul(carried, h / 2, k1))
        k3 = self.local_rate(torch.addcmul(carried, h / 2, k2))
        k4 = self.local_rate(half * torch.addcmul(carried, h, k3))
        slope = torch.add(k1, k2 + k3, alpha=2)
        return torch.addcmul(half * torch.addcmul(carried, h / 6, slope), h / 6, k4), k4

    def trial(
        self, spectrum: Tensor, rate: Tensor, lengths: "np.ndarray"
    ) -> tuple[Tensor, Tensor, "np.ndarray"]:
        """A step with its local rate after it, and its error.

        Parameters
        ----------
        spectrum, rate : Tensor
            As of :meth:`step`.
        lengths : float64 ndarray of shape (cases,)

        Returns
        -------
        spectrum, rate : Tensor
            After the step.
        error : float64 ndarray of shape (cases,)
            ‖h (k₄ - k₅) / 10‖ / ‖E‖ of every case alone.
        """
        end, last_stage = self.step(spectrum, rate, torch.from_numpy(lengths).to(spectrum.device))
        next_rate = self.local_rate(end)
        return end, next_rate, lengths / 10 * norm_ratio(last_stage - next_rate, spectrum, end)

    def _carried(self, lengths: Tensor) -> Tensor:
        """exp(L z), of real cosines and sines: a complex exponential takes four times as long."""
        real = REAL_OF[self.dtype]
        turned = self.symbol.imag * lengths
        parts = [torch.cos(turned), torch.sin(turned)]
        if self.growth is not None:
            grown = torch.exp(self.growth * lengths)
            parts = [grown * part for part in parts]
        return torch.complex(*(part.to(real) for part in parts))


def norm_ratio(difference: Tensor, start: Tensor, end: Tensor) -> "np.ndarray":
    """‖difference‖ over the larger of the norms of the field before and after, of every case."""
    of_difference, *of_fields = (
        torch.linalg.vector_norm(torch.view_as_real(x.resolve_conj()).flatten(1), dim=1)
        for x in (difference, start, end)
    )
    size = torch.maximum(*of_fields)
    ratio = torch.where(of_difference == 0, 0.0, of_difference / size)
    return ratio.double().cpu().numpy()
