"""What is learned of y: which classes there are, or where targets lie; plain values."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed._checks import check_number
from physembed.data.cases import shown
from physembed.data.label_checks import labels_of, targets_of
from physembed.errors import InvalidInputError

if TYPE_CHECKING:
    from physembed.data.pieces.survey import Survey


class LearnedOfY(ABC):
    """What is learned of y, from an array, a source or a stream, and is kept with the network.

    A kind of estimator names its kind (:attr:`SeriesEstimator._learns`) and shows it by attributes.
    """

    of_classes: ClassVar[bool]
    class_weights: Tensor | None
    """How much a case of each class counts, of shape (classes,); None where all count alike."""

    @property
    @abstractmethod
    def n_outputs(self) -> int:
        """Outputs of a network."""

    @classmethod
    @abstractmethod
    def of_survey(cls, survey: "Survey", class_weight: Any) -> Self:
        """From the first pass over a source, of whose cases all count as ``class_weight`` says."""

    @classmethod
    @abstractmethod
    def of_stream(cls, classes: Sequence[Any] | None, class_weight: Any) -> Self:
        """From what is told with the first piece of a stream, before any case is seen."""

    def settled_by(self, y: NDArray[Any]) -> Self:
        """The same when the first cases of a stream have come, if they say something new."""
        return self

    @abstractmethod
    def checked(self, y: Any, n_cases: int) -> NDArray[Any]:
        """The y of a further piece of a stream.

        Raises
        ------
        InvalidInputError
        """

    @abstractmethod
    def numbers(self, y: NDArray[Any]) -> Tensor:
        """What a network is trained for, (cases,): int64 of classes, else float64."""

    @abstractmethod
    def attributes(self) -> dict[str, Any]:
        """What a fitted estimator shows, by name."""

    @classmethod
    @abstractmethod
    def shown_by(cls, attributes: Mapping[str, Any]) -> Self:
        """Back from :meth:`attributes`, without what counts in a training alone."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """As JSON-ready data, for a model's folder."""

    @classmethod
    @abstractmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Back from :meth:`state`."""


@dataclass(frozen=True, eq=False)
class Classes(LearnedOfY):
    """The classes that there are.

    Parameters
    ----------
    values : ndarray of shape (classes,)
        Their labels, ascending.
    class_weights : Tensor of shape (classes,), float64, or None, default=None
    """

    of_classes = True
    values: NDArray[Any]
    class_weights: Tensor | None = None

    @classmethod
    def weighted(
        cls, values: NDArray[Any], class_weight: Any, counts: NDArray[np.int64] | None = None
    ) -> Self:
        """Classes of which a case counts as ``class_weight`` of an estimator says.

        Parameters
        ----------
        values : ndarray of shape (classes,)
            Their labels, ascending.
        class_weight : None, "balanced" or mapping of class label to weight
        counts : ndarray of shape (classes,), int64, or None, default=None
            Cases of each, where they are known.

        Raises
        ------
        InvalidInputError
            If it is no weighting of these classes, or asks for counts that nobody knows.
        """
        if class_weight is None:
            return cls(values)
        if isinstance(class_weight, str) and class_weight == "balanced":
            if counts is None:
                raise InvalidInputError(
                    "class_weight='balanced' needs to know how many cases of each class will come; "
                    "for partial_fit, give a mapping of labels to weights, or None."
                )
            return cls(values, torch.from_numpy(counts.sum() / (len(counts) * counts)))
        labels = values.tolist()
        if not isinstance(class_weight, Mapping) or not set(class_weight) <= set(labels):
            raise InvalidInputError(
                "class_weight must be None, 'balanced' or a mapping of class labels to weights "
                f"(labels here: {labels}), got {class_weight!r}."
            )
        # not as scikit-learn, which takes the label "1" for the number 1
        weights = [class_weight.get(label, 1.0) for label in labels]
        for label, weight in zip(labels, weights, strict=True):
            check_number(f"class_weight[{label!r}]", weight, above=0)
        return cls(values, torch.tensor(weights, dtype=torch.float64))

    @classmethod
    def of_survey(cls, survey: "Survey", class_weight: Any) -> Self:
        return cls.weighted(survey.values, class_weight, survey.counts)

    @classmethod
    def of_stream(cls, classes: Sequence[Any] | None, class_weight: Any) -> Self:
        if classes is None:
            raise InvalidInputError(
                "classes must be given with the first piece: all labels that will come, got None."
            )
        values = np.unique(np.asarray(classes))
        if len(values) < 2:
            raise InvalidInputError(f"classes must be at least two, got {classes!r}.")
        return cls.weighted(values, class_weight)

    @property
    def n_outputs(self) -> int:
        return len(self.values)

    def checked(self, y: Any, n_cases: int) -> NDArray[Any]:
        labels = labels_of(y, n_cases)
        strange = ~np.isin(labels, self.values)
        if strange.any():
            case = int(strange.argmax())
            raise InvalidInputError(
                f"y[{case}] is {shown(labels[case])}, which is none of the classes "
                f"{self.values.tolist()!r} that the first piece told."
            )
        return labels

    def numbers(self, y: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.searchsorted(self.values, y))

    def attributes(self) -> dict[str, Any]:
        # aeon's names
        numbers = {label: number for number, label in enumerate(self.values)}
        return {
            "classes_": self.values,
            "n_classes_": len(self.values),
            "_class_dictionary": numbers,
        }

    @classmethod
    def shown_by(cls, attributes: Mapping[str, Any]) -> Self:
        return cls(attributes["classes_"])

    def state(self) -> dict[str, Any]:
        return {"classes": self.values.tolist(), "classes_dtype": self.values.dtype.str}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        dtype = np.dtype(state["classes_dtype"])
        if dtype.kind not in "biufUS":
            raise InvalidInputError(f"class labels of type {dtype} are not read from a file")
        return cls(np.asarray(state["classes"], dtype=dtype))


@dataclass(frozen=True)
class Targets(LearnedOfY):
    """Where the targets of a regression lie, for which a network is trained in their deviations.

    Parameters
    ----------
    mean : float, default=0.0
    scale : float, default=1.0
        Their standard deviation; 1 where they are all the same.
    """

    of_classes = False
    class_weights = None
    n_outputs = 1
    mean: float = 0.0
    scale: float = 1.0

    @classmethod
    def of(cls, y: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> Self:
        """Mean and deviation of targets, each of which counts as its weight says."""
        mean = float(np.average(y, weights=weights))
        variance = np.average(np.square(y - mean), weights=weights)
        return cls(mean, float(np.sqrt(variance)) or 1.0)

    @classmethod
    def of_survey(cls, survey: "Survey", class_weight: Any) -> Self:
        return cls(survey.mean, survey.deviation)

    @classmethod
    def of_stream(cls, classes: Sequence[Any] | None, class_weight: Any) -> Self:
        if classes is not None:
            raise InvalidInputError(f"classes must be None for a regression, got {classes!r}.")
        return cls()

    def settled_by(self, y: NDArray[Any]) -> Self:
        return self.of(y)

    def checked(self, y: Any, n_cases: int) -> NDArray[Any]:
        return targets_of(y, n_cases)

    def numbers(self, y: NDArray[Any]) -> Tensor:
        return torch.from_numpy((y - self.mean) / self.scale)

    def attributes(self) -> dict[str, Any]:
        return {"target_mean_": self.mean, "target_scale_": self.scale}

    @classmethod
    def shown_by(cls, attributes: Mapping[str, Any]) -> Self:
        return cls(attributes["target_mean_"], attributes["target_scale_"])

    def state(self) -> dict[str, Any]:
        return {"target_mean": self.mean, "target_scale": self.scale}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        return cls(float(state["target_mean"]), float(state["target_scale"]))
