"""A spectrometer behind a shutter that opens again and again."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from physembed._checks import check_choice, check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.networks.detectors.detector import Detector, Reading, readings
from physembed.networks.detectors.ear import COUPLINGS, band_numbers, contrast_of_cells


@dataclass(frozen=True)
class Spectrogram(Detector):
    """log(I / mean + 0.001) of the mean intensity in each band of each section of a spectrogram.

    A shutter opens ``openings`` times, T/openings points apart and each time half as long again,
    with the transmission sin²(π j / n) at its n points (Hann's). A grating spreads what passes by
    frequency, k = 1 ... n/2 - 1 of n points, and photodiodes in bands as wide as those of
    :class:`~physembed.CellBands`, a cell being the frequencies up to n/2, read every opening. The
    window is a ring: what is missing of the last opening at its end stands at its beginning.

    The openings are shared out among ``sections`` stretches of time, over each of which every
    band's intensity is averaged; then the logarithm of the contrast as of ``CellBands``. It reads
    the real part of the field.

    Parameters
    ----------
    sections : int
        Number of stretches of time.
    bands : int, default=16
    openings : int, default=40
        At least as many as there are sections, and 2 at least.
    corner, lowest : float, default=0.175 and 0.0125
        As of ``CellBands``.
    coupling : {"direct", "alternating"}, default="direct"
        As of ``CellBands``: "alternating" takes each band's mean over the sections away.

    Raises
    ------
    InvalidInputError
        If an argument is not as described; when it is used, if a band would hold no frequency.

    References
    ----------
    Gabor, J. IEE 93 (1946) 429; as of ``CellBands`` for the bands. In optics it is FROG with a
    known gate: Trebino and Kane, J. Opt. Soc. Am. A 10 (1993) 1101.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.Spectrogram(sections=2, bands=3, openings=8)
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'spectrogram, 6.06 timepoints, band of section 1, 1 of 3'
    """

    sections: int
    bands: int = 16
    openings: int = 40
    corner: float = 0.175
    lowest: float = 0.0125
    coupling: str = "direct"

    reads_real_series = True

    def __post_init__(self) -> None:
        for name in ("sections", "bands"):
            check_integer(name, getattr(self, name), least=1)
        check_integer("openings", self.openings, least=max(2, self.sections))
        check_number("corner", self.corner, above=0)
        check_number("lowest", self.lowest, least=0, below=1)
        check_choice("coupling", self.coupling, COUPLINGS)

    def length(self, n_points: int) -> int:
        """Points n for which the shutter is open.

        Raises
        ------
        InvalidInputError
            If the field is too short for as many openings.
        """
        length = 2 * (3 * n_points // (4 * self.openings))
        if length < 4:
            most = 3 * n_points // 8
            advice = (
                f"openings must be at most {most}" if most > 1 else "it needs at least 6 points"
            )
            raise InvalidInputError(
                f"a Spectrogram of {self.openings} openings has none long enough in {n_points} "
                f"points: {advice}."
            )
        return length

    def n_features(self, n_points: int) -> int:
        return self.sections * self.bands

    def readings(self, n_points: int) -> list[Reading]:
        return [
            reading
            for section in range(1, self.sections + 1)
            for reading in readings("spectrogram", f"band of section {section}", self.bands)
        ]

    def __call__(self, field: Tensor) -> Tensor:
        places, shutter, averages, shares = (
            table.to(field.device) for table in _tables(self, field.shape[-1])
        )
        passed = field.real[..., places] * shutter.to(field.real)
        spectrum = torch.fft.rfft(passed)
        power = spectrum.real**2 + spectrum.imag**2
        # (cases, channels, openings, bands), then over the openings of every section
        means = shares.to(power) @ (power @ averages.to(power))
        return contrast_of_cells(means, self.coupling)


def bands_of(detector: Spectrogram, n_points: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first frequency of every band, and one past its last.

    Raises
    ------
    InvalidInputError
        If a band would hold no frequency.
    """
    half = detector.length(n_points) // 2
    share = torch.arange(1, half, dtype=torch.float64) / half
    bands = band_numbers(share, detector.bands, detector.corner, detector.lowest)
    counts = torch.bincount(bands[bands >= 0], minlength=detector.bands)
    if bool((counts == 0).any()):
        raise InvalidInputError(
            f"bands must be fewer than {detector.bands} where {detector.openings} openings share "
            f"{n_points} points: a band would hold no frequency."
        )
    stops = (int((bands < 0).sum()) + 1 + counts.cumsum(0)).tolist()
    return tuple(s - c for s, c in zip(stops, counts.tolist(), strict=True)), tuple(stops)


def first_openings(detector: Spectrogram) -> list[int]:
    """The first opening of every section, then their number."""
    return [k * detector.openings // detector.sections for k in range(detector.sections + 1)]


@lru_cache(maxsize=64)
def _tables(detector: Spectrogram, n_points: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Points of every opening, transmission, averages over bands and over openings."""
    length, openings = detector.length(n_points), detector.openings
    starts, stops = bands_of(detector, n_points)
    edges = first_openings(detector)
    # kept for any later call, which may be outside of inference mode
    with torch.inference_mode(False):
        points = torch.arange(length)
        firsts = torch.arange(openings) * n_points // openings
        places = (firsts[:, None] + points) % n_points
        shutter = torch.sin(torch.pi * points.double() / length) ** 2
        averages = torch.zeros(length // 2 + 1, detector.bands, dtype=torch.float64)
        for band, (first, stop) in enumerate(zip(starts, stops, strict=True)):
            averages[first:stop, band] = 1 / (stop - first)
        shares = torch.zeros(detector.sections, openings, dtype=torch.float64)
        for section in range(detector.sections):
            first, stop = edges[section], edges[section + 1]
            shares[section, first:stop] = 1 / (stop - first)
    return places, shutter, averages, shares
