"""The paper's network as its text has it: the window of the series, everything from zero.

No guard band, no alignment, |E| at every timepoint with one weight each. Zero is a stationary
point, so every coefficient starts a hair's breadth away from it, at random and by the seed; what
the gradient makes of it is the result. All else, the training included, is as in `nlse`, except
that a start at zero leaves no scale to choose.
"""

from dataclasses import replace

from physembed.networks import Amplitude, Fibre, SeriesEncoder, Trainable
from physembed.physics import NonlinearSchrodinger
from physembed.presets.nlse import N_LAYERS, SEARCH, TRAINING
from physembed.presets.preset import Preset, for_every_length

HAIRS_BREADTH = 1e-3
"""Standard deviation of the start, in natural units: a tenth of the first steps of training."""


def _fibres(n_timepoints: int) -> tuple[Fibre, ...]:
    fibre = Fibre(
        equation=NonlinearSchrodinger(),
        coefficients={
            name: Trainable(0.0, spread=HAIRS_BREADTH) for name in ("alpha", "beta2", "gamma")
        },
        n_layers=N_LAYERS,
        encoder=SeriesEncoder(alignment="left", guard_band=0.0),
        detector=Amplitude(),
    )
    return (fibre,)


PAPER = Preset(
    "paper",
    for_every_length(_fibres),
    training=replace(TRAINING, start_scales=()),
    projection=SEARCH,
)
