"""A fit that is told which cases belong together."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from physembed.data.label_checks import by_case
from physembed.errors import InvalidInputError
from physembed.estimators.series_input import NO_CASES, SeriesInput


class GroupedFit(SeriesInput):
    """An estimator whose ``fit`` takes groups; to be named before aeon's base class."""

    # aeon resets whatever has no two underscores in its name when a fit begins
    __groups: Any = None

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Fit to series and their classes or numbers.

        Parameters
        ----------
        X, y : array_like
            As for aeon's estimators.
        groups : array_like of shape (cases,), optional
            Cases of one value (a speaker, a machine, a subject) are left out together wherever a
            model is judged by what was left out; where detectors are chosen only.
        """
        self.__groups = groups
        try:
            fitted: Self = super().fit(X, y)
        finally:
            self.__groups = None
        return fitted

    def _take_groups(self, n_cases: int) -> NDArray[np.int64] | None:
        """The number of each case's group, in the order of the cases seen in fit.

        Raises
        ------
        InvalidInputError
            If groups are not one for each case, or not at least two different ones.
        """
        groups, self.__groups = self.__groups, None
        if groups is None:
            return None
        groups = np.asarray(by_case(groups, self.__dict__.get("_cases_of_fit", NO_CASES)))
        if groups.shape != (n_cases,):
            raise InvalidInputError(
                f"groups must be one for each of the {n_cases} cases, got shape {groups.shape}."
            )
        values, numbers = np.unique(groups, return_inverse=True)
        if len(values) < 2:
            raise InvalidInputError(
                f"groups must hold at least two different values, got only {values[0]!r}."
            )
        return np.asarray(numbers, dtype=np.int64)
