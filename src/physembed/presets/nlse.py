"""The paper's network: six layers of a nonlinear Schrödinger medium, 18 coefficients.

What the paper does not say, and measured choices fill in: each series is z-normalised and laid
with the centroid of its energy in the middle of a window four times its length, because on a
window of the series' own length dispersion wraps round; the start of beta2 is chosen by the
training cases, since the gradient does not find it from afar; |E|^2 is averaged to the series'
sampling interval before the root is taken, so that the readout has one weight per timepoint.
"""

from physembed.networks import BinnedIntensity, Fibre, SeriesEncoder, Trainable
from physembed.physics import NonlinearSchrodinger
from physembed.presets.preset import Preset, for_every_length
from physembed.training import ProjectionSettings, TrainingSettings

N_LAYERS = 6
TRAINING = TrainingSettings(
    max_epochs=20,
    min_steps=400,
    batch_size=32,
    physics_rate=0.01,
    head_rate=3e-3,
    weight_decay=3.0,
    start_scales=(0.04, 0.08, 0.16, 0.32, 0.64, 1.28),
)


def _fibres(n_timepoints: int) -> tuple[Fibre, ...]:
    fibre = Fibre(
        equation=NonlinearSchrodinger(),
        coefficients={
            "alpha": Trainable(0.0),
            "beta2": Trainable(1.0),
            "gamma": Trainable(0.1),
        },
        n_layers=N_LAYERS,
        encoder=SeriesEncoder(guard_band=3.0),
        detector=BinnedIntensity(bins=n_timepoints, response="sqrt"),
    )
    return (fibre,)


SEARCH = ProjectionSettings(rungs=((16, 0, 200), (3, 6, 250), (1, 24, 500)), readout="ridge")
"""A quarter of the work of the default search: six equal layers leave little to search for."""

NLSE = Preset("nlse", for_every_length(_fibres), training=TRAINING, projection=SEARCH)
