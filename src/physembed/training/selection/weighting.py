"""What the choices share: cases that count differently."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def weighted_centred(values: Numbers, case_weights: Numbers | None) -> Numbers:
    """Values (cases, ...) less their weighted mean, times the root of the cases' weights.

    Plain sums of squares of these are weighted ones, and no intercept is needed.
    """
    if case_weights is None:
        return values - values.mean(axis=0)
    share = case_weights / case_weights.sum()
    root = np.sqrt(share * len(values))
    return root[:, None] * (values - share @ values)
