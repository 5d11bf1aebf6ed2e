"""A teacher of the user's own: any classifier of scikit-learn or aeon that gives scores."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from physembed.errors import InvalidInputError

Numbers = NDArray[np.float64]

WITH_MINIROCKET = "with-minirocket"
"""The teacher that is the mean of the ridge on the pool and another on MiniRocket's features."""
FOLDS = 3
"""In which the teacher is fitted anew, to hear what it says of cases that it does not know."""


@dataclass(frozen=True)
class OtherTeacher:
    """A fitted teacher.

    Parameters
    ----------
    scores : callable
        Scores (cases, targets) of series (cases, channels, timepoints), of the order of +-1; one
        column for two classes, and of more the mean over the classes of each case is zero.
    left_out : ndarray of shape (training cases, targets) or None
        What it says of training cases that it was not taught; None where these are too few.
    is_beside : bool, default=False
        Whether its scores are averaged with those of the ridge on the pool, or take their place.
    """

    scores: Callable[[Numbers], Numbers]
    left_out: Numbers | None
    is_beside: bool = False


def check_teacher(teacher: object) -> None:
    """Refuse what cannot be fitted, or gives no scores.

    Raises
    ------
    InvalidInputError
    """
    if isinstance(teacher, str) and teacher == WITH_MINIROCKET:
        return
    scoring = hasattr(teacher, "predict_proba") or hasattr(teacher, "decision_function")
    if isinstance(teacher, type) or not hasattr(teacher, "fit") or not scoring:
        raise InvalidInputError(
            "teacher must be None or a classifier with fit and predict_proba or "
            f"decision_function, or {WITH_MINIROCKET!r}, got {teacher!r}."
        )


def fit_other_teacher(
    teacher: Any,
    x: Numbers,
    labels: NDArray[np.int64],
    *,
    seed: int,
    groups: NDArray[np.int64] | None = None,
) -> OtherTeacher:
    """Fit a copy of a classifier, and copies in three folds for its left-out scores.

    Parameters
    ----------
    teacher : classifier
        aeon's are given series (cases, channels, timepoints); all others a row for each case, its
        channels one after the other.
    x : ndarray of shape (cases, channels, timepoints)
    labels : ndarray of shape (cases,), int64
        Classes 0, 1 ...
    seed : int
        Of the division into folds.
    groups : ndarray of shape (cases,), integer, optional
        Cases that stay together in a fold.
    """
    check_teacher(teacher)
    fitted = clone(teacher).fit(_as_it_likes(teacher, x), labels)
    left_out = None
    fewest = int(np.bincount(labels).min())
    enough = fewest >= FOLDS if groups is None else len(np.unique(groups)) >= FOLDS
    if enough:
        kind = StratifiedKFold if groups is None else StratifiedGroupKFold
        folds = kind(FOLDS, shuffle=True, random_state=seed % 2**32)
        n_classes = int(labels.max()) + 1
        left_out = np.zeros((len(x), 1 if n_classes == 2 else n_classes))
        for seen, unseen in folds.split(x, labels, groups):
            if len(np.unique(labels[seen])) < n_classes:
                # a class that lives in one group alone cannot be left out
                return OtherTeacher(lambda series: scores_of(fitted, series), None)
            copy = clone(teacher).fit(_as_it_likes(teacher, x[seen]), labels[seen])
            left_out[unseen] = scores_of(copy, x[unseen])
    return OtherTeacher(lambda series: scores_of(fitted, series), left_out)


def scores_of(classifier: Any, x: Numbers) -> Numbers:
    """Scores of a fitted classifier: its decision function, or 2 p - 1 of its probabilities."""
    series = _as_it_likes(classifier, x)
    if hasattr(classifier, "decision_function"):
        scores = np.asarray(classifier.decision_function(series), dtype=np.float64)
        scores = scores.reshape(len(x), -1)
    else:
        scores = 2 * np.asarray(classifier.predict_proba(series), dtype=np.float64) - 1
        if scores.shape[1] == 2:
            scores = scores[:, 1:]
    return scores if scores.shape[1] == 1 else scores - scores.mean(axis=1, keepdims=True)


def _as_it_likes(classifier: Any, x: Numbers) -> Numbers:
    from aeon.base import BaseCollectionEstimator

    return x if isinstance(classifier, BaseCollectionEstimator) else x.reshape(len(x), -1)
