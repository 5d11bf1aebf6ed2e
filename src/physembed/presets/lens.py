"""A lens, a dispersion and a prism before a handful of detectors: few numbers, all of them found.

Half of the dispersion, then V = a1 x + a2 x^2, then the other half: with a2 times the dispersion
near 2 the detectors see a spectrum, which the dispersion magnifies and the prism shifts; elsewhere
a fractional one; at zero the series itself. With few detectors it matters what falls onto them,
and that is what three trained numbers decide. Which encoder serves best is chosen too, by the
left-out error on the training cases. `tiny` does better at the same size; this one is three numbers
in all, and the smallest laboratory for how physics is found.
"""

from physembed.networks import BinnedIntensity, Fibre, SeriesEncoder, Trainable
from physembed.physics import GrossPitaevskii, PolynomialPotential
from physembed.presets.preset import Asked, Preset, n_detectors
from physembed.training import ProjectionSettings

ENCODERS = (
    SeriesEncoder(alignment="left", guard_band=0.0, envelope=True),
    SeriesEncoder(alignment="left", guard_band=1.0, envelope=True),
    SeriesEncoder(alignment="left", guard_band=0.0, carrier=2.0),
)
"""The envelope, alone and in a window twice as long; and the series on a carrier, on which
detectors tell x from -x. Left-out errors on UCR training sets chose them among five."""


def compositions(asked: Asked) -> list[tuple[Fibre]]:
    """One fibre each, over all encoders."""
    n_channels, _, n_classes = asked.sizes
    bins = n_detectors(asked.budget, n_channels, n_classes)
    return [(_fibre(encoder, bins),) for encoder in ENCODERS]


def _fibre(encoder: SeriesEncoder, bins: int) -> Fibre:
    return Fibre(
        equation=GrossPitaevskii(PolynomialPotential(2)),
        coefficients={
            "kinetic": Trainable(2.0),
            "g": 0.0,
            "a1": Trainable(0.0),
            "a2": Trainable(1.0),
        },
        n_layers=1,
        encoder=encoder,
        detector=BinnedIntensity(bins=bins, response="log"),
        scheme="strang",
    )


LENS = Preset(
    "lens",
    compositions,
    training=ProjectionSettings(
        rungs=((384, 0, 200), (24, 10, 250), (6, 20, 400), (2, 40, 1000)),
    ),
    signed_readout=True,
    has_a_budget=True,
)
