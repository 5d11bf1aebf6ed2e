"""Labels of a file as the classes of a kept model, or why nothing is counted by them."""

from typing import Any

WHY = "so nothing is said of how many are right"


def labels_as_trained(
    labels: Any,
    estimator: Any,
    called: str,
    *,
    unlabelled: str = "no labels are known of its cases",
) -> Any:
    """The class of every case, or None, with the reason on standard error.

    Parameters
    ----------
    labels : array of shape (cases,), or None
        As the file writes them.
    estimator : classifier or regressor
        Of a regressor nothing is right or wrong, and nothing is said.
    called : str
        The file.
    unlabelled : str
        What is said where there are none.
    """
    import numpy as np

    from physembed.cli._errors import report
    from physembed.data.cases import shown
    from physembed.data.formats.text_table import MISSING
    from physembed.data.known_classes import places_by_name

    if not hasattr(estimator, "classes_"):
        return None
    if labels is None:
        report(f"{called}: {unlabelled}, {WHY}.", label="")
        return None
    labels = np.asarray(labels)
    places = places_by_name(labels, estimator.classes_)
    unknown = np.flatnonzero(places < 0)
    if not unknown.size:
        return estimator.classes_[places]
    first, n_cases = labels[unknown[0]], f"{unknown.size:,} of {len(labels):,} cases"
    if str(first).strip().lower() in MISSING:
        told = f"{n_cases} have no label, the first of them case {unknown[0]}"
    else:
        told = f"{n_cases} have a label that is none of the model's classes, such as {shown(first)}"
    report(f"{called}: {told}, {WHY}.", label="")
    return None
