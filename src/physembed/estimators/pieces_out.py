"""What a fitted model says of cases that come in pieces, from wherever they come.

Parts of a folder, batches of a Ray Dataset and files of the command line are asked here, so that
columns are found by their names, and what is wrong is told with its place, in one way.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from aeon.classification.base import BaseClassifier
from aeon.regression.base import BaseRegressor
from numpy.typing import NDArray

from physembed.data.known_classes import places_among, places_by_name, refuse_unknown
from physembed.data.label_checks import labels_of, targets_of
from physembed.data.pieces.columns import Columns, refuse_absent
from physembed.data.pieces.piece import OpenPart
from physembed.data.pieces.sources import ACCEPTED, Source, source_of
from physembed.errors import DatasetError, InvalidInputError
from physembed.estimators.series_estimator import SeriesEstimator
from physembed.training.memory_in_pieces import cases_at_once


def check_can_say(estimator: Any, *, novelty: bool = False) -> None:
    """Refuse what predicts nothing of cases, or not yet, before any work.

    Raises
    ------
    InvalidInputError
        If it is no classifier or regressor of this library, or has no measure of novelty where
        that is asked for.
    NotFittedError
        If it has not been fitted.
    """
    predicts = isinstance(estimator, BaseClassifier | BaseRegressor)
    if not (predicts and isinstance(estimator, SeriesEstimator)):
        raise InvalidInputError(
            f"estimator is a {type(estimator).__name__}; a fitted classifier or regressor of this "
            "library is accepted."
        )
    estimator._check_is_fitted()
    if novelty and not estimator.tells_novelty:
        raise InvalidInputError("the model has no measure of novelty.")


def in_order_of_fit(estimator: Any, X: Any, columns: tuple[str, ...], place: str) -> Any:
    """Cases of a table, their columns in the order that they had in fit; others are left out.

    Parameters
    ----------
    estimator : fitted classifier or regressor
        Which may know no names: of what was fitted to arrays, or saved before they were kept.
    X : ndarray of shape (cases, columns) or (cases, columns, timepoints)
    columns : tuple of str
        What the columns are called; empty where nobody tells, and X stays as it is.
    place : str
        What messages call the table.

    Raises
    ------
    DatasetError
        If a column of fit is not there.
    """
    known: tuple[str, ...] = estimator.columns_
    if not known or not columns or columns == known:
        return X
    refuse_absent(known, columns, place)
    return np.take(X, [columns.index(name) for name in known], axis=1)


def names_said(estimator: Any, *, novelty: bool) -> list[str]:
    """What the columns of predictions are called."""
    last = ["novelty"] if novelty else []
    classes = getattr(estimator, "classes_", ())
    return ["prediction", *(f"probability_{label}" for label in classes), *last]


def said_of(estimator: Any, X: Any, place: str, *, first: int = 0, novelty: bool) -> Columns:
    """What is predicted of cases, by :func:`names_said`.

    Parameters
    ----------
    estimator : fitted classifier or regressor
    X : array_like
        Cases in the order of fit.
    place : str
        Where they are from.
    first : int, default=0
        The number of the first of them there.
    novelty : bool

    Raises
    ------
    DatasetError
        If the cases are not as those of fit, with the place, and the case from which it counts.
    """
    try:
        if isinstance(estimator, BaseClassifier):
            labels, probabilities = estimator.labels_and_probabilities(X)
            said = [labels, *np.ascontiguousarray(probabilities.T)]
        else:
            said = [estimator.predict(X)]
        if novelty:
            said.append(estimator.novelty(X))
    except InvalidInputError as error:
        raise DatasetError(f"{place_from(place, first)}: {error}") from error
    return dict(zip(names_said(estimator, novelty=novelty), said, strict=True))


def place_from(place: str, first: int) -> str:
    """A place, and from which case of it a message counts."""
    return f"{place}, cases from {first} on" if first else place


def rows_of(said: Columns) -> Iterator[list[Any]]:
    """What was predicted as rows of a table of text."""
    form = {"prediction": "{}", "novelty": "{:.3g}"}
    texts = [
        [form.get(name, "{:.6f}").format(value) for value in values]
        for name, values in said.items()
    ]
    return map(list, zip(*texts, strict=True))


def bounds_of(X: Any) -> Iterator[tuple[int, int]]:
    """First and last of as many cases as are predicted at once, one after the other."""
    if not len(X):
        return
    at_once = cases_at_once(max(1, int(np.prod(np.shape(X)[1:]))))
    for first in range(0, len(X), at_once):
        yield first, min(first + at_once, len(X))


def confusion_of(classifier: Any, source: Any) -> NDArray[np.int64]:
    """How often cases of each class (rows) are taken for each (columns), over labelled pieces.

    Parameters
    ----------
    classifier : fitted classifier
    source : source of parts
        As for ``fit``.

    Raises
    ------
    DatasetError
        If a part is not right, or has a label that the classifier does not know, with its name.
    """
    classes = classifier.classes_
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for place, labels, predicted in _labelled_and_predicted(classifier, source):
        places = places_by_name(labels, classes)
        try:
            refuse_unknown(labels, classes, places >= 0)
        except InvalidInputError as error:
            raise DatasetError(f"{place}: {error}") from error
        np.add.at(counts, (places, places_among(predicted, classes)), 1)
    return counts


def determination_of(regressor: Any, source: Any) -> float:
    """R² over labelled pieces: the share of the targets' variance that is predicted."""
    n, mean, squares, missed = 0, 0.0, 0.0, 0.0
    for _, targets, predicted in _labelled_and_predicted(regressor, source):
        # mean and sum of squares about it, of these and those before (Chan et al., 1979)
        shift, n_here = float(targets.mean()) - mean, len(targets)
        squares += float(np.square(targets - targets.mean()).sum())
        squares += shift**2 * n * n_here / (n + n_here)
        mean, n = mean + shift * n_here / (n + n_here), n + n_here
        missed += float(np.square(targets - predicted).sum())
    if not squares:
        raise InvalidInputError("R² needs targets that are not all alike.")
    return 1 - missed / squares


def score_of_source(estimator: Any, source: Any, metric: Any, usual: str) -> float:
    """The score of a fitted estimator over a source of parts, of which one is in memory.

    Raises
    ------
    InvalidInputError
        If it is no source, or another metric than the usual one is asked for.
    """
    if metric != usual:
        raise InvalidInputError(
            f"metric must be {usual!r} of a source of parts, got {metric!r}; for others predict "
            "the parts, or give X and y as arrays."
        )
    if usual == "r2":
        return determination_of(estimator, source)
    counts = confusion_of(estimator, source)
    return float(counts.trace() / counts.sum())


def _labelled_and_predicted(
    estimator: Any, data: Any
) -> Iterator[tuple[str, NDArray[Any], NDArray[Any]]]:
    """Place, labels or targets, and predictions, of some cases after the other."""
    check_can_say(estimator)
    source: Source | None = source_of(data, estimator.columns_)
    if source is None:
        raise InvalidInputError(
            "y must be what belongs to each case of X; without it X must be a source of parts, "
            f"{ACCEPTED}, got a {type(data).__name__}."
        )
    of_classes = isinstance(estimator, BaseClassifier)
    read = labels_of if of_classes else targets_of
    for part in source.parts():
        opened = OpenPart(part, of_classes=of_classes)
        for first, end in bounds_of(opened.X):
            place = place_from(opened.name, first)
            y = np.asarray(read(opened.y[first:end], end - first, argument=f"y of {place}"))
            said = said_of(estimator, opened.X[first:end], opened.name, first=first, novelty=False)
            yield place, y, said["prediction"]
