"""An amplifier in line, and the noise that no amplifier is without."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number, require_positive
from physembed.errors import InvalidInputError
from physembed.optics.units import REDUCED_PLANCK, SPEED_OF_LIGHT, in_si
from physembed.physics import TimeGrid


@dataclass(frozen=True)
class Amplifier:
    """A phase-insensitive amplifier of a flat gain G and noise figure F.

    Spontaneous emission adds n_sp (G - 1) photons to every mode of one polarisation, and of what
    is detected that makes the noise figure F = 2 n_sp (G - 1) / G + 1 / G: so many photons are
    (F G - 1) / 2. Of the whole inversion n_sp = 1 and F = 2 - 1 / G, the least there is: 3 dB.

    Parameters
    ----------
    gain : float or str
        Of power: 100, or ``"20 dB"``.
    noise_figure : float or str, default=2.0
        Such as ``"5 dB"``, of an erbium-doped fibre.

    Raises
    ------
    InvalidInputError
        If the gain is below 1, the noise figure below what nature allows, or either or their
        product beyond double precision.

    References
    ----------
    Agrawal, Fiber-Optic Communication Systems (2021), chapter 7; Caves, Phys. Rev. D 26, 1817
    (1982).

    Examples
    --------
    >>> import physembed.optics as optics
    >>> amplifier = optics.Amplifier("20 dB", noise_figure="5 dB")
    >>> round(amplifier.photons_per_mode, 1)
    157.6
    """

    gain: float | str
    noise_figure: float | str = 2.0

    def __post_init__(self) -> None:
        gain, figure = self._numbers
        check_number("gain", gain, least=1)
        least = 2 - 1 / gain
        if figure < least * (1 - 1e-12):
            raise InvalidInputError(
                f"noise_figure must be at least 2 - 1/gain = {least:.4g}, "
                f"{10 * math.log10(least):.3g} dB, which no amplifier is better than; got "
                f"{self.noise_figure!r}."
            )
        if not math.isfinite(figure * gain):
            raise InvalidInputError(
                "noise_figure times gain must be within double precision, got "
                f"{self.noise_figure!r} and {self.gain!r}."
            )

    @property
    def _numbers(self) -> tuple[float, float]:
        return _ratio("gain", self.gain), _ratio("noise_figure", self.noise_figure)

    @property
    def photons_per_mode(self) -> float:
        """n_sp (G - 1) = (F G - 1) / 2 of one polarisation."""
        gain, figure = self._numbers
        return (figure * gain - 1) / 2

    def noise_density(self, wavelength: float | str) -> float:
        """Power of the noise per bandwidth at a wavelength, in W/Hz, of one polarisation."""
        lam = in_si("wavelength", wavelength, "m")
        require_positive(wavelength=lam)
        return self.photons_per_mode * REDUCED_PLANCK * 2 * math.pi * SPEED_OF_LIGHT / lam

    def amplify(self, field: Tensor, grid: TimeGrid, wavelength: float | str, seed: int) -> Tensor:
        """√G E, and a noise that is drawn anew for every case.

        Parameters
        ----------
        field : Tensor of shape (..., n_points), complex
            E in √W.
        grid : TimeGrid
            In seconds.
        wavelength : float or str
            Of the carrier; components of no positive frequency get no noise.
        seed : int
        """
        check_integer("seed", seed)
        if (
            not isinstance(field, Tensor)
            or not field.is_complex()
            or (field.shape[-1:] != grid.shape)
        ):
            raise InvalidInputError(
                f"field must be a complex tensor with the grid's {grid.n_points} points last."
            )
        lam = in_si("wavelength", wavelength, "m")
        require_positive(wavelength=lam)
        omega0 = 2 * math.pi * SPEED_OF_LIGHT / lam
        photon = REDUCED_PLANCK * (omega0 - grid.omega).clamp(min=0)
        generator = torch.Generator().manual_seed(seed)
        # circular and Gaussian: unit mean square
        draw = torch.randn(field.shape, generator=generator, dtype=torch.complex128)
        lines = draw * (self.photons_per_mode * photon / grid.window).sqrt()
        noise = torch.fft.ifft(lines) * grid.n_points
        return math.sqrt(self._numbers[0]) * field + noise.to(field)


def _ratio(name: str, value: float | str) -> float:
    """A ratio of powers: a number, or so many dB."""
    number = in_si(name, value, "1")
    if not isinstance(value, str) or "dB" not in value:
        return number
    try:
        return math.exp(number)
    except OverflowError:
        raise InvalidInputError(
            f"{name} must be within double precision, up to 3082 dB; got {value!r}."
        ) from None
