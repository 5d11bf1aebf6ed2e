"""Lenslet arrays of several periods in parallel: spectrograms made by two phase masks each."""

from physembed.estimators.presets.preset import Preset
from physembed.networks import BinnedIntensity, Fibre, SeriesEncoder
from physembed.physics import GrossPitaevskii, OpticalLattice

CELLS_PER_SERIES = (1, 2, 4, 8, 16)
SHORTEST_CELL = 16
BINS = 64


def _fibres(n_timepoints: int) -> tuple[Fibre, ...]:
    periods = [n_timepoints / cells for cells in CELLS_PER_SERIES]
    kept = [period for period in periods if period >= SHORTEST_CELL] or periods[:1]
    return tuple(_lenslets(period) for period in kept)


def _lenslets(period: float) -> Fibre:
    """A lattice, then dispersion to its focus: two layers, since a Lie step is linear first."""
    return Fibre(
        equation=GrossPitaevskii(OpticalLattice(period)),
        coefficients={"kinetic": (0.0, 1.0), "g": 0.0, "strength": (1.0, 0.0)},
        n_layers=2,
        encoder=SeriesEncoder(guard_band=0.0),
        detector=BinnedIntensity(bins=BINS, response="log"),
    )


LATTICE = Preset(name="lattice", fibres=_fibres, standardise=False, training=None)
