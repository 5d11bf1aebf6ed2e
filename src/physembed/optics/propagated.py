"""What a propagation returns: the field over distance, with axes in SI, and its figures."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.fft import fft, fftshift

from physembed._checks import check_choice, check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.evolution.netcdf import (
    InNetcdf,
    as_pair,
    check_dataset,
    from_pair,
    make_dataset,
)
from physembed.optics.band import as_numbers
from physembed.optics.spectral_lines import full_widths
from physembed.optics.spectrogram import Spectrogram, draw_into, gated
from physembed.optics.summary import summary
from physembed.optics.units import REDUCED_PLANCK, SPEED_OF_LIGHT, in_si
from physembed.physics import TimeGrid
from physembed.physics.invariants import energy, photon_number

if TYPE_CHECKING:
    from physembed.charts import Chart

Numbers = NDArray[np.float64]

COUNTS, NUMBERS = ("steps", "evaluations"), ("wavelength", "shock_time", "soliton_number")
"""What a file holds beside the fields, of each case and of all."""


@dataclass(frozen=True, eq=False)
class Propagated(InNetcdf):
    """The fields of one or many cases at the distances where they were kept.

    Parameters
    ----------
    grid : TimeGrid
        In seconds.
    wavelength : float
        Of the carrier, in m.
    z : ndarray of shape (n_frames,)
        In m, from 0.
    fields : Tensor of shape (n_frames, ..., n_points), complex
        E in √W.
    shock_time : float
        In s; what the photon number is counted with.
    steps, evaluations : int64 Tensor of shape (...), that of the cases
        Steps that were taken, one or more to each frame, which ends one, and how often the
        nonlinear law was computed.
    soliton_number : float, default=nan
        Of the pulse that entered; of a field that is no :class:`Pulse` it is not known.

    Examples
    --------
    >>> import physembed.optics as optics
    >>> pulse = optics.Pulse.sech("100 fs", "1550 nm", peak_power="1 kW")
    >>> light = optics.fibre_named("SMF-28").propagate(pulse, "10 cm", frames=2)
    >>> light.z, light.power.shape[0]
    (array([0.  , 0.05, 0.1 ]), 3)
    """

    grid: TimeGrid
    wavelength: float
    z: Numbers
    fields: Tensor
    shock_time: float
    steps: Tensor
    evaluations: Tensor
    soliton_number: float = math.nan

    def __repr__(self) -> str:
        return summary(self)

    @property
    def t(self) -> Numbers:
        """Times in s, in the frame that moves with the pulse, shape (n_points,)."""
        return self.grid.t.numpy()

    @property
    def frequencies(self) -> Numbers:
        """Frequencies of the light in Hz, in increasing order, shape (n_points,)."""
        offset = -fftshift(self.grid.omega).flip(0).numpy() / (2 * math.pi)
        return SPEED_OF_LIGHT / self.wavelength + offset

    @property
    def wavelengths(self) -> Numbers:
        """Of :attr:`frequencies`, in m; infinite where a frequency is not positive."""
        frequencies = self.frequencies
        with np.errstate(divide="ignore"):
            return np.where(frequencies > 0, SPEED_OF_LIGHT / frequencies, np.inf)

    @property
    def power(self) -> Numbers:
        """|E|² in W, shape (n_frames, ..., n_points)."""
        return self.fields.detach().abs().square().cpu().numpy()

    @property
    def peak_power(self) -> Numbers:
        """The largest power in W, shape (n_frames, ...)."""
        return self.power.max(axis=-1)

    @property
    def fwhm(self) -> Numbers:
        """Full width at half maximum of the power in s, shape (n_frames, ...).

        Between the outermost places of half the largest power; zero where there is no light.
        """
        return full_widths(self.power, self.grid.spacing)

    @property
    def spectrum(self) -> Numbers:
        """Energy per frequency in J/Hz at :attr:`frequencies`, (n_frames, ..., n_points)."""
        transformed = fftshift(fft(self.fields.detach()), dim=-1).flip(-1)
        return (transformed.abs() * self.grid.spacing).square().cpu().numpy()

    @property
    def energy(self) -> Numbers:
        """In J, shape (n_frames, ...)."""
        return energy(self.fields.detach(), self.grid).cpu().numpy()

    @property
    def photons(self) -> Numbers:
        """How many there are, shape (n_frames, ...): what a lossless fibre keeps."""
        omega0 = 2 * math.pi * SPEED_OF_LIGHT / self.wavelength
        relative = photon_number(self.fields.detach(), self.grid, shock_time=self.shock_time)
        return relative.cpu().numpy() / (REDUCED_PLANCK * omega0)

    def on_wavelengths(self, wavelengths: Any) -> Numbers:
        """The spectrum in J/m at wavelengths, such as those of a spectrometer.

        Parameters
        ----------
        wavelengths : array_like of shape (n,)
            In m, or texts such as ``"1550 nm"``.

        Returns
        -------
        ndarray of shape (n_frames, ..., n)
            Linear between the grid's frequencies, and per wavelength: times c/λ².
        """
        lam = as_numbers("wavelengths", wavelengths, "m")
        wanted, known = SPEED_OF_LIGHT / lam, self.frequencies
        if lam.ndim != 1 or not (lam > 0).all():
            raise InvalidInputError("wavelengths must be a list of positive numbers in m.")
        # c / (c / f) is f but for its last digit
        width = known[1] - known[0]
        if wanted.min() < known[0] - 1e-6 * width or wanted.max() > known[-1] + 1e-6 * width:
            raise InvalidInputError(
                f"wavelengths must lie within the band, from {SPEED_OF_LIGHT / known[-1] * 1e9:.5g}"
                f" nm up, got {lam.min() * 1e9:.5g} to {lam.max() * 1e9:.5g} nm."
            )
        place = (wanted - known[0]) / width
        below = np.clip(place.astype(int), 0, len(known) - 2)
        share = place - below
        spectrum = self.spectrum
        density = (1 - share) * spectrum[..., below] + share * spectrum[..., below + 1]
        return density * SPEED_OF_LIGHT / lam**2

    def coherence(self, frame: int = -1) -> Numbers:
        """|g₁₂| at :attr:`frequencies`: how alike the cases of an ensemble are, from 0 to 1.

        |⟨E_i* E_k⟩| / √(⟨|E_i|²⟩ ⟨|E_k|²⟩) over all pairs i ≠ k.

        References
        ----------
        Dudley and Coen, Opt. Lett. 27, 1180 (2002), eq. 1.
        """
        if self.fields.ndim != 3 or self.fields.shape[1] < 2:
            raise InvalidInputError(
                "coherence needs an ensemble of shape (n_frames, n_cases, n_points) with two cases "
                f"or more, got fields of shape {tuple(self.fields.shape)}."
            )
        lines = fftshift(fft(self.fields[frame].detach()), dim=-1).flip(-1)
        n = len(lines)
        total, each = lines.sum(dim=0).abs().square(), lines.abs().square().sum(dim=0)
        pairs = (total - each) / (n * (n - 1))
        return (pairs.abs() / (each / n).clamp(min=1e-300)).cpu().numpy()

    def spectrogram(self, gate: float | str, frame: int = -1, n_times: int = 200) -> Spectrogram:
        """|∫ E(t') exp(-(t'-t)²/2T²) exp(iωt') dt'|² of one case: what a cross-FROG shows.

        Parameters
        ----------
        gate : float or str
            T, in s.
        frame : int, default=-1
        n_times : int, default=200
            At how many times, about, from where light comes in to where it ends.
        """
        width = in_si("gate", gate, "s")
        check_number("gate", width, above=0)
        if self.fields.ndim != 2:
            raise InvalidInputError("spectrogram is of one case; take case(k) of a batch.")
        return gated(
            self.fields[frame].detach(),
            self.power[frame],
            self.grid,
            self.frequencies,
            width=width,
            n_times=n_times,
        )

    def case(self, index: int) -> "Propagated":
        """One case of a batch: fields of shape (n_frames, n_points)."""
        if self.fields.ndim != 3:
            raise InvalidInputError(
                f"case takes fields of shape (n_frames, n_cases, n_points), got "
                f"{tuple(self.fields.shape)}."
            )
        check_integer("index", index, least=-self.fields.shape[1], most=self.fields.shape[1] - 1)
        return replace(
            self,
            fields=self.fields[:, index],
            steps=self.steps[index],
            evaluations=self.evaluations[index],
        )

    def chart(self, picture: str = "evolution", title: str = "") -> "Chart":
        """A picture: see :meth:`plot`."""
        from physembed.optics.figure import CHARTS

        check_choice("picture", picture, CHARTS)
        return CHARTS[picture](self, title)

    def plot(self, path: str | Path, title: str = "", picture: str = "evolution") -> None:
        """Draw into a .png, .pdf or .svg.

        Parameters
        ----------
        path : str or Path
        title : str, default=""
        picture : {"evolution", "phase", "coherence"}, default="evolution"
            Power over time and spectrum over wavelength, in dB, as they evolve; power and phase of
            what leaves, over time and over wavelength; or abs(g12) of an ensemble above the mean of
            its spectra where it leaves.
        """
        draw_into(self.chart(picture, title), path)

    def to_xarray(self) -> Any:
        """An ``xarray.Dataset`` with units: E over z and t, the spectrum over z and frequency.

        Beside them energy and number of photons over z, and the steps that were taken. It is of
        real numbers, E as its real and imaginary part, so that ``to_netcdf`` takes it.

        Raises
        ------
        InvalidInputError
            If xarray is not installed: ``pip install physembed[optics]``.
        """
        field = self.fields.detach().cpu().numpy()
        cases = tuple(f"case{k}" if k else "case" for k in range(field.ndim - 2))
        counts = {name: getattr(self, name).numpy() for name in COUNTS}
        variables = {
            **as_pair("E", ("z", *cases, "t"), field, "W^(1/2)"),
            "spectrum": (("z", *cases, "frequency"), self.spectrum, {"units": "J/Hz"}),
            "energy": (("z", *cases), self.energy, {"units": "J"}),
            "photons": (("z", *cases), self.photons, {"units": "1"}),
            **{name: (cases, count, {"units": "1"}) for name, count in counts.items()},
        }
        coordinates = {
            "z": ("z", self.z, {"units": "m"}),
            "t": ("t", self.t, {"units": "s"}),
            "frequency": ("frequency", self.frequencies, {"units": "Hz"}),
            "wavelength": ("frequency", self.wavelengths, {"units": "m"}),
        }
        numbers = {name: getattr(self, name) for name in NUMBERS}
        return make_dataset(type(self).__name__, self.grid, variables, coordinates, numbers)

    @classmethod
    def from_xarray(cls, dataset: Any) -> Self:
        """What :meth:`to_xarray` made it of.

        Raises
        ------
        InvalidInputError
            If it was made by something else.
        """
        grid = check_dataset(dataset, cls.__name__, ("z", "t", *COUNTS, *NUMBERS))
        return cls(
            grid=grid,
            z=dataset["z"].values.astype("f8"),
            fields=torch.from_numpy(from_pair(dataset, "E")),
            steps=torch.tensor(dataset["steps"].values.astype("i8")),
            evaluations=torch.tensor(dataset["evaluations"].values.astype("i8")),
            wavelength=float(dataset.attrs["wavelength"]),
            shock_time=float(dataset.attrs["shock_time"]),
            soliton_number=float(dataset.attrs["soliton_number"]),
        )
