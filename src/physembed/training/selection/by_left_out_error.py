"""Which few of many designed detectors to build: by the left-out error of their readout."""

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import LabelBinarizer, StandardScaler

from physembed._checks import check_integer

SHRINKAGE = 0.4
"""Of each new direction, as by a ridge of so much per case: what a detector adds to those that are
chosen already must be more than this share of its variance to count fully. Cross-validation on the
training cases of UCR sets preferred 0.4 to 0.1 and 0.02."""

LEAST_NEW = 1e-6
"""Share of a detector's variance that the others must leave, for it to be looked at."""


def choose_detectors(
    features: NDArray[np.float64], y: NDArray[np.int64] | NDArray[np.float64], n_detectors: int
) -> list[int]:
    r"""Choose detectors one by one, each so that the left-out error falls most.

    Forward selection by orthogonal least squares: features are standardised, every candidate is
    made orthogonal to the chosen ones and normalised to :math:`q`, and the one is taken that
    minimises

    .. math:: \sum_i \left( \frac{r_i - q_i \, q^T r}{1 - h_i - q_i^2} \right)^2,

    summed over classes (or for one real target), with :math:`r` the residual and :math:`h` the
    leverage of the readout so far. No penalty has to be chosen.

    Parameters
    ----------
    features : ndarray of shape (cases, candidates) or (cases, candidates, channels)
        What every candidate detects. Behind a fibre that serves several channels, a detector is
        chosen for its best channel and brings the others along.
    y : ndarray of shape (cases,), integer or float
        Classes, or what is to be predicted.
    n_detectors : int
        How many to choose.

    Returns
    -------
    list of int
        Indices of candidates in the order of choice; fewer than asked for where nothing that is
        left adds anything.

    Raises
    ------
    InvalidInputError
        If ``n_detectors`` is not from 1 to the number of candidates.

    References
    ----------
    Chen, Billings and Luo, Int. J. Control 50, 1873 (1989), orthogonal least squares; Hong et al.,
    IEE Proc. Control Theory Appl. 150, 245 (2003), by left-out error.
    """
    cases, candidates = features.shape[:2]
    check_integer("n_detectors", n_detectors, least=1, most=candidates)
    flat = StandardScaler().fit_transform(features.reshape(cases, -1))
    channels = flat.shape[1] // candidates
    targets = _targets(y)
    readout = _GrowingReadout(flat, targets - targets.mean(axis=0))
    chosen: list[int] = []
    while len(chosen) < n_detectors:
        errors = readout.errors_with_each().reshape(candidates, channels).min(axis=1)
        errors[chosen] = np.inf
        best = int(errors.argmin())
        if not np.isfinite(errors[best]):
            break
        chosen.append(best)
        for column in range(best * channels, (best + 1) * channels):
            readout.add(column)
    return chosen


def _targets(y: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
    """+-1 for each class, one column for two classes; real numbers in units of their deviation."""
    if np.issubdtype(y.dtype, np.integer):
        signs = LabelBinarizer(pos_label=1, neg_label=-1).fit_transform(y)
        return np.asarray(signs, dtype=np.float64)
    return np.asarray(StandardScaler().fit_transform(y.reshape(len(y), -1)), dtype=np.float64)


class _GrowingReadout:
    """A least-squares readout that takes up features one by one."""

    def __init__(self, features: NDArray[np.float64], targets: NDArray[np.float64]) -> None:
        self.new = features.copy()
        self.residual = targets.copy()
        self.leverage = np.full(len(features), 1 / len(features))

    def _directions(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What each feature adds to those taken up, shrunken to at most unit length; its share."""
        cases = len(self.new)
        squares = np.square(self.new).sum(axis=0)
        return self.new / np.sqrt(squares + SHRINKAGE * cases), squares / cases

    def errors_with_each(self) -> NDArray[np.float64]:
        """Squared left-out error with each feature besides, infinite where it adds nothing."""
        q, share = self._directions()
        squares = q * q
        weights = 1 / np.square(np.maximum(1 - self.leverage[:, None] - squares, 1e-3))
        # the squares are multiplied out: products of matrices in place of an array for each class
        taken = q.T @ self.residual
        errors: NDArray[np.float64] = (weights.T @ np.square(self.residual)).sum(axis=1)
        errors += np.square(taken).sum(axis=1) * (weights * squares).sum(axis=0)
        weights *= q
        errors -= 2 * (taken * (weights.T @ self.residual)).sum(axis=1)
        errors[share < LEAST_NEW] = np.inf
        return errors

    def add(self, column: int) -> None:
        """Take up a feature."""
        q, share = self._directions()
        if share[column] < LEAST_NEW:
            return
        taken = q[:, column].copy()
        self.residual -= np.outer(taken, taken @ self.residual)
        self.leverage += taken**2
        unit = taken / np.linalg.norm(taken)
        self.new -= np.outer(unit, unit @ self.new)
