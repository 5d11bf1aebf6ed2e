"""Real numbers from series."""

from typing import Any, Self

import numpy as np
from aeon.regression.base import BaseRegressor
from numpy.typing import NDArray

from physembed.data.containers import cases_in
from physembed.data.label_checks import by_case, check_targets, targets_of
from physembed.estimators.beside_cases import NOTHING, of_some_weight
from physembed.estimators.classes_and_targets import Targets
from physembed.estimators.physical_embedding import PhysicalEmbedding
from physembed.estimators.stream import FitsStreams


class PhysicalEmbeddingRegressor(FitsStreams, PhysicalEmbedding, BaseRegressor):
    """Predict a real number for each series by sending it through a physical medium.

    Encoders normalise every series, so what is predicted must show in its shape, not in its level;
    the preset `compact` sees the level as well.

    Parameters
    ----------
    preset, fibres, training, detectors, readout_weights, max_bytes, weight_bits, robustness, \
levels, teacher, frozen, guard_band, equation, device, n_jobs, verbose, \
callbacks, random_state, checkpoint_dir
        As in :class:`~physembed.PhysicalEmbeddingClassifier`; the readout is a ridge regression,
        and gradient training lowers the mean squared error.

    Attributes
    ----------
    target_mean_, target_scale_ : float
        Mean and standard deviation of the targets seen in fit, between which and the network's
        output the prediction is translated.
    network_, device_, preset_, parameter_counts_, history_, divergence_, \
n_features_in_, feature_names_in_
        As in :class:`~physembed.PhysicalEmbeddingClassifier`.

    Examples
    --------
    >>> import physembed as pe
    >>> from aeon.datasets import load_gunpoint
    >>> X, _ = load_gunpoint(split="train")
    >>> highest = X.argmax(axis=2)[:, 0]  # when
    >>> regressor = pe.PhysicalEmbeddingRegressor("lattice", random_state=0).fit(X, highest)
    >>> regressor.predict(X[:2]).shape
    (2,)
    """

    _learns = Targets
    target_mean_: float
    target_scale_: float

    def _check_y(self, y: Any, n_cases: int) -> NDArray[np.float64]:
        beside = self._take_beside(n_cases)
        if beside is not NOTHING:
            # nothing stays behind where labels are those of a score
            self._beside = beside
        return targets_of(self._in_order(y), n_cases)

    def score(
        self,
        X: Any,
        y: Any = None,
        metric: Any = "r2",
        metric_params: dict[str, Any] | None = None,
    ) -> float:
        """As aeon's regressors; the targets may be of one case.

        Parameters
        ----------
        X, y : array_like
            As for ``fit``; also a source of parts without y.
        metric, metric_params
            As for :class:`aeon.regression.base.BaseRegressor`; of a source "r2" alone.
        """
        self._check_is_fitted()
        if y is None:
            from physembed.estimators.pieces_out import score_of_source

            return score_of_source(self, X, metric, "r2")
        cases = cases_in(X)
        score: float = super().score(cases, by_case(y, cases), metric, metric_params)
        return score

    def _fit(self, X: NDArray[np.float64], y: NDArray[np.float64]) -> Self:
        X, y, beside = of_some_weight(X, y, self.__dict__.pop("_beside", NOTHING))
        y = check_targets(y, len(X))
        targets = Targets.of(y, beside.weights)
        self._learn(targets)
        self._train(X, y, targets, beside)
        return self

    def _predict(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.target_mean_ + self.target_scale_ * self._outputs(X)[:, 0]
