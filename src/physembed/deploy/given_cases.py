"""Cases that an export is compared on, and their classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.checks import check_collection
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


def given_classes(labels: Any, plan: Plan, data: Any, n_cases: int) -> NDArray[np.str_]:
    """The classes of cases, as the plan calls them."""
    if data is None or not plan.labels:
        needed = "data, whose classes they are" if data is None else "a classifier, not a regressor"
        raise InvalidInputError(f"labels need {needed}.")
    classes = np.asarray(labels).astype(str)
    if classes.shape != (n_cases,):
        raise InvalidInputError(
            f"labels must be one for each of the {n_cases:,} cases of data, got shape "
            f"{classes.shape}."
        )
    return classes


def right_cases(
    plan: Plan, classes: NDArray[np.str_] | None, model: NDArray[Any], written: NDArray[Any]
) -> dict[str, Any]:
    """How many cases the model, and what is written, give their class."""
    if classes is None:
        return {}
    names = np.array(plan.labels)
    right = [int((names[said.argmax(axis=1)] == classes).sum()) for said in (model, written)]
    return {"right": {"cases": len(classes), "model": right[0], "written": right[1]}}
