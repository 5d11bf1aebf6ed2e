"""Which detectors to trust: those that say the same of a series when its sensor is noisy.

Comparators at the shortest scales read whatever is there; where a series is smooth, that is noise,
or its absence. On the training cases alone such a detector may be the best of all, and at the
first noisy sensor it is wrong for every case at once. No label is needed to see that.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

LEAST_CORRELATION = 0.8
"""Of what a detector says of cases with noise and without."""
LARGEST_SHIFT = 0.5
"""Of its mean, in deviations over the cases."""
FEWEST_VALUES = 64
"""Values that a correlation is taken over; of fewer cases, each is given noise several times."""


def repeats_for(n_cases: int, at_most: int = FEWEST_VALUES) -> int:
    """How many times noise is to be added to each of so many cases, for ``at_most`` together."""
    return -(-min(FEWEST_VALUES, at_most) // n_cases)


def with_noise(x: Numbers, level: float, generator: np.random.Generator) -> Numbers:
    """Series (cases, channels, timepoints) with white noise, a share of each one's deviation.

    Parameters
    ----------
    x : ndarray of shape (cases, channels, timepoints)
    level : float
        Deviation of the noise over that of the series.
    generator : numpy.random.Generator
    """
    return x + level * x.std(axis=2, keepdims=True) * generator.standard_normal(x.shape)


def are_reliable(clean: Numbers, noisy: Numbers) -> NDArray[np.bool_]:
    """Which features of the same cases with and without noise are all but the same.

    One is reliable if the two are correlated by more than 0.8 over the cases, and if its mean
    moves by less than half of its deviation.

    Parameters
    ----------
    clean : ndarray of shape (cases, features)
    noisy : ndarray of shape (repeats * cases, features)
        Repeats of all cases one after the other.

    Returns
    -------
    ndarray of shape (features,), bool
        False for a feature that does not change from case to case.
    """
    repeats = len(noisy) // len(clean)
    deviation = clean.std(axis=0)
    centred = clean - clean.mean(axis=0)
    noise_centred = noisy - noisy.mean(axis=0)
    product = np.zeros(clean.shape[1])
    for k in range(repeats):
        product += (centred * noise_centred[k * len(clean) : (k + 1) * len(clean)]).mean(axis=0)
    product /= repeats
    spread = deviation * noisy.std(axis=0)
    alive = spread > 0
    correlation = np.where(alive, product / np.where(alive, spread, 1.0), 0.0)
    shift = np.abs(noisy.mean(axis=0) - clean.mean(axis=0))
    return alive & (correlation > LEAST_CORRELATION) & (shift < LARGEST_SHIFT * deviation)
