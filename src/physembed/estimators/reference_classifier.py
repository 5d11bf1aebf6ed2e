"""Classifiers of aeon's that comparisons refer to; they are run, not kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from aeon.classification.base import BaseClassifier
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from physembed._threads import torch_keeps_its_threads
from physembed.data.label_checks import check_labels, labels_of
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.estimators.catalogue import REFERENCES
from physembed.estimators.series_input import SeriesInput
from physembed.training.gradient.settings import TrainingSettings


def _nearest_neighbour(seed: int) -> Any:
    from aeon.classification.distance_based import KNeighborsTimeSeriesClassifier

    return KNeighborsTimeSeriesClassifier(n_neighbors=1, distance="euclidean")


def _multirocket_hydra(seed: int) -> Any:
    from aeon.classification.convolution_based import MultiRocketHydraClassifier

    return MultiRocketHydraClassifier(random_state=seed)


_MAKERS: dict[str, Callable[[int], Any]] = {
    "euclidean-1nn": _nearest_neighbour,
    "multirocket-hydra": _multirocket_hydra,
}


class ReferenceClassifier(SeriesInput, BaseClassifier):
    """A published classifier in aeon's implementation, with the record of ours.

    Parameters
    ----------
    model : {"euclidean-1nn", "multirocket-hydra"}
        The nearest training case after z-normalisation, or MultiRocket and Hydra features with a
        ridge classifier on the series as they come.
    random_state : int, RandomState or None, default=None

    Attributes
    ----------
    parameter_counts_ : dict
        {"embedding": 0, "readout": int}: weights and biases of the ridge classifier for every
        class, or the numbers that the nearest neighbour keeps.
    """

    _tags: ClassVar[dict[str, Any]] = {
        "algorithm_type": "convolution",
    }

    def __init__(
        self,
        model: str = "euclidean-1nn",
        *,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.model = model
        self.random_state = random_state
        super().__init__()

    def settings(self) -> dict[str, Any]:
        """Every setting as JSON-ready data."""
        return {"estimator": type(self).__name__, "model": self.model}

    def training_settings(self) -> TrainingSettings | None:
        """None: nothing is trained by gradient."""
        return None

    def composition(self) -> dict[str, Any]:
        """What the fitted classifier is, as JSON-ready data."""
        self._check_is_fitted()
        return {"network": type(self.estimator_).__name__, "fibres": []}

    def save(self, path: str | Path) -> Path:
        """Refuse: aeon's classifiers can only be pickled.

        Raises
        ------
        InvalidInputError
        """
        raise InvalidInputError(
            f"{self.model!r} is a reference of comparisons and cannot be saved to {path}."
        )

    def _check_y(self, y: Any, n_cases: int, **options: Any) -> Any:
        if not options.get("update_classes", True):
            return labels_of(y, n_cases)
        return super()._check_y(check_labels(self._in_order(y), n_cases), n_cases, **options)

    def _fit(self, X: NDArray[np.float64], y: NDArray[Any]) -> "ReferenceClassifier":
        if self.model not in _MAKERS:
            raise UnknownNameError("reference", self.model, list(REFERENCES))
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        self.estimator_ = _MAKERS[self.model](seed)
        with torch_keeps_its_threads():
            self.estimator_.fit(self._prepared(X), y)
        if self.model == "euclidean-1nn":
            n_numbers = X.size
        else:
            n_features = np.atleast_2d(self.estimator_.classifier.coef_).shape[1]
            n_numbers = len(self.classes_) * (n_features + 1)
        self.parameter_counts_ = {"embedding": 0, "readout": int(n_numbers)}
        return self

    def _predict(self, X: NDArray[np.float64]) -> NDArray[Any]:
        with torch_keeps_its_threads():
            predicted: NDArray[Any] = self.estimator_.predict(self._prepared(X))
        return predicted

    def _prepared(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.model != "euclidean-1nn":
            return X
        import torch

        from physembed.networks.encoders.normalisations import z_score

        scaled: NDArray[np.float64] = z_score(torch.from_numpy(X)).numpy()
        return scaled
