"""The encoder of the networks: normalise, perhaps take the envelope, align in a guard band."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_choice, check_flag, check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.networks.encoders.alignments import ALIGNMENTS, PADDINGS, lay_into_window
from physembed.networks.encoders.normalisations import NORMALISATIONS
from physembed.physics.transforms import COMPLEX_OF, REAL_OF


def central_difference(x: Tensor) -> Tensor:
    """(x[t + 1] - x[t - 1]) / 2 along the last axis, one-sided at both ends; the same shape."""
    return torch.gradient(x, dim=-1)[0] if x.shape[-1] > 1 else torch.zeros_like(x)


def complex_envelope(x: Tensor) -> Tensor:
    """One-sided spectrum with its carrier moved to zero frequency.

    The spectrum of a real series is symmetric, so the upper half suffices: n real points become
    ceil(n / 2) complex ones, twice as far apart. Only the Nyquist bin of an even n is dropped.

    Parameters
    ----------
    x : Tensor of shape (..., timepoints), real

    Returns
    -------
    Tensor of shape (..., ceil(timepoints / 2)), complex
        Its mean |E|^2 is that of x where x has no mean and no Nyquist component.
    """
    n_points = x.shape[-1]
    half = (n_points + 1) // 2
    upper = torch.fft.rfft(x)[..., :half]
    carrier = half // 2
    # 2 sqrt(1/2) for the folded half, half / n for the shorter inverse transform
    scale = 2**0.5 * half / n_points
    return torch.fft.ifft(torch.roll(upper, -carrier, dims=-1)) * scale


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


MOST_DERIVATIVES = 16
"""Each doubles the noise of neighbouring points; more would tell of nothing else."""


@dataclass(frozen=True)
class SeriesEncoder:
    """A real series, or a field, as the field that enters the medium.

    Parameters
    ----------
    normalisation : {"z-score", "power", "peak", "none"}, default="z-score"
        Scale of every case and channel. With "z-score", which takes the mean away, and "power",
        which leaves it, the mean intensity of the series is one, and so a nonlinearity of one
        natural unit turns its phase by one radian per layer; with another scale, or a carrier, the
        unit is a radian at intensity one.
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
    quadratures : bool, default=False
        Whether the channels are the quadratures of fields, of each its real part and then its
        imaginary part: two channels are one field. Estimators set it where X is complex.
    channel_differences : bool, default=False
        Whether fields are what each channel but the last lacks to the next one, x[c + 1] - x[c]:
        of C channels, C - 1 fields.

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> encoder = pe.SeriesEncoder(alignment="left", guard_band=1.0)
    >>> series = torch.sin(torch.arange(50) / 4)[None, None]  # cases, channels, timepoints
    >>> field = encoder(series)
    >>> field.shape, round(float(field.abs().square().sum() / 50), 2)  # a guard band; intensity one
    (torch.Size([1, 1, 100]), 1.0)
    """

    normalisation: str = "z-score"
    alignment: str = "energy-centroid"
    guard_band: float = 1.0
    carrier: float = 0.0
    envelope: bool = False
    modulation: float = 1.0
    derivative: int = 0
    padding: str = "zeros"
    quadratures: bool = False
    channel_differences: bool = False

    def __post_init__(self) -> None:
        for name in ("envelope", "quadratures", "channel_differences"):
            check_flag(name, getattr(self, name))
        if self.quadratures and self.channel_differences:
            raise InvalidInputError(
                "channel_differences are of real series; with quadratures=True two channels are "
                "one field, so that one of them must be False."
            )
        if self.quadratures and self.envelope:
            raise InvalidInputError(
                "envelope makes a field of a real series; with quadratures=True there is one "
                "already, so that one of them must be False."
            )
        check_choice("normalisation", self.normalisation, NORMALISATIONS)
        check_choice("alignment", self.alignment, ALIGNMENTS)
        check_number("guard_band", self.guard_band, least=0)
        check_number("carrier", self.carrier)
        check_number("modulation", self.modulation)
        check_integer("derivative", self.derivative, least=0, most=MOST_DERIVATIVES)
        check_choice("padding", self.padding, PADDINGS)

    @property
    def removes_level(self) -> bool:
        """Whether neither an offset nor a gain of a channel reaches the field.

        What lies between two channels changes with the gain of one.
        """
        if self.channel_differences:
            return False
        is_scaled = self.normalisation != "none"
        return self.normalisation == "z-score" or (is_scaled and self.derivative > 0)

    @property
    def keeps_values(self) -> bool:
        """Whether a field's values are those of the series, or differences of its channels."""
        is_scaled = self.normalisation != "none" or self.modulation != 1
        is_shifted = self.derivative != 0 or self.carrier != 0
        return not (is_scaled or is_shifted or self.envelope or self.quadratures)

    def n_fields(self, n_channels: int) -> int:
        """Number of fields that so many channels become.

        Raises
        ------
        InvalidInputError
            If one of the two quadratures of a field is missing, or the second channel of a
            difference.
        """
        if self.channel_differences:
            if n_channels < 2:
                raise InvalidInputError(
                    f"n_channels must be at least 2 where channel_differences=True, got "
                    f"{n_channels}."
                )
            return n_channels - 1
        if not self.quadratures:
            return n_channels
        if n_channels % 2:
            raise InvalidInputError(
                f"n_channels must be even where channels are quadratures, got {n_channels}."
            )
        return n_channels // 2

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

    def entering(self, x: Tensor) -> Tensor:
        """Of series (cases, channels, timepoints) the channels, or differences, to be encoded.

        Raises
        ------
        InvalidInputError
            As of :meth:`n_fields`.
        """
        self.n_fields(x.shape[1])
        return x[:, 1:] - x[:, :-1] if self.channel_differences else x

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
            Of quadratures, (cases, channels / 2, window); of differences, (cases, channels - 1,
            window).
        """
        series = self.modulated(x)
        return self.laid(series, x.shape[-1], COMPLEX_OF[x.dtype] if dtype is None else dtype)

    def modulated(self, x: Tensor) -> Tensor:
        """The series as they are laid into the window, by which encoders differ no more."""
        x = self.entering(x)
        if self.quadratures:
            x = torch.complex(x[:, 0::2], x[:, 1::2])
        normalise = NORMALISATIONS[self.normalisation]
        normalised = normalise(x)
        for _ in range(self.derivative):
            normalised = normalise(central_difference(normalised))
        modulated = normalised * self.modulation + self.carrier
        return complex_envelope(modulated) if self.envelope else modulated

    def laid(self, series: Tensor, n_timepoints: int, dtype: torch.dtype) -> Tensor:
        """What :meth:`modulated` gives of series of ``n_timepoints``, in the window."""
        window = self.window(n_timepoints)
        starts = None
        if self.alignment != "left":
            starts = ALIGNMENTS[self.alignment](series, window)
        # what is laid is rounded first: it is longer
        series = series.to(dtype if series.is_complex() else REAL_OF[dtype])
        return lay_into_window(series, window, starts, padding=self.padding).to(dtype)
