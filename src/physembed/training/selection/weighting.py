"""What the choices share: cases that count differently, and what may be asked for."""

import numpy as np
from numpy.typing import NDArray

from physembed._checks import is_integer
from physembed.errors import InvalidInputError

Numbers = NDArray[np.float64]


def check_number(n_chosen: int, n_features: int) -> None:
    """Refuse to choose more than there are, or none.

    Raises
    ------
    InvalidInputError
    """
    if not is_integer(n_chosen) or not 1 <= n_chosen <= n_features:
        raise InvalidInputError(
            f"n_chosen must be an integer from 1 to the {n_features} features, got {n_chosen!r}."
        )


def weighted_centred(values: Numbers, case_weights: Numbers | None) -> Numbers:
    """Values (cases, ...) less their weighted mean, times the root of the cases' weights.

    Plain sums of squares of these are weighted ones, and no intercept is needed.
    """
    if case_weights is None:
        return values - values.mean(axis=0)
    share = case_weights / case_weights.sum()
    root = np.sqrt(share * len(values))
    return root[:, None] * (values - share @ values)
