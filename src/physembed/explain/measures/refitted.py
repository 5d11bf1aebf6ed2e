"""What the features are worth to a readout of their own, fitted anew."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.charts.arrays import numbers
from physembed.explain.measures.detected import Detected
from physembed.explain.measures.variation import Change
from physembed.explain.subject import Subject
from physembed.training.readout.ridge import fit_ridge


class Refitted:
    """Accuracy on test cases of ridge readouts fitted to training cases.

    Parameters
    ----------
    subject : Subject
    cases : Tensor of int
        The test cases, all of known classes.
    """

    def __init__(self, subject: Subject, cases: Tensor) -> None:
        train = subject.few_train
        self._seen = Detected(subject, subject.x_train[train], subject.in_single_precision)
        self._unseen = Detected(subject, subject.x_test[cases], subject.in_single_precision)
        self._labels = subject.y_train[train].numpy()
        self._truth = subject.y_test[cases].numpy()

    def with_change(self, change: Change) -> float:
        """Accuracy with other coefficients."""
        return self._accuracy(self._seen.features(change), self._unseen.features(change))

    def with_features(self, given: NDArray[np.bool_]) -> float:
        """Accuracy with some of the features alone."""
        columns = torch.from_numpy(np.flatnonzero(given))
        return self._accuracy(
            self._seen.features()[:, columns], self._unseen.features()[:, columns]
        )

    def _accuracy(self, seen: Tensor, unseen: Tensor) -> float:
        ridge = fit_ridge(numbers(seen.double()), self._labels)
        taken = ridge.classes(numbers(unseen.double()))
        return float((taken == self._truth).mean())
