"""What a ridge has to know of cases that it never sees together: their moments, fold by fold."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from physembed.errors import InvalidInputError

Numbers = NDArray[np.float64]

ARRAYS = ("count", "x", "y", "xx", "xy", "yy", "cases", "sums", "squares")
"""The arrays of :class:`Moments`, in the order in which they are written."""


@dataclass(frozen=True, eq=False)
class Moments:
    r"""Sums over cases of features x and targets y, for each fold that is left out at a time.

    With weights w of the cases the sums are :math:`\sum w`, :math:`\sum w x`, :math:`\sum w x x^T`
    and so on. Features are given less a centre and over a unit that a sample tells, so that no
    moment about the mean is the small difference of large numbers.

    A sum is made of blocks in the order of the cases, a sum of sums in the order of its terms, all
    in float64: whoever adds the same blocks in the same order has the same bits.

    Parameters
    ----------
    count : ndarray of shape (folds,)
        Sum of the weights.
    x : ndarray of shape (folds, features)
    y : ndarray of shape (folds, targets)
    xx : ndarray of shape (folds, features, features)
    xy : ndarray of shape (folds, features, targets)
    yy : ndarray of shape (folds, targets)
        Of the squares of each target.
    cases : ndarray of shape (folds,)
        Number of cases, whatever their weights.
    sums, squares : ndarray of shape (features,)
        Of features and their squares without weights: what they are standardised by.
    """

    count: Numbers
    x: Numbers
    y: Numbers
    xx: Numbers
    xy: Numbers
    yy: Numbers
    cases: Numbers
    sums: Numbers
    squares: Numbers

    @classmethod
    def zero(cls, n_folds: int, n_features: int, n_targets: int) -> Self:
        """Of no cases."""
        return cls(
            np.zeros(n_folds),
            np.zeros((n_folds, n_features)),
            np.zeros((n_folds, n_targets)),
            np.zeros((n_folds, n_features, n_features)),
            np.zeros((n_folds, n_features, n_targets)),
            np.zeros((n_folds, n_targets)),
            np.zeros(n_folds),
            np.zeros(n_features),
            np.zeros(n_features),
        )

    @property
    def n_folds(self) -> int:
        """Number of folds, with cases or without."""
        return len(self.count)

    def add(
        self,
        features: Numbers,
        targets: Numbers,
        folds: NDArray[np.int64],
        weights: Numbers | None = None,
    ) -> None:
        """Add a block of cases, in place.

        Parameters
        ----------
        features : ndarray of shape (cases, features)
            Less their centre, over their unit.
        targets : ndarray of shape (cases, targets)
        folds : ndarray of shape (cases,), int64
            Which fold each case is left out with.
        weights : ndarray of shape (cases,), optional
            How much each case's squared error counts; all alike where left out.

        Raises
        ------
        InvalidInputError
            If a feature is not finite; nothing is added then.
        """
        finite = np.isfinite(features).all(axis=1)
        if not finite.all():
            raise InvalidInputError(
                f"case {int(finite.argmin())} leads to a feature that is not finite."
            )
        for fold in range(self.n_folds):
            of_fold = folds == fold
            if not of_fold.any():
                continue
            # all of one fold are not copied
            x, y = (v if of_fold.all() else v[of_fold] for v in (features, targets))
            self.cases[fold] += len(x)
            np.add(self.sums, x.sum(axis=0), out=self.sums)
            np.add(self.squares, np.einsum("nf,nf->f", x, x), out=self.squares)
            w = np.ones(len(x)) if weights is None else weights[of_fold]
            if weights is not None:
                root = np.sqrt(w)[:, None]
                self.x[fold] += w @ x
                self.y[fold] += w @ y
                x, y = root * x, root * y
            else:
                self.x[fold] += x.sum(axis=0)
                self.y[fold] += y.sum(axis=0)
            self.count[fold] += w.sum()
            self.xx[fold] += x.T @ x
            self.xy[fold] += x.T @ y
            self.yy[fold] += np.square(y).sum(axis=0)

    def include(self, later: "Moments") -> None:
        """Add the moments of other cases, in place."""
        for name in ARRAYS:
            np.add(getattr(self, name), getattr(later, name), out=getattr(self, name))

    def residual(self, weights: Numbers, bias: Numbers) -> "Moments":
        """The moments with what a readout leaves of the targets in their place.

        Parameters
        ----------
        weights : ndarray of shape (features, targets)
            Of the features as they were added.
        bias : ndarray of shape (targets,)
        """
        predicted = self.xx @ weights
        xy = self.xy - predicted - self.x[:, :, None] * bias
        y = self.y - self.x @ weights - self.count[:, None] * bias
        squared = self.yy - 2 * ((self.xy * weights).sum(axis=1) + self.y * bias)
        squared += (predicted * weights).sum(axis=1)
        squared += 2 * (self.x @ weights) * bias + self.count[:, None] * np.square(bias)
        return replace(self, y=y, xy=xy, yy=squared)

    def about_the_mean(self) -> tuple[Numbers, Numbers]:
        """Products of features about their mean, of all folds, with each other and with targets.

        Shapes (features, features) and (features, targets).
        """
        count, x, y = self.count.sum(), self.x.sum(axis=0), self.y.sum(axis=0)
        gram = self.xx.sum(axis=0)
        gram -= np.outer(x / count, x)
        return gram, self.xy.sum(axis=0) - np.outer(x / count, y)

    def standardised(self) -> tuple["Moments", Numbers, Numbers]:
        """The moments of standardised features, and the mean and deviation of what was added.

        Mean and deviation are those of all cases, without weights; the deviation of a feature that
        never changes is infinite, and the feature becomes zero.
        """
        mean = self.sums / self.cases.sum()
        square = self.squares / self.cases.sum()
        variance = square - np.square(mean)
        constant = variance <= 1e-14 * square
        deviation = np.where(constant, np.inf, np.sqrt(np.where(constant, 1.0, variance)))
        x = (self.x - self.count[:, None] * mean) / deviation
        xy = (self.xy - mean[:, None] * self.y[:, None]) / deviation[:, None]
        xx = np.empty_like(self.xx)
        for fold in range(self.n_folds):
            outer = np.outer(self.x[fold], mean)
            moved = self.xx[fold] - outer - outer.T + self.count[fold] * np.outer(mean, mean)
            xx[fold] = moved / deviation / deviation[:, None]
        return replace(self, x=x, xy=xy, xx=xx), mean, deviation


def n_bytes(n_folds: int, n_features: int, n_targets: int) -> int:
    """Bytes of the moments of so many features and targets."""
    of_fold = n_features**2 + n_features * (1 + n_targets) + 2 * n_targets + 2
    return 8 * (n_folds * of_fold + 2 * n_features)
