"""Series as they enter the fibres of a network: fields, their spectra, and the zero of levels."""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from physembed.networks.encoders.series_encoder import SeriesEncoder
from physembed.networks.fibre import Fibre

FAR = 7.0
"""Deviations of the training cases from which on a level is far from zero."""

Entrance = tuple[SeriesEncoder, bool]
"""An encoder, and whether series enter it from another zero: fibres of the same share a field."""


class EncodedSeries:
    """Series as fields and spectra, each computed once for all fibres with the same encoder.

    Indexed by cases, it gives those cases; fields that are there already are not computed again.

    Parameters
    ----------
    x : Tensor of shape (cases, channels, timepoints)
    dtype : torch.dtype
        Of the fields.
    zero : Tensor of shape (channels,), optional
        What is taken off where a fibre may read the series from another zero.
    """

    def __init__(self, x: Tensor, dtype: torch.dtype, zero: Tensor | None = None) -> None:
        self.x = x
        self.dtype = dtype
        self.zero = zero
        self._fields: dict[Entrance, Tensor] = {}
        self._spectra: dict[Entrance, Tensor] = {}
        self._modulated: tuple[Entrance, Tensor] | None = None

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, cases: Tensor | slice) -> "EncodedSeries":
        part = EncodedSeries(self.x[cases], self.dtype, self.zero)
        part._fields = {entrance: field[cases] for entrance, field in self._fields.items()}
        part._spectra = {entrance: field[cases] for entrance, field in self._spectra.items()}
        return part

    def by(self, fibre: Fibre) -> tuple[Tensor, Callable[[], Tensor]]:
        """The field by the fibre's encoder, and what gives its Fourier transform."""
        entrance = fibre.encoder, self.zero is not None and fibre.takes_zero
        if entrance not in self._fields:
            # encoders that differ in where a series lies take it from each other
            beside = replace(fibre.encoder, alignment="left", guard_band=0.0, padding="zeros")
            if self._modulated is None or self._modulated[0] != (beside, entrance[1]):
                series = fibre.encoder.modulated(self.entering(fibre))
                self._modulated = (beside, entrance[1]), series
            series = self._modulated[1]
            self._fields[entrance] = fibre.encoder.laid(series, self.x.shape[-1], self.dtype)
        return self._fields[entrance], lambda: self._spectrum(entrance)

    def entering(self, fibre: Fibre) -> Tensor:
        """The series as they enter the fibre's encoder."""
        if self.zero is None or not fibre.takes_zero:
            return self.x
        return self.x - self.zero[:, None]

    def _spectrum(self, entrance: Entrance) -> Tensor:
        if entrance not in self._spectra:
            self._spectra[entrance] = torch.fft.fft(self._fields[entrance])
        return self._spectra[entrance]


def far_levels(x: Tensor) -> Tensor:
    """Of every channel that lies far from zero the median over all cases, else 0, in float64.

    Parameters
    ----------
    x : Tensor of shape (cases, channels, timepoints)
    """
    of_channels = x.double().transpose(0, 1).flatten(1)
    # squares of very large and very small values are no numbers
    largest = of_channels.abs().amax(dim=1)
    scale = torch.where(largest > 0, largest, 1.0)
    scaled = of_channels / scale[:, None]
    level = scaled.median(dim=1).values
    is_far = level.abs() > FAR * scaled.std(dim=1, correction=0)
    return torch.where(is_far, scale * level, 0.0)
