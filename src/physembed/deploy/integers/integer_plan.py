"""Any plan in integers: of whole filters, of spectra, or of intensities."""

from numpy.typing import ArrayLike

from physembed.deploy.integers.intensity import intensity_scores
from physembed.deploy.integers.intensity_plan import IntensityPlan, of_intensities
from physembed.deploy.integers.interpreter import Whole, whole_scores
from physembed.deploy.integers.spectral import spectral_scores
from physembed.deploy.integers.spectral_plan import SpectralPlan, in_integers
from physembed.deploy.integers.whole_plan import WholePlan, whole_if_possible
from physembed.deploy.plan import Plan

IntegerPlan = WholePlan | SpectralPlan | IntensityPlan


def integer_plan(plan: Plan, bits: int = 16) -> IntegerPlan:
    """A plan in integers: without a transform where it can be.

    Parameters
    ----------
    plan : Plan
    bits : {16, 8}, default=16
        Of a weight of the readout.

    Raises
    ------
    InvalidInputError
        If none is possible; with what stands in the way of envelopes, or of spectra.
    """
    if any(path.encoding.envelope for path in plan.paths):
        return of_intensities(plan, bits)
    whole = whole_if_possible(plan, bits)
    return in_integers(plan, bits) if whole is None else whole


def integer_scores(plan: IntegerPlan, x: ArrayLike) -> Whole:
    """What a plan says of samples, (cases, scores), in units of 1 / ``plan.unit``.

    Parameters
    ----------
    plan : WholePlan, SpectralPlan or IntensityPlan
    x : array_like of shape (cases, channels, timepoints)
        Whole numbers of 16 bits.

    Raises
    ------
    InvalidInputError
    """
    if isinstance(plan, SpectralPlan):
        return spectral_scores(plan, x)
    if isinstance(plan, IntensityPlan):
        return intensity_scores(plan, x)
    return whole_scores(plan, x)
