"""A spectrometer with photodiodes as wide as they are far from the centre."""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from physembed._checks import check_integer
from physembed.networks.detectors.detector import Detector, Reading, readings

FLOOR = 1e-4
"""Added to a band's power, of a series of power one, under the logarithm."""
LONG = 2**17
"""Points beyond which bands are averaged one by one: one product for all of them takes bands times
as much memory as the spectrum."""


@dataclass(frozen=True)
class Spectrometer(Detector):
    r"""A grating that spreads the field by frequency, and a row of photodiodes.

    Far behind a grating the field is its own Fourier transform. The diodes stand in bands whose
    edges are in equal ratios, so that each sees the same share of an octave:

    .. math:: \log\left( \left\langle |\hat E_k|^2 \right\rangle_{k \in \text{band}} / T
              + 10^{-4} \right)

    with the discrete Fourier transform of the field's real part over its T points at the
    frequencies k = 1 ... T/2. The edges are the different ones of ``bands`` + 1 rounded numbers
    from 1 to T/2 + 1 in geometric progression; short series have fewer bands.

    Parameters
    ----------
    bands : int, default=32
        The most bands.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.Spectrometer(bands=4)
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'spectrum, 6.06 timepoints, log power of band, 0.00781 to 0.0156 cycles per timepoint'
    """

    bands: int = 32

    reads_real_series = True

    def __post_init__(self) -> None:
        check_integer("bands", self.bands, least=1)

    def n_features(self, n_points: int) -> int:
        return len(_edges(self.bands, n_points)) - 1

    def readings(self, n_points: int) -> list[Reading]:
        places = readings("spectrum", "log power of band", self.n_features(n_points))
        bands = pairwise(_edges(self.bands, n_points))
        return [
            replace(place, where=_in_words(low / n_points, (high - 1) / n_points))
            for place, (low, high) in zip(places, bands, strict=True)
        ]

    def __call__(self, field: Tensor) -> Tensor:
        n_points = field.shape[-1]
        power = torch.fft.rfft(field.real).abs().square() / n_points
        if n_points > LONG:
            edges = pairwise(_edges(self.bands, n_points))
            means = [power[..., low:high].mean(dim=-1) for low, high in edges]
            return torch.log(torch.stack(means, dim=-1) + FLOOR)
        return torch.log(power @ _averages(self.bands, n_points).to(power) + FLOOR)


def _in_words(low: float, high: float) -> str:
    """The frequencies of a band."""
    told = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
    return f"{told} cycles per timepoint"


def _edges(bands: int, n_points: int) -> list[int]:
    """First frequency of every band, and one past the last."""
    places = np.geomspace(1, max(n_points // 2, 1) + 1, bands + 1)
    return [int(place) for place in np.unique(np.round(places))]


@lru_cache(maxsize=64)
def _averages(bands: int, n_points: int) -> Tensor:
    """What averages the frequencies 0 ... T/2 in each band, shape (frequencies, bands)."""
    edges = _edges(bands, n_points)
    # kept for any later call, which may be outside of inference mode
    with torch.inference_mode(False):
        weights = torch.zeros(n_points // 2 + 1, len(edges) - 1, dtype=torch.float64)
        for band, (low, high) in enumerate(pairwise(edges)):
            weights[low:high, band] = 1 / (high - low)
    return weights
