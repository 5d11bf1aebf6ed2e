"""A row of detectors behind every cell of a lattice, as wide as the ear's bands."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from physembed._checks import check_choice, check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.networks.detectors.detector import Detector, Reading, intensity, readings
from physembed.networks.detectors.ear import COUPLINGS, band_numbers, contrast_of_cells


@dataclass(frozen=True)
class CellBands(Detector):
    """log(I / mean + 0.001) of the mean intensity in each band of each cell.

    In a lattice's focus every cell shows the spectrum of what entered there, of a one-sided field
    (``SeriesEncoder(envelope=True)``) from its lowest frequency on the left to its highest. Band
    k = 0 ... K - 1 lies between the shares e_k and e_{k+1} of the cell,

        e_k + c = (e_0 + c) ((1 + c) / (e_0 + c))^(k / K),

    equally wide where c is large, as wide as they are high where it is small: with the mel scale's
    c = 0.175 for speech of 8,000 samples a second, equal below 700 Hz. With "alternating" coupling
    each band's mean over the cells, which says more of a speaker or a microphone than of what is
    said, is taken from its log.

    Parameters
    ----------
    cells : int
        Number of equal cells of the window.
    bands : int, default=16
        K.
    corner : float, default=0.175
        c, a share of the cell.
    lowest : float, default=0.0125
        e_0, the share of the cell that no detector sees.
    coupling : {"direct", "alternating"}, default="direct"

    References
    ----------
    Stevens, Volkmann and Newman, J. Acoust. Soc. Am. 8 (1937) 185, and O'Shaughnessy, Speech
    Communication (1987), on the mel scale; Atal, J. Acoust. Soc. Am. 55 (1974) 1304, on taking the
    mean of a log spectrum away.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.CellBands(cells=4, bands=3)
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'intensity, 6.06 timepoints, band of cell 1, 1 of 3'
    """

    cells: int
    bands: int = 16
    corner: float = 0.175
    lowest: float = 0.0125
    coupling: str = "direct"

    def __post_init__(self) -> None:
        for name in ("cells", "bands"):
            check_integer(name, getattr(self, name), least=1)
        check_number("corner", self.corner, above=0)
        check_number("lowest", self.lowest, least=0, below=1)
        check_choice("coupling", self.coupling, COUPLINGS)

    def n_features(self, n_points: int) -> int:
        return self.cells * self.bands

    def readings(self, n_points: int) -> list[Reading]:
        return [
            reading
            for cell in range(1, self.cells + 1)
            for reading in readings("|E|²", f"band of cell {cell}", self.bands)
        ]

    def __call__(self, field: Tensor) -> Tensor:
        places, counts = _places(self, field.shape[-1])
        places, counts = places.to(field.device), counts.to(field.real)
        power = intensity(field)
        # one place more for what falls between the detectors
        sums = power.new_zeros(*power.shape[:-1], len(counts) + 1).index_add(-1, places, power)
        means = sums[..., :-1] / counts
        return contrast_of_cells(means.unflatten(-1, (self.cells, self.bands)), self.coupling)


@lru_cache(maxsize=64)
def _places(detector: CellBands, n_points: int) -> tuple[Tensor, Tensor]:
    """Onto which detector each point falls, one past the last for none, and how many fall there."""
    # kept for any later call, which may be outside of inference mode
    with torch.inference_mode(False):
        n_detectors = detector.cells * detector.bands
        share = (torch.arange(n_points, dtype=torch.float64) + 0.5) * detector.cells / n_points
        cell = share.floor()
        band = band_numbers(share - cell, detector.bands, detector.corner, detector.lowest)
        places = torch.where(band < 0, n_detectors, cell.long() * detector.bands + band)
        counts = torch.bincount(places, minlength=n_detectors + 1)[:-1]
    if bool((counts == 0).any()):
        raise InvalidInputError(
            f"bands must be fewer than {detector.bands} where {detector.cells} cells share "
            f"{n_points} points: a detector would have no point of the field."
        )
    return places, counts
