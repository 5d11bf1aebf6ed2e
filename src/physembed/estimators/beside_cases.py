"""What ``fit`` is told of each case beside its label: its group, and how much it counts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import shown
from physembed.errors import InvalidInputError


@dataclass(frozen=True, eq=False)
class BesideCases:
    """What ``fit`` may be told of each case beside its label, in the order of the cases.

    Parameters
    ----------
    groups : ndarray of shape (cases,), int64, or None
        The number of each case's group.
    weights : ndarray of shape (cases,), float64, or None
        How much each case counts; not negative.
    """

    groups: NDArray[np.int64] | None = None
    weights: NDArray[np.float64] | None = None


NOTHING = BesideCases()


def of_some_weight(
    X: NDArray[np.float64], y: NDArray[Any], beside: BesideCases
) -> tuple[NDArray[np.float64], NDArray[Any], BesideCases]:
    """Cases, their labels, and what is beside them, without those of no weight."""
    if beside.weights is None or (beside.weights > 0).all():
        return X, y, beside
    some = beside.weights > 0
    groups = None if beside.groups is None else beside.groups[some]
    return X[some], y[some], BesideCases(groups, beside.weights[some])


def numbered_groups(groups: Any, n_cases: int) -> NDArray[np.int64]:
    """The number of each case's group; refused where there is one alone."""
    groups = np.asarray(groups)
    if groups.shape != (n_cases,):
        raise InvalidInputError(
            f"groups must be one for each of the {n_cases} cases, got shape {groups.shape}."
        )
    values, numbers = np.unique(groups, return_inverse=True)
    if len(values) < 2:
        raise InvalidInputError(
            f"groups must hold at least two different values, got only {shown(values[0])}."
        )
    return np.asarray(numbers, dtype=np.int64)


def hold_whole_classes(groups: NDArray[Any], labels: NDArray[Any]) -> bool:
    """Whether every class is in one group alone, so that none is known without its group."""
    pairs = set(zip(labels.tolist(), groups.tolist(), strict=True))
    return len(pairs) == len(set(labels.tolist()))


def refuse_groups_of_classes(groups: NDArray[np.int64], labels: NDArray[np.int64]) -> None:
    """Refuse groups of which each holds whole classes.

    Raises
    ------
    InvalidInputError
    """
    if hold_whole_classes(groups, labels):
        raise InvalidInputError(
            "groups must not each hold whole classes: every class is in one group alone, so that "
            "without a group nothing is known of its classes; give what is new where the model "
            "will be used, such as the speaker or the machine, or no groups."
        )


def checked_weights(weights: Any, n_cases: int) -> NDArray[np.float64]:
    """How much each case counts; refused where none does."""
    try:
        checked = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInputError(f"sample_weight must hold numbers, got {weights!r}.") from None
    if checked.shape != (n_cases,):
        raise InvalidInputError(
            f"sample_weight must be one number for each of the {n_cases} cases, got shape "
            f"{checked.shape}."
        )
    wrong = np.flatnonzero(~(np.isfinite(checked) & (checked >= 0)))
    if len(wrong):
        raise InvalidInputError(
            f"sample_weight[{wrong[0]}] is {checked[wrong[0]]:g}; finite numbers that are not "
            "negative are accepted."
        )
    if not checked.any():
        raise InvalidInputError("sample_weight is all zero; at least one case has to count.")
    return checked
