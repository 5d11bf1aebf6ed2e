"""The paper's other network: six layers of a condensate in a harmonic trap, 18 coefficients."""

from physembed.networks import BinnedIntensity, Fibre, SeriesEncoder, Trainable
from physembed.physics import GrossPitaevskii, HarmonicTrap
from physembed.presets.preset import Preset, for_every_length
from physembed.training import TrainingSettings

N_LAYERS = 6
QUARTER_TURN = 0.26
"""kinetic = strength = 2 sin(pi / 24) in each of six layers turns time into frequency: a layer
rotates phase space by the angle whose cosine is 1 - kinetic strength / 2."""


def _fibres(n_timepoints: int) -> tuple[Fibre, ...]:
    fibre = Fibre(
        equation=GrossPitaevskii(HarmonicTrap()),
        coefficients={
            "kinetic": Trainable(QUARTER_TURN),
            "g": Trainable(0.05),
            "strength": Trainable(QUARTER_TURN),
        },
        n_layers=N_LAYERS,
        encoder=SeriesEncoder(guard_band=1.0),
        detector=BinnedIntensity(bins=n_timepoints, response="sqrt"),
    )
    return (fibre,)


GPE = Preset(
    "gpe",
    for_every_length(_fibres),
    training=TrainingSettings(
        max_epochs=20,
        min_steps=400,
        batch_size=32,
        physics_rate=0.01,
        head_rate=3e-3,
        weight_decay=3.0,
    ),
)
