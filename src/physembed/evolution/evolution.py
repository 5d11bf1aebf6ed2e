"""How a field evolves along a medium, and the few numbers that describe it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number
from physembed.physics import CoefficientValues, MasterEquation, TimeGrid
from physembed.physics.coefficient import at_layer
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.propagate import propagate
from physembed.propagation.sampling import is_driven, warn_of_field, warn_of_steps


@dataclass(frozen=True)
class Evolution:
    """The fields at equal distances from the input to the output of a medium.

    Parameters
    ----------
    grid : TimeGrid
    z : Tensor of shape (n_frames,)
        Where the fields are, from 0 to the whole length; float64.
    fields : Tensor of shape (n_frames, n_points) or (n_frames, channels, n_points), complex
    nonlinear_phase_rate : Tensor of shape (n_frames,)
        What the intensity adds to the local phase at the field's peak, in radians per length.
    """

    grid: TimeGrid
    z: Tensor
    fields: Tensor
    nonlinear_phase_rate: Tensor = field(repr=False)

    @property
    def intensity(self) -> Tensor:
        """|E|², of the shape of the fields."""
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


def evolve(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float],
    grid: TimeGrid,
    *,
    length: float,
    steps: int,
    scheme: str = "strang",
    frames: int = 200,
) -> Evolution:
    """Propagate a field and keep it at equal distances on its way.

    Parameters
    ----------
    field : Tensor of shape (n_points,) or (channels, n_points), complex64 or complex128
    equation : MasterEquation
    coefficients : mapping of str to float
        In the grid's units; the same along the whole length.
    grid : TimeGrid
    length : float
        Of the medium; positive.
    steps : int
        Split steps over the whole length; rounded up to a multiple of the frames.
    scheme : {"lie", "strang", "yoshida4"}, default="strang"
    frames : int, default=200
        At how many distances, at most, the field is kept beside the input.

    Returns
    -------
    Evolution

    Raises
    ------
    InvalidInputError
        As :func:`~physembed.propagate`, and if ``length``, ``steps`` or ``frames`` is not
        positive.

    Warns
    -----
    SamplingWarning
        If the field reaches the edge of the window or of the band anywhere on its way, or a step
        turns its phase by more than π, or the steps resonate with the band.
    """
    check_integer("steps", steps, least=1)
    check_integer("frames", frames, least=1)
    check_number("length", length, above=0)
    n_layers = min(frames, steps)
    steps_per_layer = math.ceil(steps / n_layers)
    values, _ = checked_coefficients(equation, coefficients, field.device)
    # every coefficient once per frame: that many layers
    per_layer = {name: value.expand(n_layers) for name, value in values.items()}
    after = propagate(
        field,
        equation,
        per_layer,
        grid,
        layer_length=length / n_layers,
        steps_per_layer=steps_per_layer,
        scheme=scheme,
        return_layers=True,
        check_sampling=False,
    )
    fields = torch.cat([field[None], after])
    c = at_layer(values, 0)
    driven = not equation.is_conservative and is_driven(equation, grid, [c], field)
    warn_of_field(field, grid, "that enters")
    resonates = warn_of_steps(
        fields,
        equation,
        grid,
        [c],
        scheme=scheme,
        layer_length=length,
        steps=n_layers * steps_per_layer,
        named="steps",
        entered=field,
    )
    warn_of_field(
        fields,
        grid,
        "on its way",
        entered=field.expand_as(fields),
        driven=driven,
        resonates=resonates,
    )
    z = torch.linspace(0, length, n_layers + 1, dtype=torch.float64)
    return Evolution(grid, z, fields, _nonlinear_phase_rate(fields, equation, grid, c))


def _nonlinear_phase_rate(
    fields: Tensor, equation: MasterEquation, grid: TimeGrid, c: CoefficientValues
) -> Tensor:
    """Im[(dE/dz)/E] of the local law at each frame's peak, less what it is in the dark."""
    intensity = fields.abs().square()
    if equation.is_conservative:
        rate = equation.local_phase(intensity, grid.t, c)
        rate = rate - equation.local_phase(torch.zeros_like(intensity), grid.t, c)
    else:
        dark = equation.local_derivative(torch.zeros_like(fields), grid, c)
        slope = equation.local_derivative(fields, grid, c) - dark
        rate = (slope * fields.conj()).imag / intensity.clamp(min=torch.finfo(intensity.dtype).tiny)
    peak = intensity.flatten(1).argmax(dim=1, keepdim=True)
    return rate.flatten(1).gather(1, peak)[:, 0].double()
