"""The paper's network: six layers of a nonlinear Schrödinger medium, 18 coefficients."""

from physembed.estimators.presets.preset import Preset
from physembed.networks import BinnedIntensity, Fibre, SeriesEncoder, Trainable
from physembed.physics import NonlinearSchrodinger
from physembed.training import TrainingSettings

N_LAYERS = 6


def _fibres(n_timepoints: int) -> tuple[Fibre, ...]:
    fibre = Fibre(
        equation=NonlinearSchrodinger(),
        coefficients={
            "alpha": Trainable(0.0),
            "beta2": Trainable(0.4),
            "gamma": Trainable(0.05),
        },
        n_layers=N_LAYERS,
        encoder=SeriesEncoder(guard_band=1.0),
        detector=BinnedIntensity(bins=n_timepoints, response="sqrt"),
    )
    return (fibre,)


NLSE = Preset(
    name="nlse",
    fibres=_fibres,
    standardise=True,
    training=TrainingSettings(max_epochs=40, physics_rate=0.01, head_rate=1e-3),
)
