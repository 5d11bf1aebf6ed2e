"""Cases that an export is compared on, and their classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.checks import check_collection
from physembed.data.containers import cases_in
from physembed.data.known_classes import places_among
from physembed.data.label_checks import by_case, labels_of
from physembed.deploy.plan import Plan
from physembed.errors import InvalidInputError


def given_cases(estimator: Any, data: Any, plan: Plan) -> NDArray[np.float32]:
    """Series on the grid that was seen in fit, as ``predict`` brings them to it."""
    if isinstance(data, tuple):
        raise InvalidInputError(
            f"data must be series alone, without their labels; got a tuple of {len(data)}."
        )
    series = check_collection(
        data,
        argument="data",
        missing=True,
        unequal=estimator.unequal_length_,
        n_timepoints=plan.n_timepoints,
    )
    shape = (plan.n_channels, plan.n_timepoints)
    if series.shape[1:] != shape:
        raise InvalidInputError(
            f"data has {series.shape[1]} channel(s) of {series.shape[2]} timepoints, where "
            f"{shape[0]} of {shape[1]} were seen in fit."
        )
    with np.errstate(over="ignore"):
        singles = series.astype(np.float32)
    if not np.isfinite(singles).all():
        raise InvalidInputError("data must be finite, also in single precision.")
    return singles


def given_classes(labels: Any, estimator: Any, data: Any) -> NDArray[np.int64]:
    """The places of the labels of cases among the model's classes, compared as ``score`` does.

    Raises
    ------
    InvalidInputError
        Where there are no cases or no classes, a label is missing, or none of the classes.
    """
    if data is None or not hasattr(estimator, "classes_"):
        needed = "data, whose classes they are" if data is None else "a classifier, not a regressor"
        raise InvalidInputError(f"labels need {needed}.")
    cases = cases_in(data, "data")
    told = labels_of(by_case(labels, cases, argument="labels"), len(cases), argument="labels")
    return places_among(told, estimator.classes_, argument="labels")


def right_cases(
    estimator: Any, data: Any, places: NDArray[np.int64], said: NDArray[np.int64] | None
) -> dict[str, int]:
    """How many cases are given their class: by the model itself, and by what was written.

    Parameters
    ----------
    estimator : fitted classifier
    data : array_like
        The series as they were given.
    places : array of int64, shape (cases,)
        Of their classes.
    said : array of int64, shape (cases,), or None
        The classes that what was written gave when it ran; None where it did not.
    """
    predicted = places_among(estimator.predict(data), estimator.classes_)
    told = {"cases": len(places), "model": int((predicted == places).sum())}
    return told if said is None else told | {"written": int((said == places).sum())}
