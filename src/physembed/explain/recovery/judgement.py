"""Whether a medium explains the pairs, and if not, what would."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from physembed.explain.recovery.measured_channel import DIFFERENCE, MeasuredChannel
from physembed.explain.recovery.noise_through import Weighing
from physembed.explain.recovery.recovered import STEPS_ARE_SEEN
from physembed.physics.coefficient import NaturalScale
from physembed.propagation import EQUAL_STEPS
from physembed.propagation.schedule import ORDERS

Numbers = NDArray[np.float64]

MOST_MISFIT = 1.5
"""Power of what is not explained over the noise's, up to which a medium is right: the noise itself
is known to some percent, and what it does in the channel to first order."""

RARELY = 1e-3
"""Chance of the refusal of a right medium, however few samples there are."""

WRONG_ANYWAY = 0.1
"""Unexplained part of the outputs from which a medium is wrong where the noise is not known."""

MOST_CHANGES = 2.0
"""Error of split steps over its change when they are halved, 1 / (1 - 2⁻ᵖ) of order p, at most."""

_ORDERS = ORDERS | {EQUAL_STEPS: 4}

HARDLY_SEEN = 0.1
"""Standard errors that halved steps move a value by, of the steps that are advised."""

LIKE_A_POWER = 0.1
"""Share of that change to which the error of the steps is a power of their length."""


def beyond_steps(residual: Numbers, change: Numbers, jacobian: Numbers) -> tuple[float, float]:
    """What is left of a residual without what the model's own steps do wrong, which is no fault of
    the medium, and how well that is known: sums of squares.

    The outputs may come of steps as coarse as the model's, of finer ones, or of none: the least
    that a share between none and all of the steps' error leaves.

    Parameters
    ----------
    residual : ndarray
        Whitened, at the least squares.
    change : ndarray
        Of the residual when the steps are halved.
    jacobian : ndarray
        What the coefficients take up of the change is in their values, not in the residual.
    """
    basis, _ = np.linalg.qr(jacobian)
    change = change - basis @ (basis.T @ change)
    size = float(change @ change)
    share = float(np.clip(-(residual @ change) / size, 0.0, MOST_CHANGES)) if size > 0 else 0.0
    rest = residual + share * change
    return float(rest @ rest), LIKE_A_POWER**2 * size


def refusal_of(
    residual: float,
    misfit: float | None,
    freedom: int,
    *,
    beyond_steps: tuple[float, float],
    missing: tuple[str, float] | None,
) -> str:
    """Why a medium does not explain the pairs, or nothing.

    Parameters
    ----------
    residual : float
        Unexplained part of the outputs.
    misfit : float or None
        Mean square of the whitened residual.
    freedom : int
        Its degrees of freedom.
    beyond_steps : (float, float)
        See :func:`beyond_steps`.
    missing : (str, float) or None
        A coefficient that was held, and which share of the misfit it would explain.
    """
    if misfit is None:
        if residual < WRONG_ANYWAY:
            return ""
        of_noise = "a tenth of them, and noise cannot be read from them to judge by; give noise="
    else:
        of_noise_alone = max(MOST_MISFIT, float(chi2.isf(RARELY, freedom)) / freedom)
        rest, uncertain = beyond_steps
        if rest < of_noise_alone * freedom + uncertain:
            return ""
        of_noise = f"{misfit:.3g} times the power of the noise"
    hint = (
        "Look at the equation, the length, the units, and the order of the samples."
        if missing is None
        else f"{missing[0]}, which was held, would explain {missing[1]:.0%} of it."
    )
    return (
        f"there are no error bars: the medium leaves {residual:.2%} of the outputs unexplained, "
        f"{of_noise}. {hint}"
    )


def coarse_steps(names: list[str], shift: Numbers, steps: int, scheme: str) -> str:
    """That the steps are too long for noise so low, and how many would do; or nothing.

    ``shift`` is what the values would move by, were the steps half as long, in standard errors.
    """
    worst = int(np.abs(shift).argmax())
    size = float(np.abs(shift[worst]))
    if not size > STEPS_ARE_SEEN:
        return ""
    factor = (size / HARDLY_SEEN) ** (1 / _ORDERS[scheme])
    return (
        f"the steps are too long for noise this low: half as long, they would move {names[worst]} "
        f"by {size:.2g} standard errors of the noise, which its error bar holds; steps="
        f"{math.ceil(steps * factor)} would hardly move it"
    )


def missing_coefficient(
    channel: MeasuredChannel,
    weighing: Weighing,
    *,
    values: Numbers,
    jacobian: Numbers,
    residual: Numbers,
    steps: int,
) -> tuple[str, float] | None:
    """Which coefficient that was held would explain most of what is not explained.

    Of a coefficient with derivative j, orthogonal to those that were fitted, it is (j·r)²/|j|²:
    Rao's score test.
    """
    basis, _ = np.linalg.qr(jacobian)
    total = float(residual @ residual)
    intensity = float(channel.inputs.abs().square().mean())
    best: tuple[str, float] | None = None
    for name, coefficient in channel.equation.coefficients.items():
        if name in channel.names or coefficient.free_form:
            continue
        scale = NaturalScale(channel.grid, channel.length, intensity)
        step = 100 * DIFFERENCE * channel.equation.natural_unit(name, scale)
        held = channel.known.get(name, coefficient.default) or 0.0
        ahead, behind = (
            weighing.residual(channel.holding(name, held + way), values, steps).ravel()
            for way in (step, -step)
        )
        slope = ahead - behind
        slope -= basis @ (basis.T @ slope)
        size = float(slope @ slope)
        share = float(slope @ residual) ** 2 / size / total if size > 0 else 0.0
        if share > max(0.2, best[1] if best else 0.0):
            best = (name, share)
    return best
