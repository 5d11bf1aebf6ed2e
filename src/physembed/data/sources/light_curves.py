"""Light curves of variable stars, simulated: what stands in where StarLightCurves is not at hand.

Nothing here was measured. The shapes are the published ones, with their scatter; where Fourier
parameters are given, they were read off the cited figures to about a tenth. As many training cases
of each class, and as many points of a period, as the archive's set has.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from physembed.data.dataset import Dataset

Numbers = NDArray[np.float64]

NAME = "SimulatedLightCurves"
SEED = 19810
N_POINTS = 1024
TRAINING_CASES = {"cepheid": 152, "eclipsing-binary": 275, "rr-lyrae": 573}
"""Of each class, as in StarLightCurves; twice as many are test cases."""

EPOCHS = (150, 600)
"""How often a star is observed, at random phases."""
PHOTOMETRIC_ERROR = (0.02, 0.06)
"""Standard deviation of an observation, in magnitudes."""
MISALIGNMENT = 0.08
"""Standard deviation of the phase at which curves are laid over each other, in periods: with so
much, a linear classifier is right about as often, on training cases left out, as the paper says
that it is on StarLightCurves (84.6 %)."""


def load() -> Dataset:
    """Simulate the set, which is the same every time.

    Returns
    -------
    Dataset
        1,000 training and 2,000 test cases of 1,024 points of one period: brightness (magnitudes
        with their sign turned), less its mean, in standard deviations.
    """
    random = np.random.default_rng(SEED)
    parts = []
    for times in (1, 2):
        labels = np.repeat(list(TRAINING_CASES), [times * n for n in TRAINING_CASES.values()])
        labels = random.permutation(labels)
        curves = np.stack([_observed(MAGNITUDES[label], random) for label in labels])
        parts.append((curves[:, None, :], labels.astype(str)))
    (X_train, y_train), (X_test, y_test) = parts
    return Dataset.from_arrays(
        name=NAME,
        X_train=X_train,
        y_train=y_train,
        X_test=X_test,
        y_test=y_test,
        source="simulated by physembed from published shapes",
    )


def _cepheid(phase: Numbers, random: Generator) -> Numbers:
    # how far on the way from three to eight days
    way = random.uniform()
    ratios = [0.43 - 0.15 * way, 0.19 - 0.12 * way, 0.08 - 0.04 * way]
    phases = [4.1 + 0.9 * way, 2.0 + 1.2 * way, 6.2 + 1.5 * way]
    amplitude = random.uniform(0.2, 0.45)
    return _pulsation(phase, random, amplitude, ratios, phases, scatter=(0.03, 0.15))


def _rr_lyrae(phase: Numbers, random: Generator) -> Numbers:
    amplitude = random.uniform(0.2, 0.45)
    ratios, phases = [0.46, 0.33, 0.21, 0.13], [3.95, 1.95, 6.0, 3.9]
    return _pulsation(phase, random, amplitude, ratios, phases, scatter=(0.05, 0.2))


def _pulsation(
    phase: Numbers,
    random: Generator,
    amplitude: float,
    ratios: list[float],
    phases: list[float],
    *,
    scatter: tuple[float, float],
) -> Numbers:
    """A sum of cosines: R_k1 and phi_k1 of Simon and Lee, and how much both scatter."""
    of_ratio, of_phase = scatter
    # the first harmonic is brightest at phase zero
    cosines = -np.cos(2 * np.pi * phase)
    for k, (ratio, shift) in enumerate(zip(ratios, phases, strict=True), start=2):
        height = max(0.0, ratio + of_ratio * random.standard_normal())
        angle = shift + k * np.pi + (k - 1) * of_phase * random.standard_normal()
        cosines = cosines + height * np.cos(2 * np.pi * k * phase + angle)
    return amplitude * cosines


def _eclipsing_binary(phase: Numbers, random: Generator) -> Numbers:
    """Two eclipses as Gaussians, and two ellipsoids that turn: detached, or in contact."""
    in_contact = random.uniform() < 0.5
    width = random.uniform(0.05, 0.09) if in_contact else random.uniform(0.012, 0.04)
    ellipsoidal = random.uniform(0.05, 0.2) if in_contact else random.uniform(0.0, 0.03)
    depth = random.uniform(0.3, 0.9)
    second = depth * (random.uniform(0.6, 1.0) if in_contact else random.uniform(0.1, 1.0))
    eccentric = 0.0 if in_contact else 0.02 * random.standard_normal()
    return (
        depth * _dip(phase, 0.5, width)
        + second * _dip(phase, eccentric, width)
        + ellipsoidal * np.cos(4 * np.pi * phase)
    )


def _dip(phase: Numbers, centre: float, width: float) -> Numbers:
    distance = (phase - centre + 0.5) % 1.0 - 0.5
    dip: Numbers = np.exp(-np.square(distance / width) / 2)
    return dip


MAGNITUDES: dict[str, Callable[[Numbers, Generator], Numbers]] = {
    "cepheid": _cepheid,
    "eclipsing-binary": _eclipsing_binary,
    "rr-lyrae": _rr_lyrae,
}
"""Every kind of star, drawn anew: magnitudes, less a constant, at phases in periods. A pulsating
star is brightest near 0, the deeper eclipse is at 0.5.

References
----------
Simon and Lee, The structural properties of Cepheid light curves, ApJ 248 (1981), and Ngeow et
al., Reconstructing Cepheid light curves with Fourier techniques, ApJ 586 (2003): Cepheids of
three to eight days, before the resonance at ten.
Simon and Teays, Fourier decomposition of RR Lyrae light curves, ApJ 261 (1982), and Kovács and
Kupi, Computation of the Fourier parameters of RR Lyrae stars, A&A 462 (2007): type ab.
Mowlavi et al., Gaia eclipsing binary and multiple systems: two-Gaussian models applied to
OGLE-III eclipsing binary light curves, A&A 606 (2017).
"""


def _observed(star: Callable[[Numbers, Generator], Numbers], random: Generator) -> Numbers:
    """A star as it is seen: at some phases, with noise, folded and laid on equal steps."""
    phase = np.sort(random.uniform(size=random.integers(*EPOCHS)))
    seen = star(phase + MISALIGNMENT * random.standard_normal(), random)
    seen = seen + random.uniform(*PHOTOMETRIC_ERROR) * random.standard_normal(len(phase))
    brightness = -np.interp(np.arange(N_POINTS) / N_POINTS, phase, seen, period=1.0)
    curve: Numbers = (brightness - brightness.mean()) / brightness.std()
    return curve
