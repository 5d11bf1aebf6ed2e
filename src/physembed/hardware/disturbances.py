"""What a laboratory does beside what it is meant to, drawn anew for every batch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number
from physembed.hardware.straight_through import quantised


@dataclass(frozen=True)
class Disturbances:
    """Noise of a kind that training can be made robust to.

    Parameters
    ----------
    controls : mapping of str to float, or float, default=0.0
        Tolerance of the controls: the standard deviation of what is added to each, in its own
        unit; one draw per batch, as a laboratory that has drifted since it was calibrated.
    phase : float, default=0.0
        Of complex inputs, in rad per point: the standard deviation of white phase noise.
    amplitude : float, default=0.0
        Of the inputs: relative, one draw per case.
    readout : float, default=0.0
        Of the outputs: relative to their root mean square, white.
    gain : float, default=0.0
        Of the outputs: relative, one draw per batch and output.
    bits : int or None, default=None
        Converters of the outputs, between the least and the largest of the batch.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> from physembed.hardware import SpectralLine
    >>> noisy = pe.Hardware(
    ...     None,
    ...     SpectralLine(64, n_bins=8),
    ...     {"phase": torch.zeros(12)},
    ...     disturbances=pe.Disturbances(readout=0.05, bits=8),
    ...     disturbed_in_eval=True,
    ... )
    >>> series = torch.sin(torch.arange(64) / 3)[None]
    >>> bool((noisy(series) != noisy(series)).any())  # drawn anew for every batch
    True
    """

    controls: Mapping[str, float] | float = 0.0
    phase: float = 0.0
    amplitude: float = 0.0
    readout: float = 0.0
    gain: float = 0.0
    bits: int | None = None

    def __post_init__(self) -> None:
        for name in ("phase", "amplitude", "readout", "gain"):
            check_number(name, getattr(self, name), least=0)
        each = self.controls.items() if isinstance(self.controls, Mapping) else [
            ("controls", self.controls)
        ]  # fmt: skip
        for name, tolerance in each:
            check_number(name, tolerance, least=0)
        check_integer("bits", self.bits, least=1, most=32, optional=True)

    def of_controls(
        self, controls: Mapping[str, Tensor], generator: torch.Generator
    ) -> dict[str, Tensor]:
        """The controls as they are, where they should be ``controls``."""
        disturbed = {}
        for name, value in controls.items():
            spread = self.controls
            tolerance = spread.get(name, 0.0) if isinstance(spread, Mapping) else spread
            disturbed[name] = value + tolerance * _normal(value.shape, value, generator)
        return disturbed

    def of_inputs(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        """What enters, where it should be ``inputs``."""
        if self.amplitude:
            shape = (len(inputs), *[1] * (inputs.ndim - 1))
            inputs = inputs * (1 + self.amplitude * _normal(shape, inputs, generator))
        if self.phase and inputs.is_complex():
            turn = self.phase * _normal(inputs.shape, inputs, generator)
            inputs = inputs * torch.polar(torch.ones_like(turn), turn)
        return inputs

    def of_outputs(self, outputs: Tensor, generator: torch.Generator) -> Tensor:
        """What is read, where it should be ``outputs``."""
        if self.gain:
            shape = (1, *outputs.shape[1:])
            outputs = outputs * (1 + self.gain * _normal(shape, outputs, generator))
        if self.readout:
            size = outputs.detach().abs().square().mean().sqrt()
            noise = self.readout * size * _normal(outputs.shape, outputs, generator)
            outputs = outputs + noise
        if self.bits is not None and not outputs.is_complex():
            low, high = (float(x) for x in outputs.detach().aminmax())
            if math.isfinite(low) and low < high:
                outputs = quantised(outputs, self.bits, low, high)
        return outputs


def _normal(shape: tuple[int, ...], like: Tensor, generator: torch.Generator) -> Tensor:
    dtype = like.real.dtype if like.is_complex() else like.dtype
    return torch.randn(shape, dtype=dtype, generator=generator).to(like.device)
