"""What a fitted model says of a series of any length, window by window."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.pieces.windows import checked_hop, mostly_missing, window_blocks
from physembed.errors import InvalidInputError


def predict_windows(
    estimator: Any, series: Any, hop: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """What a fitted classifier or regressor says of each window of a long series.

    Time is linear in the length, memory is that of a few hundred windows and of what is said. Each
    window is a series by itself, normalised by its own mean and deviation as those of the fit
    were; the mean of the probabilities over all windows is what the series as a whole is.

    Parameters
    ----------
    estimator : fitted estimator
    series : ndarray of shape (timepoints,) or (channels, timepoints)
        In memory, or mapped from a file.
    hop : int or None, default=None
        From the beginning of one window to that of the next; None is a window.

    Returns
    -------
    first : ndarray of shape (windows,), int64
        The timepoint at which each begins.
    said : ndarray of shape (windows, classes) or (windows,)
        Probabilities of the classes, or numbers of a regression; NaN for a window of which a
        channel lacks more than half of its values, as such windows are left out of training.
    """
    window = int(estimator.metadata_["n_timepoints"])
    step = checked_hop(window, hop)
    if np.ndim(series) not in (1, 2) or np.shape(series)[-1] < window:
        raise InvalidInputError(
            f"series has shape {np.shape(series)}; (timepoints,) or (channels, timepoints) of at "
            f"least the {window} timepoints seen in fit is accepted."
        )
    is_classifier = hasattr(estimator, "predict_proba")
    say = estimator.predict_proba if is_classifier else estimator.predict
    answer = (len(estimator.classes_),) if is_classifier else ()
    firsts, said = [], []
    for first, windows in window_blocks(series, window, step):
        firsts.append(first + step * np.arange(len(windows)))
        there = ~mostly_missing(windows)
        told = np.full((len(windows), *answer), np.nan)
        if there.any():
            told[there] = say(windows[there])
        said.append(told)
    return np.concatenate(firsts), np.concatenate(said)
