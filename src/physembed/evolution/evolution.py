"""How a field evolves along a medium: the few numbers that describe it, its picture and file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import Tensor

from physembed.evolution.netcdf import (
    InNetcdf,
    as_pair,
    check_dataset,
    from_pair,
    make_dataset,
)
from physembed.physics import TimeGrid

if TYPE_CHECKING:
    from physembed.charts import Chart


@dataclass(frozen=True)
class Evolution(InNetcdf):
    """The fields at equal distances from the input to the output of a medium.

    Parameters
    ----------
    grid : TimeGrid
    z : Tensor of shape (n_frames,)
        Where the fields are, from 0 to the whole length; float64.
    fields : Tensor of shape (n_frames, n_points) or (n_frames, channels, n_points)
        Complex or real; of an equation of several fields (n_frames, components, n_points).
    nonlinear_phase_rate : Tensor of shape (n_frames,)
        What the intensity adds to the local phase at the field's peak, in radians per length; of
        real fields zero.
    components : tuple of str, default=("E",)
        The equation's fields by name.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.2)
    >>> soliton = (1 / torch.cosh(grid.t)).to(torch.complex128)
    >>> evolution = pe.evolve(
    ...     soliton,
    ...     pe.NonlinearSchrodinger(),
    ...     {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0},
    ...     grid,
    ...     length=1.0,
    ...     frames=4,
    ... )
    >>> evolution.intensity.shape, round(evolution.b_integral, 2)
    (torch.Size([5, 128]), 1.0)
    >>> [round(float(width), 3) for width in evolution.rms_width]
    [0.907, 0.907, 0.907, 0.907, 0.907]
    """

    grid: TimeGrid
    z: Tensor
    fields: Tensor
    nonlinear_phase_rate: Tensor = field(repr=False)
    components: tuple[str, ...] = ("E",)

    def __repr__(self) -> str:
        before = f"{self.fields.shape[1]} x " if self.fields.ndim == 3 else ""
        dtype = str(self.fields.dtype).removeprefix("torch.")
        return (
            f"Evolution of {', '.join(self.components)}: {before}{self.grid.n_points} points over "
            f"{self.grid.window:.6g}, {dtype}; {len(self.z)} frames from z = 0 to "
            f"{float(self.z[-1]):.6g}\n"
            f"  energy {self.energy[0]:.6g} to {self.energy[-1]:.6g}, peak intensity "
            f"{self.peak[0]:.6g} to {self.peak[-1]:.6g} (at most {self.peak.max():.6g})\n"
            f"  rms width {self.rms_width[0]:.6g} to {self.rms_width[-1]:.6g}, of the spectrum "
            f"{self.spectral_width[0]:.6g} to {self.spectral_width[-1]:.6g}\n"
            "  .plot(path), .to_xarray(), .to_netcdf(path); .fields, .intensity, .spectrum, .omega"
        )

    @property
    def is_real(self) -> bool:
        """Whether the fields are real."""
        return not self.fields.is_complex()

    @property
    def intensity(self) -> Tensor:
        """|E|², of the shape of the fields; of a real field its square."""
        return self.fields.abs().square()

    @property
    def spectrum(self) -> Tensor:
        """|E(ω)|² with E(ω) = dt Σ E exp(-iωt), in the order of :attr:`omega`."""
        transformed = torch.fft.fftshift(torch.fft.fft(self.fields), dim=-1)
        return (transformed.abs() * self.grid.spacing).square()

    @property
    def omega(self) -> Tensor:
        """The spectrum's angular frequencies in increasing order, shape (n_points,)."""
        return torch.fft.fftshift(self.grid.omega)

    @property
    def energy(self) -> Tensor:
        """∫ |E|² dt over all channels, shape (n_frames,)."""
        return self._summed(self.intensity) * self.grid.spacing

    @property
    def peak(self) -> Tensor:
        """The largest |E|² of any channel, shape (n_frames,)."""
        return self.intensity.flatten(1).amax(dim=1)

    @property
    def rms_width(self) -> Tensor:
        """√(⟨t²⟩ - ⟨t⟩²) with weight |E|², shape (n_frames,)."""
        return self._spread(self.intensity, self.grid.t)

    @property
    def spectral_width(self) -> Tensor:
        """√(⟨ω²⟩ - ⟨ω⟩²) with weight |E(ω)|², shape (n_frames,)."""
        return self._spread(self.spectrum, self.omega)

    @property
    def b_integral(self) -> float:
        """∫ dz of the nonlinear phase rate at the peak, in radians: γ ∫ max|E|² dz for Kerr."""
        return float(torch.trapezoid(self.nonlinear_phase_rate, self.z))

    def _summed(self, density: Tensor) -> Tensor:
        return density.flatten(1).sum(dim=1)

    def _spread(self, density: Tensor, x: Tensor) -> Tensor:
        total = self._summed(density)
        mean = self._summed(density * x) / total
        off = x - mean.reshape(-1, *[1] * (density.ndim - 1))
        return (self._summed(density * off**2) / total).sqrt()

    def chart(self, title: str = "") -> "Chart":
        """|E|² and the spectrum over the distance, and what enters and leaves."""
        from physembed.evolution.picture import evolution_chart

        return evolution_chart(self, title=title)

    def plot(self, path: str | Path, title: str = "") -> None:
        """Draw :meth:`chart` into a .png, .pdf or .svg."""
        from physembed.charts.in_matplotlib import draw
        from physembed.charts.style import save_figure

        save_figure(draw(self.chart(title)), Path(path))

    def to_xarray(self) -> Any:
        """An ``xarray.Dataset``: E over z, channel and t, the spectrum over omega, the energy.

        It is of real numbers, E as its real and imaginary part, so that ``to_netcdf`` takes it.

        Raises
        ------
        InvalidInputError
            If xarray is not installed: ``pip install physembed[optics]``.
        """
        unit = {"units": "of the grid"}
        channels = ("channel",) if self.fields.ndim == 3 else ()
        values = self.fields.detach().cpu().numpy()
        variables = {
            **as_pair("E", ("z", *channels, "t"), values, "of the grid"),
            "spectrum": (("z", *channels, "omega"), self.spectrum.detach().cpu().numpy(), unit),
            "energy": ("z", self.energy.detach().cpu().numpy(), unit),
            "nonlinear_phase_rate": (
                "z", self.nonlinear_phase_rate.detach().cpu().numpy(), {"units": "rad / length"}
            ),
        }  # fmt: skip
        coordinates = {
            "z": ("z", self.z.numpy(), unit),
            "t": ("t", self.grid.t.numpy(), unit),
            "omega": ("omega", self.omega.numpy(), {"units": "rad / unit of t"}),
        }
        names = {"components": " ".join(self.components)}
        return make_dataset(type(self).__name__, self.grid, variables, coordinates, names)

    @classmethod
    def from_xarray(cls, dataset: Any) -> Self:
        """What :meth:`to_xarray` made it of.

        Raises
        ------
        InvalidInputError
            If it was made by something else.
        """
        grid = check_dataset(dataset, cls.__name__, ("z", "t", "nonlinear_phase_rate"))
        return cls(
            grid,
            torch.tensor(dataset["z"].values.astype("f8")),
            torch.from_numpy(from_pair(dataset, "E")),
            torch.tensor(dataset["nonlinear_phase_rate"].values.astype("f8")),
            # files of earlier versions are of one complex field
            tuple(str(dataset.attrs.get("components", "E")).split()),
        )
