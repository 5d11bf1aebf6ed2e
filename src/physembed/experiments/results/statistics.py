"""Paired comparisons of models over seeds or folds, and intervals for accuracies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
FEWEST = 3
"""Pairs below which no test is made."""
FEWEST_SETS = 6
"""Data sets below which no signed-rank test is made: it cannot be significant on fewer."""


@dataclass(frozen=True)
class PairedTest:
    """How much better one model is than another, run by run.

    Parameters
    ----------
    n : int
        Pairs: seeds, or folds.
    difference : float
        Mean of the first less the second, in the unit of what was given.
    low, high : float
        Confidence interval of the difference.
    p_value : float
        Two-sided, of no difference.
    """

    n: int
    difference: float
    low: float
    high: float
    p_value: float


def paired_test(
    first: Sequence[float], second: Sequence[float], *, test_share: float = 0.0
) -> PairedTest | None:
    """Student's paired t test, corrected for folds that share training cases.

    With d the n differences, t = mean(d) / sqrt((1/n + s) var(d)) with n - 1 degrees of freedom,
    where s is the number of test cases per training case in a fold, and 0 for seeds, which are
    drawn independently (and speak of the training's chance alone, not of the test cases').

    Parameters
    ----------
    first, second : sequence of float
        Results in the same order of seeds or folds.
    test_share : float, default=0.0
        s above.

    Returns
    -------
    PairedTest or None
        None with fewer than three pairs, or where all differences are the same, which gives no
        spread to measure by.

    References
    ----------
    Nadeau and Bengio, Machine Learning 52, 239 (2003).
    """
    from scipy.stats import t as student

    differences = [a - b for a, b in zip(first, second, strict=True)]
    n = len(differences)
    if n < FEWEST:
        return None
    mean, spread = fmean(differences), stdev(differences)
    if spread <= 1e-12 * max(1.0, abs(mean)):
        return None
    error = spread * math.sqrt(1 / n + test_share)
    half = error * float(student.ppf((1 + CONFIDENCE) / 2, n - 1))
    p_value = 2 * float(student.sf(abs(mean) / error, n - 1))
    return PairedTest(n, mean, mean - half, mean + half, p_value)


def signed_rank_p(differences: NDArray[np.float64]) -> float:
    """Two-sided p of Wilcoxon's signed ranks of models' differences, one for each data set.

    1 where no set tells the models apart.

    References
    ----------
    Wilcoxon, Biometrics Bull. 1, 80 (1945).
    """
    from scipy.stats import wilcoxon

    return float(wilcoxon(differences).pvalue) if differences.any() else 1.0


def mean_interval(
    values: Sequence[float], *, test_share: float = 0.0
) -> tuple[float, float] | None:
    """Confidence interval of a mean over seeds or folds; None where there is no test either."""
    test = paired_test(values, [0.0] * len(values), test_share=test_share)
    return None if test is None else (test.low, test.high)


def test_case_interval(accuracy: float, n_test: int) -> tuple[float, float]:
    """Wilson's interval for the accuracy on other test cases of the same kind, 0 to 1.

    References
    ----------
    Wilson, J. Am. Stat. Assoc. 22, 209 (1927).
    """
    from scipy.stats import binomtest

    interval = binomtest(round(accuracy * n_test), n_test).proportion_ci(
        CONFIDENCE, method="wilson"
    )
    return float(interval.low), float(interval.high)


def holm(p_values: Sequence[float]) -> list[float]:
    """P values adjusted for their number, in the same order.

    References
    ----------
    Holm, Scand. J. Stat. 6, 65 (1979).
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda k: p_values[k])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted
