"""Real numbers from series."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from aeon.regression.base import BaseRegressor
from numpy.typing import NDArray

from physembed.data.containers import cases_in
from physembed.data.label_checks import by_case, check_targets, targets_of
from physembed.errors import InvalidInputError
from physembed.estimators.beside_cases import NOTHING, of_some_weight
from physembed.estimators.physical_embedding import PhysicalEmbedding
from physembed.estimators.series_input import FitBesideCases
from physembed.estimators.stream import FitsStreams
from physembed.training.recipe import Fitted

if TYPE_CHECKING:
    from physembed.data.pieces.sources import Source
    from physembed.data.pieces.survey import Survey
    from physembed.estimators.piece_options import PieceOptions


class PhysicalEmbeddingRegressor(FitsStreams, FitBesideCases, PhysicalEmbedding, BaseRegressor):
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
    network_, preset_, parameter_counts_, history_, divergence_, \
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
        self.target_mean_ = float(np.average(y, weights=beside.weights))
        variance = np.average(np.square(y - self.target_mean_), weights=beside.weights)
        self.target_scale_ = float(np.sqrt(variance)) or 1.0
        scaled = torch.from_numpy((y - self.target_mean_) / self.target_scale_)
        self._train(X, scaled, 1, beside=beside)
        return self

    def _fit_source(self, source: "Source", options: "PieceOptions") -> Self:
        from physembed.estimators.in_pieces import fit_source

        fit_source(self, source, options, of_classes=False)
        self.is_fitted = True
        return self

    def _learn_kind(self, survey: "Survey") -> None:
        self._learn_series(survey)
        self.target_mean_, self.target_scale_ = survey.mean, survey.deviation

    def _begin_stream(self, classes: Any) -> tuple[None, int]:
        """No weights, and one output."""
        if classes is not None:
            raise InvalidInputError(f"classes must be None for a regression, got {classes!r}.")
        return None, 1

    def _numbers_in_stream(self, y: Any, n_cases: int) -> NDArray[np.float64]:
        return targets_of(self._in_order(y), n_cases)

    def _take_over(self, fitted: Fitted) -> None:
        super()._take_over(fitted)
        stream = self._running()
        if stream is not None:
            self.target_mean_, self.target_scale_ = stream.mean, stream.deviation

    def _predict(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.target_mean_ + self.target_scale_ * self._outputs(X)[:, 0]

    def _fitted_state(self) -> dict[str, Any]:
        return super()._fitted_state() | {
            "target_mean": self.target_mean_,
            "target_scale": self.target_scale_,
        }

    def _restore_fitted_state(self, state: dict[str, Any]) -> None:
        super()._restore_fitted_state(state)
        self.target_mean_ = float(state["target_mean"])
        self.target_scale_ = float(state["target_scale"])
