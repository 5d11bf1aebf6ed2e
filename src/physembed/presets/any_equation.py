"""Any equation as an embedding: its coefficients in natural units, a window, detectors, a start.

The budget is the paper's, eighteen coefficients: as many layers as that allows. Coefficients per
length begin at one natural unit over all layers together, pure numbers at their default or in the
middle of what makes sense; an intensity detector on a real field cannot tell u from -u, so that a
real field enters as 1 + x/2, with its first and last values in the guard band, and is seen where
the series was laid. What the physics is worth, a search finds by projection.
"""

from physembed.networks import BinnedIntensity, Fibre, SeriesEncoder, Trainable
from physembed.physics import Coefficient, MasterEquation
from physembed.presets.preset import DETECTORS, Preset, for_every_length
from physembed.training import ProjectionSettings

COEFFICIENTS = 18
"""Of all layers together, at most."""

STEPS_PER_LAYER = 3
"""Of an exponential scheme, which takes the steepest natural nonlinearity along."""

SEARCH = ProjectionSettings(rungs=((12, 0, 128), (3, 5, 128), (1, 12, 200)), readout="ridge")

REAL = SeriesEncoder(carrier=1.0, modulation=0.5, padding="edge", alignment="left", guard_band=1.0)
COMPLEX = SeriesEncoder(guard_band=1.0)


def fibre_of(equation: MasterEquation, *, detectors: int = DETECTORS) -> Fibre:
    """The fibre by which an equation embeds series.

    Parameters
    ----------
    equation : MasterEquation
    detectors : int, default=16
        Equal bins in which the intensity of what leaves is measured.
    """
    coefficients = equation.coefficients
    n_layers = max(1, COEFFICIENTS // max(1, len(coefficients)))
    return Fibre(
        equation,
        {name: _start(given, n_layers) for name, given in coefficients.items()},
        n_layers=n_layers,
        encoder=REAL if equation.is_real else COMPLEX,
        detector=BinnedIntensity(detectors, response="sqrt"),
        scheme="strang" if equation.is_conservative else "etdrk2",
        steps_per_layer=1 if equation.is_conservative else STEPS_PER_LAYER,
        gated=equation.is_real,
    )


def of_equation(equation: MasterEquation, name: str, *, detectors: int = DETECTORS) -> Preset:
    """An equation as a preset, trained by projection.

    Parameters
    ----------
    equation : MasterEquation
    name : str
    detectors : int, default=16
    """
    fibre = fibre_of(equation, detectors=detectors)
    return Preset(name, for_every_length(lambda n_timepoints: (fibre,)), training=SEARCH)


def _start(coefficient: Coefficient, n_layers: int) -> Trainable:
    low, high = coefficient.span
    default, middle = coefficient.default, (low + high) / 2
    # also what is a rate in time, in the middle of whose range a medium does nothing
    if "length" in coefficient.unit or (default is None and middle == 0):
        return Trainable(1.0 / n_layers)
    # one number for all layers, whose range is not shared out among them
    return Trainable(
        middle if default is None else default,
        shared=True,
        span=(low * n_layers, high * n_layers),
    )
