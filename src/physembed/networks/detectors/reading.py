"""What a feature is of, in words, so that weights can be told apart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """What one feature of a detector says.

    Parameters
    ----------
    record : str
        Of which record of the field, such as "|E|²" or "45°".
    quantity : str
        What of it, such as "mean" or "time above threshold 2".
    place : int
        In which bin or gate, from 0.
    places : int
        How many of them there are.
    """

    record: str
    quantity: str
    place: int
    places: int


def readings(record: str, quantity: str, places: int) -> list[Reading]:
    """One for every bin or gate."""
    return [Reading(record, quantity, place, places) for place in range(places)]
