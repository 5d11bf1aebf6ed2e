"""Statistics over the cells of a lattice."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool1d

from physembed._checks import check_choice, check_integer
from physembed.networks.detectors.detector import RESPONSES, Detector, Reading, intensity, readings


@dataclass(frozen=True)
class CellStatistics(Detector):
    """Mean and standard deviation, over the cells, of the response in each bin of a cell.

    In a lattice's focus every cell shows its own spectrum: the mean over the cells is the
    spectrum of the series, wherever in it a thing happens, and the deviation says what changes.

    Parameters
    ----------
    cells : int
        Number of equal cells of the window.
    bins : int, default=16
        Bins per cell over which |E|^2 is averaged.
    response : {"linear", "sqrt", "log"}, default="log"
        As of :class:`BinnedIntensity`.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.CellStatistics(cells=4, bins=4)
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'intensity, 6.06 timepoints, mean over the cells, 1 of 4'
    """

    cells: int
    bins: int = 16
    response: str = "log"

    def __post_init__(self) -> None:
        for name in ("cells", "bins"):
            check_integer(name, getattr(self, name), least=1)
        check_choice("response", self.response, RESPONSES)

    def n_features(self, n_points: int) -> int:
        return 2 * self.bins

    def readings(self, n_points: int) -> list[Reading]:
        return [
            reading
            for quantity in ("mean over the cells", "deviation over the cells")
            for reading in readings("|E|²", quantity, self.bins)
        ]

    def __call__(self, field: Tensor) -> Tensor:
        binned = adaptive_avg_pool1d(intensity(field), self.cells * self.bins)
        cells = RESPONSES[self.response](binned).unflatten(-1, (self.cells, self.bins))
        mean = cells.mean(dim=-2)
        # rounded up so that its root has a slope where all cells are alike
        variance = (cells - mean[..., None, :]).square().mean(dim=-2)
        return torch.cat([mean, (variance + 1e-12).sqrt()], dim=-1)
