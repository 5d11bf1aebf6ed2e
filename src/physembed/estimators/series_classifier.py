"""What all our classifiers share: labels, class weights and probabilities."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from aeon.classification.base import BaseClassifier
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from physembed.data.containers import cases_in
from physembed.data.label_checks import by_case, check_labels, labels_of
from physembed.errors import InvalidInputError
from physembed.estimators._rooms_above import room_above
from physembed.estimators.beside_cases import NOTHING, BesideCases, of_some_weight
from physembed.estimators.classes_and_targets import Classes
from physembed.estimators.series_estimator import SeriesEstimator
from physembed.estimators.stream import FitsStreams


class SeriesClassifier(FitsStreams, SeriesEstimator, BaseClassifier):
    """A network of this library as a classifier of aeon's and scikit-learn's kind.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    """

    _learns = Classes
    class_weight: Mapping[Any, float] | str | None = None

    def _check_y(self, y: ArrayLike, n_cases: int, **options: Any) -> Any:
        if not options.get("update_classes", True):
            # what is tested on may be a single case, or of one class
            return labels_of(y, n_cases)
        self._beside = self._take_beside(n_cases)
        return super()._check_y(check_labels(self._in_order(y), n_cases), n_cases, **options)

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Scores of series, of which the class with the largest is predicted.

        Parameters
        ----------
        X : array_like
            As for ``fit``.

        Returns
        -------
        ndarray of shape (cases,) or (cases, classes)
            Of two classes, the score of the second less that of the first.
        """
        self._check_is_fitted()
        checked = self._preprocess_collection(X, store_metadata=False)
        self._check_shape(checked)
        scores = self._outputs(checked)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def explain(self, X: Any, y: Any, out: str | Path = "report.html", **options: Any) -> Path:
        """Write a report of what the fitted medium does to cases, with pictures beside it.

        Parameters
        ----------
        X, y : array_like
            Cases and labels that it is looked at on.
        out : str or Path, default="report.html"
        **options
            Of :func:`physembed.explain.explain_fitted`: ``X_train``, ``y_train``, ``cases``,
            ``classes``.

        Returns
        -------
        Path
            The report.

        Raises
        ------
        InvalidInputError
            If the model has no medium, as a baseline, or the cases are not of the kind seen in fit.
        """
        self._check_is_fitted()
        report: Path = room_above("explain").explain_fitted(self, X, y, out=out, **options)[0]
        return report

    def card(self, X: Any = None, y: Any = None) -> str:
        """The model's card as Markdown: sizes, arithmetic, robustness, limits, how to use it.

        Parameters
        ----------
        X, y : array_like, optional
            Cases on which time and robustness are measured.
        """
        self._check_is_fitted()
        told: str = room_above("explain").card_of(self, X, y)
        return told

    def score(
        self,
        X: Any,
        y: Any = None,
        metric: Any = "accuracy",
        use_proba: bool = False,
        metric_params: dict[str, Any] | None = None,
    ) -> float:
        """As aeon's classifiers; the labels may be of one case, or of one class.

        Parameters
        ----------
        X, y : array_like
            As for ``fit``; also a source of parts without y, of whose labels there must be none
            that was not seen in fit.
        metric, use_proba, metric_params
            As for :class:`aeon.classification.base.BaseClassifier`; of a source "accuracy" alone.
        """
        self._check_is_fitted()
        if y is None:
            from physembed.estimators.pieces_out import score_of_source

            return score_of_source(self, X, metric, "accuracy")
        cases = cases_in(X)
        labels = labels_of(by_case(y, cases), len(cases))
        score: float = super().score(cases, labels, metric, use_proba, metric_params)
        return score

    def _fit(self, X: NDArray[np.float64], y: NDArray[Any]) -> Self:
        beside: BesideCases = self.__dict__.pop("_beside", NOTHING)
        if beside.weights is not None:
            weight = np.bincount(
                np.searchsorted(self.classes_, y), beside.weights, minlength=len(self.classes_)
            )
            if not (weight > 0).all():
                raise InvalidInputError(
                    f"sample_weight leaves no case of class {self.classes_[weight.argmin()]}."
                )
            X, y, beside = of_some_weight(X, y, beside)
        counts = np.unique(y, return_counts=True)[1]
        self._train(X, y, Classes.weighted(self.classes_, self.class_weight, counts), beside)
        return self

    def labels_and_probabilities(self, X: Any) -> tuple[NDArray[Any], NDArray[np.float64]]:
        """What ``predict`` and ``predict_proba`` say, for the price of one of them.

        Parameters
        ----------
        X : array_like
            As for ``fit``.

        Returns
        -------
        labels : ndarray of shape (cases,)
        probabilities : ndarray of shape (cases, classes)
        """
        self._check_is_fitted()
        checked = self._preprocess_collection(X, store_metadata=False)
        self._check_shape(checked)
        scores, probabilities = self._scores_and_probabilities(checked)
        return self._chosen(scores), probabilities

    def _predict_proba(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._scores_and_probabilities(X)[1]

    def _predict(self, X: NDArray[np.float64]) -> NDArray[Any]:
        return self._chosen(self._outputs(X))

    def _chosen(self, scores: NDArray[np.float64]) -> NDArray[Any]:
        # not by probabilities, whose small differences are lost where confidence is
        labels: NDArray[Any] = self.classes_[scores.argmax(axis=1)]
        return labels

    def _scores_and_probabilities(
        self, X: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        scores, readings = self._outputs_and_readings(X, self._known)
        probabilities: NDArray[np.float64] = softmax(scores, axis=1)
        if self._known is None:
            return scores, probabilities
        # a case that is unlike the training cases is not judged by what was learned of these
        return scores, self._known.tempered(probabilities, readings)
