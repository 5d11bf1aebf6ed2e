"""For recordings: two lenslet arrays, one long and one short, read in bands as the ear has them.

The complex envelope has half the samples, and a one-sided spectrum in every cell. The long cells
tell frequencies apart, less what they all have in common; the short ones tell when.
"""

import math

from physembed.networks import CellBands, Fibre, SeriesEncoder
from physembed.physics import GrossPitaevskii, OpticalLattice
from physembed.presets.preset import Preset, for_every_length

LONG_CELLS, SHORT_CELLS = 4, 8
LONG_BANDS, SHORT_BANDS = 16, 8
POINTS_PER_BAND = 4
"""At least, on the mean; shorter series have fewer bands."""


def _fibres(n_timepoints: int) -> tuple[Fibre, ...]:
    return (
        lenslets(n_timepoints, LONG_CELLS, LONG_BANDS, "alternating"),
        lenslets(n_timepoints, SHORT_CELLS, SHORT_BANDS, "direct"),
    )


def lenslets(n_timepoints: int, cells: int, bands: int, coupling: str) -> Fibre:
    """A lattice whose cells tile the window, then dispersion to its focus.

    Parameters
    ----------
    n_timepoints : int
    cells, bands : int
        Cells in the window, and bands in a cell.
    coupling : {"alternating", "direct"}
        See :class:`~physembed.networks.CellBands`.
    """
    encoder = SeriesEncoder(alignment="energy-centroid", guard_band=0.0, envelope=True)
    n_points = encoder.window(n_timepoints)
    period = n_points * encoder.spacing() / cells
    fewer = max(1, min(bands, n_points // cells // POINTS_PER_BAND))
    return Fibre(
        # the middle of the window is between two cells
        equation=GrossPitaevskii(OpticalLattice(period)),
        coefficients={"kinetic": (0.0, 1.0), "g": 0.0, "strength": (1.0, 0.0), "phase": math.pi},
        n_layers=2,
        encoder=encoder,
        detector=CellBands(cells, fewer, coupling=coupling),
    )


AUDITORY = Preset("auditory", for_every_length(_fibres), readout="best")
