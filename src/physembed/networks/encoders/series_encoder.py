"""The encoder of the networks: normalise, perhaps take the envelope, align in a guard band."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_choice, check_integer, check_number
from physembed._dtypes import complex_dtype, real_dtype
from physembed.networks.encoders.alignment import ALIGNMENTS, PADDINGS, lay_into_window
from physembed.networks.encoders.conditioning import (
    NORMALISATIONS,
    central_difference,
    complex_envelope,
)

MOST_DERIVATIVES = 16
"""Each doubles the noise of neighbouring points; more would tell of nothing else."""


@dataclass(frozen=True)
class SeriesEncoder:
    """A real series as the field that enters the medium.

    Parameters
    ----------
    normalisation : {"z-score", "peak", "none"}, default="z-score"
        Scale of every case and channel. With "z-score" the mean intensity of the series is one,
        and so a nonlinearity of one natural unit turns its phase by one radian per layer; with
        another scale, or a carrier, the unit is a radian at intensity one.
    alignment : {"left", "centre", "energy-centroid"}, default="energy-centroid"
        Where in the window the series lies.
    guard_band : float, default=1.0
        Zeros beside the series, in lengths of the series; 0 is the paper's window, on which
        dispersion wraps round. A positive guard band is enlarged to the next length whose prime
        factors are at most 11, since a large one makes the transform several times slower; without
        one the window is the series' own, fast or not.
    carrier : float, default=0.0
        Constant added to the normalised series. An intensity detector cannot tell x from -x; on
        a carrier of 2, of which z-normalised series rarely reach the negative, it can.
    envelope : bool, default=False
        Whether to take the complex envelope first, which halves the number of points.
    modulation : float, default=1.0
        What the normalised series, or its derivative, is multiplied by before the carrier is
        added: ``carrier=1, modulation=0.5`` is 1 + x/2.
    derivative : int, default=0
        How many times the normalised series is differentiated, up to 16, by central differences
        that are one-sided at its ends; each result is normalised again.
    padding : {"zeros", "edge"}, default="zeros"
        What stands in the guard band: nothing, or copies of the series' last value after it and
        of its first value before it.
    """

    normalisation: str = "z-score"
    alignment: str = "energy-centroid"
    guard_band: float = 1.0
    carrier: float = 0.0
    envelope: bool = False
    modulation: float = 1.0
    derivative: int = 0
    padding: str = "zeros"

    def __post_init__(self) -> None:
        check_choice("normalisation", self.normalisation, NORMALISATIONS)
        check_choice("alignment", self.alignment, ALIGNMENTS)
        check_number("guard_band", self.guard_band, least=0)
        check_number("carrier", self.carrier)
        check_number("modulation", self.modulation)
        check_integer("derivative", self.derivative, least=0, most=MOST_DERIVATIVES)
        check_choice("padding", self.padding, PADDINGS)

    def spacing(self) -> float:
        """Spacing of the field's points, in timepoints of the series."""
        return 2.0 if self.envelope else 1.0

    def points(self, n_timepoints: int) -> int:
        """Number of the field's points that carry a series of ``n_timepoints``."""
        return (n_timepoints + 1) // 2 if self.envelope else n_timepoints

    def window(self, n_timepoints: int) -> int:
        """Number of points of the field for a series of ``n_timepoints``."""
        points = self.points(n_timepoints)
        if self.guard_band == 0:
            return max(points, 2)
        return max(_fast_length(math.ceil(points * (1 + self.guard_band))), 2)

    def __call__(self, x: Tensor, dtype: torch.dtype | None = None) -> Tensor:
        """Encode series.

        Parameters
        ----------
        x : Tensor of shape (cases, channels, timepoints), real
        dtype : complex dtype or None
            Of the field; None is that of the precision of ``x``.

        Returns
        -------
        Tensor of shape (cases, channels, window), complex
        """
        normalise = NORMALISATIONS[self.normalisation]
        normalised = normalise(x)
        for _ in range(self.derivative):
            normalised = normalise(central_difference(normalised))
        modulated = normalised * self.modulation + self.carrier
        window = self.window(x.shape[-1])
        series = complex_envelope(modulated) if self.envelope else modulated
        starts = ALIGNMENTS[self.alignment](series, window)
        dtype = complex_dtype(x.dtype) if dtype is None else dtype
        # what is laid is rounded first: it is longer
        series = series.to(dtype if series.is_complex() else real_dtype(dtype))
        return lay_into_window(series, window, starts, padding=self.padding).to(dtype)


def _fast_length(n: int) -> int:
    """The least length of at least ``n`` with no prime factor above 11.

    As :func:`scipy.fft.next_fast_len`, in code that torch.compile can follow; the mark that would
    keep it from looking in, ``assume_constant_result``, loads the compiler with the library.
    """
    length = n
    while not _is_fast(length):
        length += 1
    return length


def _is_fast(length: int) -> bool:
    rest = length
    for prime in (2, 3, 5, 7, 11):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
