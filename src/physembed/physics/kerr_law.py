"""The nonlinear answer of a glass, at once and later: what kernels are written for."""

from dataclasses import dataclass

from torch import Tensor

from physembed.physics.transforms import convolve, transform


@dataclass(frozen=True)
class KerrLaw:
    """F[N(E)] = i s(ω) F[E (r ∗ |E|²)] on a grid of time.

    Parameters
    ----------
    response : complex Tensor of shape (n_points // 2 + 1,), or None
        F[r] at the frequencies 0, 1, ... of the window; None where r is instantaneous.
    strength : real Tensor of shape (n_points,)
        s in the order of an FFT.
    """

    response: Tensor | None
    strength: Tensor

    def spectrum(self, field: Tensor) -> Tensor:
        """F[N(E)] of fields of shape (..., n_points)."""
        power = field.real**2 + field.imag**2
        if self.response is not None:
            power = convolve(power, self.response)
        return 1j * self.strength * transform(field * power)
