"""The nonlinear answer of a glass, at once and later: what kernels are written for."""

from dataclasses import dataclass

from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.transforms import convolve, transform


@dataclass(frozen=True)
class KerrLaw:
    """F[N(E)] = i s(ω) F[E (r ∗ |E|²)] on a grid of time.

    Parameters
    ----------
    response : Tensor of shape (..., n_points // 2 + 1) or (..., 1), or None
        F[r] at the frequencies 0, 1, ... of the window; None where r is instantaneous.
    strength : real Tensor of shape (..., n_points) or (..., 1)
        s in the order of an FFT.

    Raises
    ------
    InvalidInputError
        If the strength is complex, or the response of other frequencies.
    """

    response: Tensor | None
    strength: Tensor

    def __post_init__(self) -> None:
        if self.strength.is_complex():
            raise InvalidInputError(f"strength must be real, got {self.strength.dtype}.")
        n_points, n_response = (
            1 if x is None or x.ndim == 0 else x.shape[-1] for x in (self.strength, self.response)
        )
        half_band = n_points // 2 + 1
        if n_points > 1 and n_response not in (1, half_band):
            raise InvalidInputError(
                f"response must be one number, or one at each of {half_band} frequencies from 0 to "
                f"half the band, got {n_response}."
            )

    def spectrum(self, field: Tensor) -> Tensor:
        """F[N(E)] of fields of shape (..., n_points)."""
        power = field.real**2 + field.imag**2
        if self.response is not None:
            power = convolve(power, self.response)
        return 1j * self.strength * transform(field * power)
