"""A long series as it enters a fibre: normalised where it is looked at, and as a whole nowhere."""

from collections.abc import Callable

import torch
from torch import Tensor

from physembed.networks.encoders.normalisations import moderate_factor
from physembed.networks.encoders.series_encoder import SeriesEncoder

AT_ONCE = 2**16
"""Points that are added up at once."""


class LongInput:
    """One case of long series, encoded without an array in double precision as long as it is.

    Parameters
    ----------
    series : Tensor of shape (channels, timepoints), real
    encoder : SeriesEncoder
        Of a real field that begins with the window: see :meth:`serves`.
    dtype : torch.dtype, default=torch.float32
        Of what enters.
    """

    def __init__(
        self, series: Tensor, encoder: SeriesEncoder, dtype: torch.dtype = torch.float32
    ) -> None:
        self.series, self.encoder, self.dtype = series, encoder, dtype
        n_points = series.shape[-1]
        lowest, highest = torch.aminmax(series, dim=-1, keepdim=True)
        largest = torch.maximum(lowest.abs(), highest.abs())
        self._factor = torch.ones_like(largest)
        self._offset, self._unit = torch.zeros_like(largest), torch.ones_like(largest)
        kind = encoder.normalisation
        if kind == "none":
            return
        self._factor = moderate_factor(largest)
        largest = largest * self._factor
        if kind == "peak":
            self._unit = largest
        else:
            if kind == "z-score":
                self._offset = self._sum(lambda x: x) / n_points
            self._unit = (self._sum(torch.square) / n_points).sqrt()
        # what is nothing but the rounding of the series itself is nothing
        constant = self._unit <= torch.finfo(series.dtype).eps * largest
        if kind == "z-score":
            constant |= lowest == highest
        self._unit = torch.where(constant, torch.inf, self._unit)

    @staticmethod
    def serves(encoder: SeriesEncoder) -> bool:
        """Whether such series are as the encoder would make them."""
        is_real = not (encoder.envelope or encoder.quadratures or encoder.derivative)
        return is_real and encoder.alignment == "left"

    def between(self, first: int, last: int) -> Tensor:
        """What enters from one point to before another one, (channels, points), real.

        Beyond the series that is zero, or its nearest value, as the encoder pads it.
        """
        n_points = self.series.shape[-1]
        inside = self._modulated(slice(max(first, 0), min(last, n_points)))
        before, after = max(0, -first), max(0, last - n_points)
        if self.encoder.padding == "zeros":
            return torch.nn.functional.pad(inside, (before, after))
        ends = [self._modulated(at) for at in (slice(0, 1), slice(n_points - 1, n_points))]
        beyond = [end.expand(-1, n) for end, n in zip(ends, (before, after), strict=True)]
        return torch.cat([beyond[0], inside, beyond[1]], dim=1)

    def laid_into(self, window: int) -> Tensor:
        """What enters in a periodic window, (channels, window), real."""
        n_points = self.series.shape[-1]
        after = (window - n_points) // 2
        before = window - n_points - after
        both = self.between(-before, n_points + after)
        return torch.cat([both[:, before:], both[:, :before]], dim=1)

    def _modulated(self, part: slice) -> Tensor:
        normalised = (self.series[:, part] * self._factor - self._offset) / self._unit
        return (normalised * self.encoder.modulation + self.encoder.carrier).to(self.dtype)

    def _sum(self, law: Callable[[Tensor], Tensor]) -> Tensor:
        """Of all points less the offset, (channels, 1), in the series' precision."""
        total = torch.zeros_like(self._offset)
        for part in self.series.split(AT_ONCE, dim=-1):
            total += law(part * self._factor - self._offset).sum(dim=-1, keepdim=True)
        return total
