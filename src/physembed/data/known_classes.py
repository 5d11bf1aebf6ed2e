"""Labels among the classes that a model knows: as Python compares them, and as files write them."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import shown
from physembed.data.formats.text_table import number
from physembed.errors import InvalidInputError


def places_among(
    labels: NDArray[Any], classes: NDArray[Any], *, argument: str = "y"
) -> NDArray[np.int64]:
    """The place of each label among the classes of a model; 1, 1.0 and True are equal, "1" is not.

    Parameters
    ----------
    labels : array of shape (cases,)
        As :func:`~physembed.data.label_checks.labels_of` gives them.
    classes : array of shape (classes,)
        Ascending.
    argument : str
        The name by which errors call the labels.

    Raises
    ------
    InvalidInputError
        For a label that is none of them.
    """
    # which numpy would compare as text
    same_kind = (labels.dtype.kind in "US") == (classes.dtype.kind in "US")
    known = np.isin(labels, classes) if same_kind else np.zeros(len(labels), dtype=bool)
    refuse_unknown(labels, classes, known, argument=argument)
    places: NDArray[np.int64] = np.searchsorted(classes, labels).astype(np.int64)
    return places


def places_by_name(labels: NDArray[Any], classes: NDArray[Any]) -> NDArray[np.int64]:
    """The place among the classes of each label in a file, which may have another type; -1 of none.

    A label is the class that is written like it, or else the only one of the same number: pandas
    writes 1 as 1.0 where a column lacks a value, and True is 1.

    Parameters
    ----------
    labels : array of shape (cases,)
    classes : array of shape (classes,)
    """
    by_name = {str(known): place for place, known in enumerate(classes.tolist())}
    by_number: dict[float, list[int]] = {}
    for name, place in by_name.items():
        by_number.setdefault(_number_of(name), []).append(place)

    def place_of(name: str) -> int:
        if name in by_name:
            return by_name[name]
        alike = by_number.get(_number_of(name), [])
        return alike[0] if len(alike) == 1 and not math.isnan(_number_of(name)) else -1

    values, of_cases = np.unique(labels, return_inverse=True)
    return np.array([place_of(str(value)) for value in values.tolist()], dtype=np.int64)[of_cases]


def refuse_unknown(
    labels: NDArray[Any], classes: NDArray[Any], known: NDArray[np.bool_], *, argument: str = "y"
) -> None:
    """Refuse labels of which not all are known, by the first that is not.

    Raises
    ------
    InvalidInputError
    """
    if known.all():
        return
    case = int(np.argmin(known))
    raise InvalidInputError(
        f"{argument}[{case}]: the model knows no class {shown(labels[case])}; it knows "
        f"{', '.join(map(shown, classes))}."
    )


def _number_of(name: str) -> float:
    """The number that a class is, NaN where it is none."""
    if name in ("True", "False"):
        return float(name == "True")
    value = number(name, ".")
    return math.nan if value is None else value
