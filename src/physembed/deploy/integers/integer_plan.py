"""Any plan in integers: of whole filters, or of spectra."""

from numpy.typing import ArrayLike

from physembed.deploy.integers.interpreter import Whole, whole_scores
from physembed.deploy.integers.spectral import spectral_scores
from physembed.deploy.integers.spectral_plan import SpectralPlan, in_integers
from physembed.deploy.integers.whole_plan import WholePlan, whole_if_possible
from physembed.deploy.plan import Plan

IntegerPlan = WholePlan | SpectralPlan


def integer_plan(plan: Plan) -> IntegerPlan:
    """A plan in integers: without a transform where it can be.

    Raises
    ------
    InvalidInputError
        If neither is possible; with what stands in the way of spectra.
    """
    whole = whole_if_possible(plan)
    return in_integers(plan) if whole is None else whole


def integer_scores(plan: IntegerPlan, x: ArrayLike) -> Whole:
    """What a plan says of samples, (cases, scores), in units of 1 / ``plan.unit``.

    Parameters
    ----------
    plan : WholePlan or SpectralPlan
    x : array_like of shape (cases, channels, timepoints)
        Whole numbers of 16 bits.

    Raises
    ------
    InvalidInputError
    """
    if isinstance(plan, SpectralPlan):
        return spectral_scores(plan, x)
    return whole_scores(plan, x)
