"""How far from its wavelength a Taylor series of dispersion is good, and what to say beyond."""

import math
import warnings
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from physembed.errors import PhysembedWarning
from physembed.optics.band import NEIGHBOURHOOD
from physembed.optics.units import SPEED_OF_LIGHT

Numbers = NDArray[np.float64]

LAST_TERM = 1 / 3
"""Share of the other terms that the last of a Taylor series may be where it is still good."""

LIGHT_BEYOND = 0.01
"""Share of the light that may be where a Taylor series is not good, unsaid."""


class Series(Protocol):
    """What is looked at: a :class:`~physembed.optics.Dispersion`."""

    @property
    def betas(self) -> tuple[float, ...]: ...
    @property
    def centre(self) -> float | None: ...
    @property
    def wavelengths(self) -> tuple[float, float]: ...
    def trusted(self) -> tuple[float, float]: ...


def estimated_range(betas: Sequence[float], centre: float) -> tuple[float, float]:
    """The shortest and the longest wavelength for which a series about ``centre`` may be good.

    As far, and not farther than to twice its wavelength, as its last term adds at most
    :data:`LAST_TERM` of what the others are to β₂(ω): the next one, which nobody has given, is then
    of about that share of the last. Of β₂ alone 5 % of the frequency on both sides.
    """
    omega0 = 2 * math.pi * SPEED_OF_LIGHT / centre
    orders = [k for k, beta in enumerate(betas) if beta]
    reach = NEIGHBOURHOOD * omega0
    if len(orders) > 1:
        offsets = np.linspace(0.0, 0.9, 1801)[1:] * omega0
        sizes = np.array([abs(betas[k]) * offsets**k / math.factorial(k) for k in orders])
        is_large = sizes[-1] > LAST_TERM * sizes[:-1].sum(axis=0)
        reach = float(offsets[is_large.argmax()] if is_large.any() else offsets[-1])
    # towards the red the spectrum ends, whatever a series says
    return (
        2 * math.pi * SPEED_OF_LIGHT / (omega0 + reach),
        2 * math.pi * SPEED_OF_LIGHT / (omega0 - min(reach, omega0 / 2)),
    )


def warn_of_carrier(dispersion: Series, wavelength: float) -> bool:
    """Warn where a Taylor series is not good at a wavelength, and return whether it is not.

    Warns
    -----
    PhysembedWarning
    """
    low, high = dispersion.trusted()
    if not dispersion.betas or low <= wavelength <= high:
        return False
    _warn(
        dispersion,
        f"is asked for at {wavelength * 1e9:.5g} nm; give a series about that wavelength,",
    )
    return True


def warn_of_light(dispersion: Series, frequencies: Numbers, energy: Numbers) -> None:
    """Warn where a Taylor series is not good for more than :data:`LIGHT_BEYOND` of the light.

    Of β₂ alone, of which nothing is said, nothing tells how far it reaches.

    Parameters
    ----------
    dispersion : Dispersion
    frequencies : ndarray of shape (n,)
        Of the light, in Hz.
    energy : ndarray of shape (..., n)
        Of every case at every distance.

    Warns
    -----
    PhysembedWarning
    """
    low, high = dispersion.trusted()
    says_nothing = not dispersion.wavelengths[0] and sum(map(bool, dispersion.betas)) < 2
    if not dispersion.betas or says_nothing:
        return
    is_beyond = (frequencies > SPEED_OF_LIGHT / low) | (frequencies < SPEED_OF_LIGHT / high)
    total = energy.sum(axis=-1)
    share = energy[..., is_beyond].sum(axis=-1) / np.where(total > 0, total, 1.0)
    if share.size == 0 or share.max() <= LIGHT_BEYOND:
        return
    spectrum = energy[np.unravel_index(int(share.argmax()), share.shape)]
    brightest = SPEED_OF_LIGHT / frequencies[is_beyond][spectrum[is_beyond].argmax()]
    _warn(
        dispersion,
        f"{100 * share.max():.2g} % of the light is beyond, brightest at {brightest * 1e9:.5g} nm; "
        "give more terms,",
    )


def _warn(dispersion: Series, what: str) -> None:
    low, high = dispersion.trusted()
    assert dispersion.centre is not None
    warnings.warn(
        f"dispersion is a series about {dispersion.centre * 1e9:.5g} nm, good from "
        f"{low * 1e9:.5g} to {high * 1e9:.5g} nm, and {what} a table or a formula, or "
        "Dispersion.taylor([...], wavelengths=(shortest, longest)) if it is good there",
        PhysembedWarning,
        stacklevel=4,
    )
