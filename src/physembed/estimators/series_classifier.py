"""What all our classifiers share: labels, class weights and probabilities."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from aeon.classification.base import BaseClassifier
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax
from sklearn.utils.class_weight import compute_class_weight

from physembed._checks import check_number
from physembed.data.containers import cases_in
from physembed.data.label_checks import by_case, check_labels, labels_of
from physembed.errors import InvalidInputError
from physembed.estimators._rooms_above import room_above
from physembed.estimators.beside_cases import NOTHING, BesideCases, of_some_weight
from physembed.estimators.series_estimator import SeriesEstimator
from physembed.estimators.series_input import FitBesideCases
from physembed.estimators.stream import FitsStreams, check_classes, numbers_of

if TYPE_CHECKING:
    from physembed.data.pieces.sources import Source
    from physembed.data.pieces.survey import Survey
    from physembed.estimators.piece_options import PieceOptions


class SeriesClassifier(FitsStreams, FitBesideCases, SeriesEstimator, BaseClassifier):
    """A network of this library as a classifier of aeon's and scikit-learn's kind.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    """

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
        indices = torch.from_numpy(np.searchsorted(self.classes_, y))
        self._train(X, indices, len(self.classes_), self._class_weights(y), beside)
        return self

    def _fit_source(self, source: "Source", options: "PieceOptions") -> Self:
        from physembed.estimators.in_pieces import fit_source

        fit_source(self, source, options, of_classes=True)
        self.is_fitted = True
        return self

    def _learn_kind(self, survey: "Survey") -> torch.Tensor | None:
        self._learn_series(survey)
        self.classes_ = survey.values
        self.n_classes_ = len(self.classes_)
        self._class_dictionary = {label: k for k, label in enumerate(self.classes_)}
        if self.class_weight == "balanced":
            shares = survey.counts / survey.n_cases
            return torch.from_numpy(1 / (shares * len(shares)))
        return self._class_weights(survey.values)

    def _begin_stream(self, classes: Sequence[Any] | None) -> tuple[torch.Tensor | None, int]:
        """The weights of the classes of a stream, and how many there are."""
        self.classes_ = check_classes(classes)
        self.n_classes_ = len(self.classes_)
        self._class_dictionary = {label: k for k, label in enumerate(self.classes_)}
        if self.class_weight == "balanced":
            raise InvalidInputError(
                "class_weight='balanced' needs to know how many cases of each class will come; "
                "for partial_fit, give a mapping of labels to weights, or None."
            )
        return self._class_weights(self.classes_), len(self.classes_)

    def _numbers_in_stream(self, y: Any, n_cases: int) -> NDArray[np.int64]:
        return numbers_of(labels_of(self._in_order(y), n_cases), self.classes_)

    def _class_weights(self, y: NDArray[Any]) -> torch.Tensor | None:
        asked = self.class_weight
        if asked is None:
            return None
        if isinstance(asked, str) and asked == "balanced":
            return torch.from_numpy(compute_class_weight(asked, classes=self.classes_, y=y))
        labels = self.classes_.tolist()
        if not isinstance(asked, Mapping) or not set(asked) <= set(labels):
            raise InvalidInputError(
                "class_weight must be None, 'balanced' or a mapping of class labels to weights "
                f"(labels here: {labels}), got {asked!r}."
            )
        # not by compute_class_weight, which takes the label "1" for the number 1
        weights = [asked.get(label, 1.0) for label in labels]
        for label, weight in zip(labels, weights, strict=True):
            check_number(f"class_weight[{label!r}]", weight, above=0)
        return torch.tensor(weights, dtype=torch.float64)

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

    def _fitted_state(self) -> dict[str, Any]:
        return super()._fitted_state() | {
            "classes": self.classes_.tolist(),
            "classes_dtype": self.classes_.dtype.str,
        }

    def _restore_fitted_state(self, state: dict[str, Any]) -> None:
        super()._restore_fitted_state(state)
        dtype = np.dtype(state["classes_dtype"])
        if dtype.kind not in "biufUS":
            raise InvalidInputError(f"class labels of type {dtype} are not read from a file")
        self.classes_ = np.asarray(state["classes"], dtype=dtype)
        self.n_classes_ = len(self.classes_)
        self._class_dictionary = {label: k for k, label in enumerate(self.classes_)}
