"""Fitting to a stream: piece after piece is given, and nobody knows how many there will be."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed._checks import check_integer
from physembed._threads import limited_threads
from physembed.data.cases import shown
from physembed.errors import InvalidInputError
from physembed.training.fitting import fit, warn_of_what_is_idle
from physembed.training.in_pieces import (
    Prepared,
    Sample,
    check_can_be_fitted_in_pieces,
    prepare,
    solve,
)
from physembed.training.memory_in_pieces import FOLDS, cases_at_once
from physembed.training.readout.moments import Moments
from physembed.training.recipe import Fitted, Recipe

if TYPE_CHECKING:
    from physembed.estimators.series_estimator import SeriesEstimator

Numbers = NDArray[np.float64]

SAMPLE_CASES = 2048
"""First cases of a stream, from which thresholds, scales and detectors are taken."""


@dataclass(frozen=True, eq=False)
class _Settled:
    """What the first cases settled, and the moments of all up to now."""

    sample: Sample
    prepared: Prepared
    moments: Moments
    mean: float
    deviation: float


@dataclass(eq=False)
class Stream:
    """What is left of all pieces that were given.

    The first cases are the sample that thresholds, scales and detectors are taken from; until it
    is full they are fitted to as an array is. All cases are summed.

    Parameters
    ----------
    sample_cases : int
        Cases of the sample.
    seed : int
    device : str
    class_weights : Tensor of shape (classes,) or None
    n_outputs : int
        Classes, or 1 for a regression.
    """

    sample_cases: int
    seed: int
    device: str
    class_weights: Tensor | None
    n_outputs: int
    n_cases: int = 0
    is_solved: bool = False
    mean: float = 0.0
    deviation: float = 1.0
    _x: list[Numbers] = field(default_factory=list)
    _y: list[NDArray[Any]] = field(default_factory=list)
    _settled: _Settled | None = None

    def take(self, estimator: "SeriesEstimator", x: Numbers, y: NDArray[Any]) -> None:
        """Take a piece of checked series and their class numbers or targets.

        Raises
        ------
        InvalidInputError
            If a case leads to no finite feature; nothing of the piece is summed then.
        """
        check_can_be_fitted_in_pieces(self._recipe(estimator, x))
        if self._settled is None and self.n_cases + len(x) <= self.sample_cases:
            self._x.append(x)
            self._y.append(y)
            self.n_cases += len(x)
        elif self._settled is None:
            x, y = np.concatenate([*self._x, x]), np.concatenate([*self._y, y])
            settled = self._with_summed(self._settle(estimator, x, y), x, y, 0)
            # only now: a sample whose piece was refused is not full, and waits for another one
            self._settled, self.n_cases = settled, len(x)
            self.mean, self.deviation = settled.mean, settled.deviation
            self._x, self._y = [], []
        else:
            settled = self._with_summed(self._settled, x, y, self.n_cases)
            self._settled, self.n_cases = settled, self.n_cases + len(x)
        self.is_solved = False

    def _settle(self, estimator: "SeriesEstimator", x: Numbers, y: NDArray[Any]) -> _Settled:
        x_of_sample, y_of_sample = x[: self.sample_cases], y[: self.sample_cases]
        mean, deviation = self._mean_and_deviation(y_of_sample)
        sample = Sample(
            torch.from_numpy(x_of_sample),
            self._targets(y_of_sample, mean, deviation),
            np.arange(len(x_of_sample)) % FOLDS,
        )
        with limited_threads(estimator.n_jobs):
            recipe = self._recipe(estimator, x)
            warn_of_what_is_idle(recipe)
            prepared = prepare(recipe, sample)
        return _Settled(sample, prepared, prepared.moments(FOLDS), mean, deviation)

    def _with_summed(self, settled: _Settled, x: Numbers, y: NDArray[Any], before: int) -> _Settled:
        """The same with the moments of further cases; ``settled`` stays as it is."""
        prepared = settled.prepared
        moments = prepared.moments(FOLDS)
        at_once = cases_at_once(max(prepared.n_features, x[0].size))
        for first in range(0, len(x), at_once):
            block = slice(first, first + at_once)
            numbers = before + np.arange(len(x))[block]
            prepared.add(
                moments,
                torch.from_numpy(x[block]),
                self._targets(y[block], settled.mean, settled.deviation),
                numbers % FOLDS,
                self.class_weights,
            )
        moments.include(settled.moments)
        return replace(settled, moments=moments)

    def solve(self, estimator: "SeriesEstimator") -> None:
        """Let the estimator become the model of all pieces so far."""
        estimator._take_over(self._fitted(estimator))
        if self._settled is None:
            x, y = np.concatenate(self._x), torch.from_numpy(np.concatenate(self._y))
        else:
            x, y = self._settled.sample.x.numpy(), self._settled.sample.y
        estimator._learn_what_is_known(x, y.numpy() if self.n_outputs > 1 else None)
        self.is_solved = True

    def _fitted(self, estimator: "SeriesEstimator") -> Fitted:
        settled = self._settled
        if settled is None:
            x, y = np.concatenate(self._x), np.concatenate(self._y)
            self.mean, self.deviation = self._mean_and_deviation(y)
            targets = self._targets(y, self.mean, self.deviation)
            with limited_threads(estimator.n_jobs):
                return fit(self._recipe(estimator, x), torch.from_numpy(x), targets)
        with limited_threads(estimator.n_jobs):
            recipe = self._recipe(estimator, settled.sample.x.numpy())
            return solve(recipe, settled.prepared, settled.moments, settled.sample)

    def _mean_and_deviation(self, y: NDArray[Any]) -> tuple[float, float]:
        """Of the targets of a regression; 0 and 1 of classes."""
        if self.n_outputs > 1:
            return 0.0, 1.0
        return float(y.mean()), float(y.std()) or 1.0

    def _targets(self, y: NDArray[Any], mean: float, deviation: float) -> Tensor:
        if self.n_outputs > 1:
            return torch.from_numpy(y)
        return torch.from_numpy((y - mean) / deviation)

    def _recipe(self, estimator: "SeriesEstimator", x: Numbers) -> Recipe:
        recipe = estimator.recipe(
            (x.shape[1], x.shape[2], self.n_outputs), seed=self.seed, device=self.device
        )
        return replace(recipe, seed=self.seed, device=self.device, class_weights=self.class_weights)


class FitsStreams:
    """An estimator with ``partial_fit``; to be named before aeon's base class."""

    # no attribute of the class, which aeon would not reset when a fit begins
    _stream: Stream

    def _running(self) -> Stream | None:
        """What was taken up since the last fit."""
        return self.__dict__.get("_stream")

    def partial_fit(
        self,
        X: Any,
        y: Any,
        classes: Sequence[Any] | None = None,
        *,
        sample_cases: int = SAMPLE_CASES,
    ) -> Self:
        """Take up one piece after the other, of whatever comes; the model is that of all so far.

        Thresholds, scales and detectors are taken from the first cases, and stay; until there are
        more of them, the model is that of a fit in memory. It is solved when it is asked for.

        Parameters
        ----------
        X, y : array_like
            As for ``fit``: the next piece. What is refused is not summed, not in half either.
        classes : array_like, optional
            All labels that will come, of a classifier; with the first piece. After a ``fit``,
            which it does not go on from, those of the fit where None.
        sample_cases : int, default=2048
            The first cases, from which thresholds are taken; read with the first piece.
        """
        estimator: Any = self
        stream = self._running()
        if stream is None:
            check_integer("sample_cases", sample_cases, least=2)
            # aeon has an empty list of classes before a fit
            if classes is None and estimator.is_fitted:
                classes = self.__dict__.get("classes_")
            estimator.reset()
            seed, device = estimator._checked_seed_and_device()
            weights, n_outputs = estimator._begin_stream(classes)
            stream = Stream(sample_cases, seed, device, weights, n_outputs)
        checked = estimator._preprocess_collection(X, store_metadata=self._running() is None)
        if self._running() is not None:
            estimator._check_shape(checked)
        targets = estimator._numbers_in_stream(y, len(checked))
        # what comes in is the caller's, and may be changed by the next piece
        stream.take(estimator, np.array(checked), targets)
        self._stream = stream
        estimator.metadata_["n_cases"] = stream.n_cases
        estimator.is_fitted = True
        return self

    def _check_is_fitted(self) -> None:
        super()._check_is_fitted()  # type: ignore[misc]
        stream = self._running()
        if stream is not None and not stream.is_solved:
            stream.solve(self)  # type: ignore[arg-type]


def check_classes(classes: Sequence[Any] | None) -> NDArray[Any]:
    """The classes of a stream, ascending.

    Raises
    ------
    InvalidInputError
        If they are not told, or fewer than two.
    """
    if classes is None:
        raise InvalidInputError(
            "classes must be given with the first piece: all labels that will come, got None."
        )
    values = np.unique(np.asarray(classes))
    if len(values) < 2:
        raise InvalidInputError(f"classes must be at least two, got {classes!r}.")
    return values


def numbers_of(labels: NDArray[Any], classes: NDArray[Any]) -> NDArray[np.int64]:
    """The number of each label among the classes.

    Raises
    ------
    InvalidInputError
        For a label that is none of them.
    """
    strange = ~np.isin(labels, classes)
    if strange.any():
        case = int(strange.argmax())
        raise InvalidInputError(
            f"y[{case}] is {shown(labels[case])}, which is none of the classes "
            f"{classes.tolist()!r} that the first piece told."
        )
    return np.searchsorted(classes, labels).astype(np.int64)
