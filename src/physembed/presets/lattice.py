"""Lenslet arrays of several periods in parallel: spectrograms made by two phase masks each.

Beside them one fibre without a medium: the series on a carrier, straight into a detector, since
shape and sign are what a spectrogram does not show.
"""

from physembed.networks import BinnedIntensity, Fibre, SeriesEncoder
from physembed.physics import GrossPitaevskii, HarmonicTrap, OpticalLattice
from physembed.presets.preset import Preset, for_every_length

CELLS_PER_SERIES = (1, 2, 4, 8, 16)
SHORTEST_CELL = 16
SPECTRAL_BINS = 64
DIRECT_BINS = 32
CARRIER = 2.0
SHORTEST_RECORDING = 1000
"""Longer series are taken for recordings, in which an event may lie anywhere, and are aligned by
their energy; shorter ones for shapes that lie where they belong. Cross-validation on the training
cases of UCR sets agrees with few exceptions."""


def _fibres(n_timepoints: int) -> tuple[Fibre, ...]:
    alignment = "energy-centroid" if n_timepoints >= SHORTEST_RECORDING else "left"
    periods = [n_timepoints / cells for cells in CELLS_PER_SERIES]
    long_enough = [period for period in periods if period >= SHORTEST_CELL] or periods[:1]
    return (*(_lenslets(period, alignment) for period in long_enough), _straight(alignment))


def _lenslets(period: float, alignment: str) -> Fibre:
    """A lattice, then dispersion to its focus: two layers, since a Lie step is linear first."""
    return Fibre(
        equation=GrossPitaevskii(OpticalLattice(period)),
        coefficients={"kinetic": (0.0, 1.0), "g": 0.0, "strength": (1.0, 0.0)},
        n_layers=2,
        encoder=SeriesEncoder(alignment=alignment, guard_band=0.0),
        detector=BinnedIntensity(bins=SPECTRAL_BINS, response="log"),
    )


def _straight(alignment: str) -> Fibre:
    return Fibre(
        equation=GrossPitaevskii(HarmonicTrap()),
        coefficients={"kinetic": 0.0, "g": 0.0, "strength": 0.0},
        n_layers=1,
        encoder=SeriesEncoder(alignment=alignment, guard_band=0.0, carrier=CARRIER),
        detector=BinnedIntensity(bins=DIRECT_BINS, response="sqrt"),
    )


LATTICE = Preset("lattice", for_every_length(_fibres))
