"""Series as the fields that enter the fibres, kept as long as only the physics changes."""

from collections.abc import Callable

import torch
from torch import Tensor

from physembed.networks.encoders.series_encoder import SeriesEncoder
from physembed.networks.fibre import Fibre


class EncodedSeries:
    """Series as fields and spectra, each computed once for all fibres with the same encoder.

    Indexed by cases, it gives those cases; fields that are there already are not computed again.

    Parameters
    ----------
    x : Tensor of shape (cases, channels, timepoints)
    dtype : torch.dtype
        Of the fields.
    """

    def __init__(self, x: Tensor, dtype: torch.dtype) -> None:
        self.x = x
        self.dtype = dtype
        self._fields: dict[SeriesEncoder, Tensor] = {}
        self._spectra: dict[SeriesEncoder, Tensor] = {}

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, cases: Tensor | slice) -> "EncodedSeries":
        found = EncodedSeries(self.x[cases], self.dtype)
        found._fields = {encoder: field[cases] for encoder, field in self._fields.items()}
        found._spectra = {encoder: field[cases] for encoder, field in self._spectra.items()}
        return found

    def by(self, fibre: Fibre) -> tuple[Tensor, Callable[[], Tensor]]:
        """The field by the fibre's encoder, and what gives its Fourier transform."""
        encoder = fibre.encoder
        if encoder not in self._fields:
            self._fields[encoder] = encoder(self.x, self.dtype)
        return self._fields[encoder], lambda: self._spectrum(encoder)

    def _spectrum(self, encoder: SeriesEncoder) -> Tensor:
        if encoder not in self._spectra:
            self._spectra[encoder] = torch.fft.fft(self._fields[encoder])
        return self._spectra[encoder]
