"""How many detectors a budget of readout weights pays for."""

from physembed._checks import is_integer
from physembed.errors import InvalidInputError

DETECTORS = 16
"""Detectors per case where no budget of readout weights is given."""


def check_budget(budget: int | None) -> None:
    """Refuse what is no budget.

    Raises
    ------
    InvalidInputError
    """
    if budget is not None and (not is_integer(budget) or budget < 1):
        raise InvalidInputError(
            f"readout_weights must be a positive integer or None, got {budget!r}."
        )


def n_detectors(budget: int | None, n_channels: int, n_classes: int) -> int:
    """Detectors per channel that a budget of readout weights allows, biases included.

    Two classes have one row of weights, more have one each.

    Raises
    ------
    InvalidInputError
        If the budget does not reach for one detector per channel.
    """
    check_budget(budget)
    rows = 1 if n_classes == 2 else n_classes
    if budget is None:
        return max(1, DETECTORS // n_channels)
    detectors = (budget // rows - 1) // n_channels
    if detectors < 1:
        raise InvalidInputError(
            f"readout_weights must be at least {rows * (n_channels + 1)} for {n_classes} classes "
            f"and {n_channels} channel(s), got {budget}."
        )
    return detectors
