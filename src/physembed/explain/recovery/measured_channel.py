"""Measured pairs of a channel, and how far a medium is from explaining them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.errors import TrainingError
from physembed.physics import Grid, MasterEquation
from physembed.propagation import propagate

CASES_OF_THE_SEARCH = 6
"""Pairs on which scales are measured and starts are sought."""

STANDS_OUT = 30.0
"""Signal and noise over noise, from which a frequency belongs to the signal's band."""

DIFFERENCE = 1e-5
"""Step of the central differences, in units of the scales; their error is about its square."""


class MeasuredChannel:
    """The measured pairs, and how far a medium of given coefficients is from explaining them."""

    def __init__(
        self,
        inputs: Tensor,
        outputs: Tensor,
        equation: MasterEquation,
        grid: Grid,
        *,
        names: Sequence[str],
        known: Mapping[str, float],
        length: float,
        scheme: str,
        input_noise: float,
    ) -> None:
        self.sees_intensity = not outputs.is_complex()
        self.axes = tuple(range(-len(grid.shape), 0))
        if self.sees_intensity:
            band = signal_band(inputs, self.axes)
            self.outputs = outputs.to(torch.float64)
        else:
            outputs = outputs.to(torch.complex128)
            band = signal_band(inputs, self.axes) | signal_band(outputs, self.axes)
            self.outputs = self._spectrum(outputs)[..., band]
        self.band = band
        self.inputs = torch.fft.ifftn(torch.fft.fftn(inputs, dim=self.axes) * band, dim=self.axes)
        self.names = names
        self.input_noise = input_noise
        self.evaluations = 0
        self._run: Callable[[Tensor, dict[str, float], int], Tensor] = lambda field, values, n: (
            propagate(
                field,
                equation,
                {**known, **values},
                grid,
                layer_length=length,
                steps_per_layer=n,
                scheme=scheme,
                check_sampling=False,
            )
        )

    def _spectrum(self, field: Tensor) -> Tensor:
        return torch.fft.fftn(field, dim=self.axes, norm="ortho")

    @property
    def total(self) -> float:
        """Σ|y|², or Σ y² of intensities."""
        return float(self.outputs.abs().square().sum())

    def residual(
        self, values: NDArray[np.float64], steps: int, cases: slice = slice(None)
    ) -> NDArray[np.float64]:
        """What is not explained, as real numbers."""
        self.evaluations += 1
        entered, left = self.inputs[cases], self.outputs[cases]
        predicted = self._run(entered, dict(zip(self.names, values.tolist(), strict=True)), steps)
        if self.sees_intensity:
            return (left - predicted.abs().square()).flatten().numpy()
        predicted = self._spectrum(predicted)[..., self.band]
        axes = tuple(range(1, predicted.ndim))
        overlap = (predicted.conj() * left).sum(dim=axes, keepdim=True)
        aligned = left * torch.exp(-1j * overlap.angle())
        gain = predicted.abs().square().sum() / entered.abs().square().sum()
        difference = (aligned - predicted) / torch.sqrt(1 + self.input_noise * gain)
        return torch.view_as_real(difference).flatten().numpy()

    def scales(self, steps: int) -> NDArray[np.float64]:
        """The change of each coefficient from zero that turns the field by about a radian."""
        field = self.inputs[:CASES_OF_THE_SEARCH]
        size = float(field.abs().square().sum().sqrt())
        scales = []
        for name in self.names:
            step, change = 1e-8, 0.0
            while change < 1e-5 * size and step < 1e12:
                step *= 10
                ahead, behind = (self._run(field, {**self._dark(), name: s}, steps)
                                 for s in (step, -step))  # fmt: skip
                change = float((ahead - behind).abs().square().sum().sqrt())
            if not change > 0:
                raise TrainingError(f"{name} leaves no trace in the outputs.")
            scales.append(2 * step * size / change)
        return np.array(scales)

    def _dark(self) -> dict[str, float]:
        return dict.fromkeys(self.names, 0.0)


def signal_band(fields: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Where the mean spectrum stands out of its floor, as a mask of the shape of the spectrum.

    White noise beyond the signal's band tells nothing of the channel, but dispersion turns it
    fastest; a receiver filters it out. The floor is the spectrum's lower quartile; where it is
    not far below the peak, all of the band is signal.
    """
    spectrum = torch.fft.fftn(fields, dim=axes).abs().square()
    mean = spectrum.mean(dim=tuple(range(fields.ndim - len(axes))))
    floor = torch.quantile(mean, 0.25)
    threshold = STANDS_OUT * floor
    return mean >= (threshold if threshold < 0.1 * mean.max() else 0.0)


def jacobian_of(
    channel: MeasuredChannel, scale: NDArray[np.float64], values: NDArray[np.float64], steps: int
) -> NDArray[np.float64]:
    """Derivative of the residual by central differences, shape (residuals, coefficients)."""
    columns = []
    for k in range(len(values)):
        step = np.zeros(len(values))
        step[k] = DIFFERENCE
        ahead = channel.residual((values + step) * scale, steps)
        behind = channel.residual((values - step) * scale, steps)
        columns.append((ahead - behind) / (2 * DIFFERENCE))
    return np.stack(columns, axis=1)
