"""A fibre or waveguide, and a pulse's way through it."""

import math
from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed._checks import check_choice, check_integer, check_number, is_integer
from physembed.errors import InvalidInputError
from physembed.optics.dispersion import Dispersion
from physembed.optics.grid_checks import check_carrier, check_grid, chosen_grid
from physembed.optics.guided_light import GuidedLight
from physembed.optics.propagated import Propagated
from physembed.optics.pulse import Pulse
from physembed.optics.raman import RAMAN_MODELS
from physembed.optics.series_range import warn_of_carrier, warn_of_light
from physembed.optics.spectral_curve import SpectralCurve, check_loss, of_curve
from physembed.optics.units import SPEED_OF_LIGHT, in_si
from physembed.physics import TimeGrid
from physembed.propagation.adaptive_cascade import check_adaptive_options, run_adaptive_cascade
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.edges import warn_of_field


@dataclass(frozen=True, eq=False)
class Fibre:
    """A fibre or waveguide in SI.

    Parameters
    ----------
    dispersion : Dispersion
        Such as ``Dispersion.taylor(["-21.7 ps^2/km", "0.127 ps^3/km"], "1550 nm")``; or in its
        place ``betas``.
    gamma : float, str or SpectralCurve
        Nonlinearity in 1/(W m), such as ``"1.3 /W/km"``; a curve of γ = n₂ω / (c A) where the
        area A of the mode changes with the wavelength.
    loss : float, str or SpectralCurve, default=0
        Of power, in 1/m, or such as ``"0.2 dB/km"``; or a curve. Not negative: an
        :class:`Amplifier` gains between spans, ``alpha`` of :meth:`medium` along the fibre.
    raman : {"blow-wood", "lin-agrawal", "hollenbeck-cantrell"} or None, default="blow-wood"
        None where the glass has no delayed response, or none that matters.
    raman_fraction : float or None, default=None
        None: the model's.
    shock_time : float, str or None, default=None
        In s; None: 1/ω₀ of the pulse; 0 for no self-steepening.
    name, source : str, default=""
    betas : sequence of float or str, optional
        β₂, β₃, ... about the carrier of whatever light is sent, in place of ``dispersion``.

    Raises
    ------
    InvalidInputError
        If an argument is not as described.

    Examples
    --------
    >>> import physembed.optics as optics
    >>> fibre = optics.Fibre(betas=["-21.7 ps^2/km"], gamma="1.3 /W/km", loss="0.2 dB/km")
    >>> pulse = optics.Pulse.sech("100 fs", "1550 nm", peak_power="1 kW")
    >>> round(fibre.soliton_number(pulse), 2)
    0.44
    """

    dispersion: Dispersion = field(default=None)  # type: ignore[assignment]
    gamma: float | str | SpectralCurve = field(default=None)  # type: ignore[assignment]
    loss: float | str | SpectralCurve = 0.0
    raman: str | None = "blow-wood"
    raman_fraction: float | None = None
    shock_time: float | str | None = None
    name: str = ""
    source: str = ""
    betas: InitVar[Sequence[float | str] | None] = None

    def __repr__(self) -> str:
        curve = ("a curve" if isinstance(x, SpectralCurve) else x for x in (self.gamma, self.loss))
        gamma, loss = curve
        return (
            f"Fibre({self.name + ': ' if self.name else ''}{self.dispersion!r}, gamma={gamma!r}, "
            f"loss={loss!r}, raman={self.raman!r})"
        )

    def __post_init__(self, betas: Sequence[float | str] | None) -> None:
        given: object = self.dispersion
        if betas is not None:
            if given is not None:
                raise InvalidInputError("dispersion and betas must not both be given.")
            if len(betas) == 0:
                raise InvalidInputError("betas must hold β₂ at least, got none.")
            object.__setattr__(self, "dispersion", Dispersion.taylor(betas))
        if not isinstance(self.dispersion, Dispersion):
            raise InvalidInputError(
                "dispersion must be a Dispersion, such as Dispersion.taylor([...], wavelength), "
                f'or betas be given, such as ["-21.7 ps^2/km"]; got {self.dispersion!r}.'
            )
        of_curve("gamma", self.gamma, "1/(W m)")
        check_loss(self.loss)
        if self.raman is not None:
            check_choice("raman", self.raman, RAMAN_MODELS)
        check_number("raman_fraction", self.raman_fraction, least=0, most=1, optional=True)
        if self.shock_time is not None:
            in_si("shock_time", self.shock_time, "s")

    def medium(self, wavelength: float | str) -> tuple[GuidedLight, dict[str, float]]:
        """The equation of light about a wavelength, and its coefficients in SI.

        They go into :func:`~physembed.propagate` with a grid in seconds, where they may be tensors
        that gradients flow to.

        Raises
        ------
        InvalidInputError
            If a table of dispersion, loss or gamma does not reach to the wavelength.

        Warns
        -----
        PhysembedWarning
            If dispersion is a Taylor series that is not good at the wavelength.
        """
        lam = in_si("wavelength", wavelength, "m")
        check_number("wavelength", lam, above=0)
        warn_of_carrier(self.dispersion, lam)
        return self._medium(lam)

    def _medium(self, lam: float) -> tuple[GuidedLight, dict[str, float]]:
        """:meth:`medium` at a wavelength in m, which is looked at elsewhere."""
        raman = None if self.raman is None else RAMAN_MODELS[self.raman]
        is_series = bool(self.dispersion.betas)
        n_betas = len(self.dispersion.betas)
        equation = GuidedLight(
            n_betas, raman, None if is_series else self.dispersion, lam,
            loss=of_curve("loss", self.loss, "1/m"), kerr=of_curve("gamma", self.gamma, "1/(W m)"),
        )  # fmt: skip
        check_carrier(equation)
        shock = lam / (2 * math.pi * SPEED_OF_LIGHT)
        if self.shock_time is not None:
            shock = in_si("shock_time", self.shock_time, "s")
        fraction = 0.0 if raman is None else raman.fraction
        values = {
            # a curve of the loss is the equation's, and this is what comes beside it
            "alpha": 0.0 if equation.loss is not None else self.loss_at(lam),
            "gamma": self.gamma_at(lam),
            "raman_fraction": fraction if self.raman_fraction is None else self.raman_fraction,
            "shock_time": shock,
        }
        if is_series:
            betas = self.dispersion.betas_at(lam, n_betas + 1)
            values |= {f"beta{k}": beta for k, beta in enumerate(betas, start=2)}
        return equation, values

    def gamma_at(self, wavelength: float | str) -> float:
        """γ in 1/(W m) at a wavelength."""
        if isinstance(self.gamma, SpectralCurve):
            return self.gamma.at(wavelength)
        return in_si("gamma", self.gamma, "1/(W m)")

    def loss_at(self, wavelength: float | str) -> float:
        """α of power in 1/m at a wavelength."""
        if isinstance(self.loss, SpectralCurve):
            return self.loss.at(wavelength)
        return in_si("loss", self.loss, "1/m")

    def soliton_number(self, pulse: Pulse) -> float:
        """N = √(γ P T₀² / abs(β₂)), T₀ that of a sech of the pulse's width."""
        beta2 = self.dispersion.betas_at(pulse.wavelength, 2)[0]
        t0 = pulse.fwhm / (2 * math.log(1 + math.sqrt(2)))
        kerr = self.gamma_at(pulse.wavelength) * pulse.peak_power
        return math.sqrt(abs(kerr) * t0**2 / abs(beta2)) if beta2 else math.inf

    def propagate(
        self,
        pulse: Pulse | Tensor | Propagated,
        length: float | str,
        *,
        grid: TimeGrid | None = None,
        wavelength: float | str | None = None,
        frames: int | Sequence[float | str] | NDArray[np.float64] = 100,
        rtol: float = 1e-6,
        check_sampling: bool = True,
    ) -> Propagated:
        """A pulse through a length of the fibre, with steps as long as it allows.

        Parameters
        ----------
        pulse : Pulse, complex128 Tensor of shape (..., n_points), or Propagated
            Of a tensor, E in √W; its leading axes are cases, each with steps of its own. Light
            that was propagated already goes on where it left, with its grid and wavelength.
        length : float or str
        grid : TimeGrid or None, default=None
            In seconds; None chooses one by what dispersion and self-phase modulation do.
        wavelength : float, str or None, default=None
            Of the carrier of a tensor.
        frames : int, sequence of float or str, or array of shape (n,), default=100
            At how many equal distances the field is kept beside the input, or at which; the
            input and what leaves are kept whether or not they are among them. Each ends a step.
        rtol : float, default=1e-6
            Error that a step may make; a supercontinuum wants 1e-7.
        check_sampling : bool, default=True
            Whether to warn where the field reaches the edge of the window or of the band.

        Raises
        ------
        InvalidInputError
            If an argument is not as described; if the band reaches beyond the wavelengths at which
            dispersion is known, or beyond frequency zero; or if the Raman response is faster than
            the grid resolves.

        Warns
        -----
        SamplingWarning
        PhysembedWarning
            If dispersion is a Taylor series that is not good at the carrier, or for more than 1 %
            of the light anywhere on its way; see :meth:`Dispersion.trusted`.
        """
        total = in_si("length", length, "m")
        check_number("length", total, above=0)
        if isinstance(pulse, Propagated):
            given = {"grid": grid, "wavelength": wavelength}
            if any(value is not None for value in given.values()):
                raise InvalidInputError("grid and wavelength must be left out: the light has its.")
            grid, wavelength, pulse = pulse.grid, pulse.wavelength, pulse.fields[-1]
        if not isinstance(pulse, (Pulse, Tensor)):
            raise InvalidInputError(
                "pulse must be a Pulse, such as Pulse.read(...) makes of a text, or a complex "
                f"tensor, or what left another fibre, got {type(pulse).__name__}."
            )
        carrier = pulse.wavelength if isinstance(pulse, Pulse) else wavelength
        if carrier is None or (not isinstance(pulse, Pulse) and grid is None):
            raise InvalidInputError("grid and wavelength must be given with a field.")
        lam = in_si("wavelength", carrier, "m")
        check_number("wavelength", lam, above=0)
        if grid is None:
            assert isinstance(pulse, Pulse)
            grid = self.grid_for(pulse, total)
        field = pulse.on(grid) if isinstance(pulse, Pulse) else pulse
        if not field.is_complex() or field.shape[-1:] != grid.shape:
            raise InvalidInputError(
                f"pulse must be complex with the grid's {grid.n_points} points last, got "
                f"{field.dtype} of shape {tuple(field.shape)}."
            )
        if not bool(torch.isfinite(field).all()):
            raise InvalidInputError("pulse must be finite, got infinity or NaN in it.")
        equation, numbers = self._medium(lam)
        check_grid(grid, lam, equation, numbers["shock_time"])
        values, _ = checked_coefficients(equation, numbers, field.device)
        check_adaptive_options(
            rtol, field, equation, scheme="lie", steps_per_layer=1, inverse=False
        )
        z = _distances(frames, total)
        stretches = [(0, float(step)) for step in np.diff(z)]
        result = run_adaptive_cascade(field, equation, values, grid, stretches, rtol=rtol)
        fields = torch.stack([field, *result.fields])
        if check_sampling:
            warn_of_field(field, grid, "that enters")
            warn_of_field(fields, grid, "on its way", entered=field.expand_as(fields))
        number = self.soliton_number(pulse) if isinstance(pulse, Pulse) else math.nan
        light = Propagated(grid, lam, z, fields, numbers["shock_time"], *result.taken, number)
        if check_sampling and not warn_of_carrier(self.dispersion, lam):
            warn_of_light(self.dispersion.seen_from(lam), light.frequencies, light.spectrum)
        return light

    def grid_for(self, pulse: Pulse, length: float) -> TimeGrid:
        """A grid in seconds that holds a pulse over a length, by rule of thumb.

        The bandwidth is that of the pulse times 1 + N, or what self-phase modulation gives; the
        window holds what dispersion delays within twice that band. Warnings tell where the thumb
        was wrong.
        """
        number = self.soliton_number(pulse)
        phase = abs(self.gamma_at(pulse.wavelength)) * pulse.peak_power * length
        broader = 1 + min(number, phase)
        bandwidth = 1.8 / pulse.fwhm * broader
        delay = self.dispersion.largest_delay(pulse.wavelength, 2 * bandwidth) * length
        window = 24 * pulse.fwhm + 8 * bandwidth * abs(pulse.gdd) + 4 * delay
        equation = self._medium(pulse.wavelength)[0]
        return chosen_grid(pulse, equation, bandwidth=bandwidth, window=window)


def _distances(
    frames: int | Sequence[float | str] | NDArray[np.float64], length: float
) -> NDArray[np.float64]:
    if is_integer(frames):
        check_integer("frames", frames, least=1)
        return np.linspace(0.0, length, int(frames) + 1)
    places = frames.tolist() if isinstance(frames, np.ndarray) else frames
    if not isinstance(places, (list, tuple)):
        raise InvalidInputError(
            f"frames must be a positive integer or a list of distances, got {frames!r}."
        )
    after = [in_si("frames", place, "m") for place in places]
    z = np.array([0.0, *(after[1:] if after[:1] == [0.0] else after)])
    z = np.append(z, length) if z[-1] < length else z
    if (np.diff(z) <= 0).any() or z[-1] > length:
        raise InvalidInputError(
            f"frames must be distances that grow from 0 to at most {length:g} m, got {frames!r}."
        )
    return z
