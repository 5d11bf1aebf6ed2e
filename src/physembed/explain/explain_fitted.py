"""`explain` for a fitted classifier in memory, on whatever cases one has."""

from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from physembed._files import check_writable
from physembed._threads import limited_threads
from physembed._version import __version__
from physembed.data.checks import check_collection
from physembed.data.containers import cases_in
from physembed.data.label_checks import by_case, labels_of
from physembed.errors import InvalidInputError
from physembed.explain.card import card_of
from physembed.explain.card_sections import card_sections
from physembed.explain.first_page import first_section
from physembed.explain.measures.tolerance import tolerance
from physembed.explain.report import write_report
from physembed.explain.request import Request
from physembed.explain.robustness import Robustness
from physembed.explain.sections import report_sections
from physembed.explain.subject import Subject

_Cases: TypeAlias = tuple[NDArray[Any], NDArray[Any]]
"""Series and their labels."""


def explain_fitted(
    classifier: Any,
    X: Any,
    y: Any,
    *,
    out: str | Path = "report.html",
    X_train: Any = None,
    y_train: Any = None,
    cases: tuple[int, ...] = (),
    classes: tuple[str, str] | None = None,
) -> list[Path]:
    """Write the report of a fitted classifier, and its pictures.

    Parameters
    ----------
    classifier : PhysicalEmbeddingClassifier
    X, y : array_like
        Cases and labels that it is looked at on.
    out : str or Path, default="report.html"
        The report, a .html file; its pictures go into a folder beside it.
    X_train, y_train : array_like, optional
        Those that it was trained on, which give the means that cases are compared with; X and y
        where they are None. Without them, or where a case is in both, nothing is said of other
        cases.
    cases : tuple of int, default=()
        Cases of X to watch; empty is the first one that the model gets right.
    classes : (str, str) or None, default=None
        Two classes to compare; None is the pair that the model confuses most.

    Returns
    -------
    list of Path
        What was written, the report first.

    Raises
    ------
    InvalidInputError
        If the classifier has no medium, or the cases are not of the kind seen in fit.
    """
    file = Path(out)
    if file.suffix.lower() not in (".html", ".htm"):
        raise InvalidInputError(f"out must be a .html file, got {str(out)!r}.")
    if (X_train is None) != (y_train is None):
        raise InvalidInputError("X_train and y_train are given together, or neither.")
    if not hasattr(classifier, "classes_"):
        raise InvalidInputError(
            f"a {type(classifier).__name__} has no classes; a fitted classifier is explained."
        )
    looked_at = _checked(classifier, X, y, "X", "y")
    trained_on = (
        looked_at
        if X_train is None
        else _checked(classifier, X_train, y_train, "X_train", "y_train")
    )
    subject = _subject_of(classifier, trained_on, looked_at)
    check_writable(file)
    request = Request(cases, classes)
    request.check(subject)
    right = classifier.predict(looked_at[0]).astype(str) == looked_at[1].astype(str)
    counts = classifier.parameter_counts_
    name = getattr(classifier, "preset_", type(classifier).__name__)
    # as for a run: for many small steps two threads are slower than one
    with limited_threads(1):
        disturbed = tolerance(subject)
        card = card_of(classifier, *looked_at)
        return write_report(
            file.parent,
            f"{name}: what the medium does",
            f"{right.mean():.1%} of {len(right):,} cases right; {counts['embedding']:,} embedding "
            f"and {counts['readout']:,} readout parameters.",
            chain(
                [first_section(subject, disturbed, Robustness.in_card(card))],
                card_sections(card),
                report_sections(subject, request, disturbed),
            ),
            {"physembed": __version__, "settings": classifier.settings()},
            report=file.name,
            figures=f"{file.stem}-figures",
        )


def _subject_of(classifier: Any, trained_on: _Cases, looked_at: _Cases) -> Subject:
    return Subject.of(
        classifier,
        *trained_on,
        *looked_at,
        sampling_interval=classifier.preparation_.sampling_interval,
        called="cases",
        unseen=not _share_a_case(trained_on[0], looked_at[0]),
    )


def _share_a_case(some: NDArray[Any], others: NDArray[Any]) -> bool:
    """Whether any series is among both, as all are where they are the same."""
    series = {case.tobytes() for case in some}
    return any(case.tobytes() in series for case in others)


def _checked(classifier: Any, X: Any, y: Any, series: str, labels: str) -> _Cases:
    """Cases on the grid that was seen in fit, and their labels."""
    if classifier.of_fields_:
        raise InvalidInputError(
            f"a report draws real series, and this {type(classifier).__name__} was fitted on "
            "fields; get_feature_names_out and feature_importances_ tell what it reads."
        )
    given = cases_in(X, series)
    of_cases = labels_of(by_case(y, given, argument=labels), len(given), argument=labels)
    n_channels, n_timepoints = (classifier.metadata_[key] for key in ("n_channels", "n_timepoints"))
    array = check_collection(
        given,
        argument=series,
        missing=True,
        unequal=classifier.unequal_length_,
        n_timepoints=n_timepoints,
    )
    if array.shape[1:] != (n_channels, n_timepoints):
        raise InvalidInputError(
            f"{series} has {array.shape[1]} channel(s) and {array.shape[2]} timepoints, where "
            f"{n_channels} and {n_timepoints} were seen in fit."
        )
    return array, np.asarray(of_cases)
