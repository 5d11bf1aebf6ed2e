"""Fitting to what is not there at once: a source of parts, or a stream without a known end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from physembed._checks import check_integer
from physembed._threads import limited_threads
from physembed.errors import InvalidInputError
from physembed.estimators.classes_and_targets import LearnedOfY
from physembed.estimators.placing import placed
from physembed.estimators.series_input import FitBesideCases
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
from physembed.training.recipe import Recipe

if TYPE_CHECKING:
    from physembed.data.pieces.sources import Source
    from physembed.estimators.piece_options import PieceOptions
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
    learned: LearnedOfY


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
        As asked for, until the first piece.
    learned : LearnedOfY
        Of y, as far as it is known.
    """

    sample_cases: int
    seed: int
    device: str
    learned: LearnedOfY
    n_cases: int = 0
    is_solved: bool = False
    _x: list[Numbers] = field(default_factory=list)
    _y: list[NDArray[Any]] = field(default_factory=list)
    _settled: _Settled | None = None

    def take(self, estimator: "SeriesEstimator", x: Numbers, y: NDArray[Any]) -> None:
        """Take a piece of checked series and their checked y.

        Raises
        ------
        InvalidInputError
            If a case leads to no finite feature; nothing of the piece is summed then.
        """
        recipe = self._recipe(estimator, x)
        check_can_be_fitted_in_pieces(recipe)
        if not self.n_cases:
            self.device = placed(recipe, estimator, self.device, x.shape).device
        if self._settled is None and self.n_cases + len(x) <= self.sample_cases:
            self._x.append(x)
            self._y.append(y)
            self.n_cases += len(x)
        elif self._settled is None:
            x, y = np.concatenate([*self._x, x]), np.concatenate([*self._y, y])
            settled = self._with_summed(self._settle(estimator, x, y), x, y, 0)
            # only now: a sample whose piece was refused is not full, and waits for another one
            self._settled, self.n_cases = settled, len(x)
            self.learned = settled.learned
            self._x, self._y = [], []
        else:
            settled = self._with_summed(self._settled, x, y, self.n_cases)
            self._settled, self.n_cases = settled, self.n_cases + len(x)
        self.is_solved = False

    def _settle(self, estimator: "SeriesEstimator", x: Numbers, y: NDArray[Any]) -> _Settled:
        x_of_sample, y_of_sample = x[: self.sample_cases], y[: self.sample_cases]
        learned = self.learned.settled_by(y_of_sample)
        sample = Sample(
            torch.from_numpy(x_of_sample),
            learned.numbers(y_of_sample),
            np.arange(len(x_of_sample)) % FOLDS,
        )
        with limited_threads(estimator.n_jobs):
            recipe = self._recipe(estimator, x)
            warn_of_what_is_idle(recipe)
            prepared = prepare(recipe, sample)
        return _Settled(sample, prepared, prepared.moments(FOLDS), learned)

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
                settled.learned.numbers(y[block]),
                numbers % FOLDS,
                settled.learned.class_weights,
            )
        moments.include(settled.moments)
        return replace(settled, moments=moments)

    def solve(self, estimator: "SeriesEstimator") -> None:
        """Let the estimator become the model of all pieces so far."""
        settled = self._settled
        with limited_threads(estimator.n_jobs):
            if settled is None:
                x, given = np.concatenate(self._x), np.concatenate(self._y)
                self.learned = self.learned.settled_by(given)
                y = self.learned.numbers(given)
                fitted = fit(self._recipe(estimator, x), torch.from_numpy(x), y)
            else:
                x, y = settled.sample.x.numpy(), settled.sample.y
                recipe = self._recipe(estimator, x)
                fitted = solve(recipe, settled.prepared, settled.moments, settled.sample)
        estimator._learn(self.learned)
        estimator._take_over(fitted)
        estimator._learn_what_is_known(x, y)
        self.is_solved = True

    def _recipe(self, estimator: "SeriesEstimator", x: Numbers) -> Recipe:
        recipe = estimator.recipe(
            (x.shape[1], x.shape[2], self.learned.n_outputs), seed=self.seed, device=self.device
        )
        weights = self.learned.class_weights
        return replace(recipe, seed=self.seed, device=self.device, class_weights=weights)


class FitsStreams(FitBesideCases):
    """An estimator with a ``fit`` to a source and a ``partial_fit``, which learns something of y.

    To be named before aeon's base class.
    """

    # no attribute of the class, which aeon would not reset when a fit begins
    _stream: Stream

    def _fit_source(self, source: "Source", options: "PieceOptions") -> Self:
        from physembed.estimators.in_pieces import fit_source

        estimator: Any = self
        fit_source(estimator, source, options, estimator._learns)
        estimator.is_fitted = True
        return self

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
            As for ``fit``, with gaps bridged: the next piece. What is refused is not summed, not
            in half either, and told with the number of its first case.
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
            weights = getattr(estimator, "class_weight", None)
            learned = estimator._learns.of_stream(classes, weights)
            estimator._learn(learned)
            stream = Stream(sample_cases, seed, device, learned)
        with _told_from(stream.n_cases):
            checked = estimator._preprocess_collection(X, store_metadata=self._running() is None)
            if self._running() is not None:
                estimator._check_shape(checked)
            y = stream.learned.checked(estimator._in_order(y), len(checked))
            # what comes in is the caller's, and may be changed by the next piece
            stream.take(estimator, np.array(checked), np.array(y))
        self._stream = stream
        estimator.metadata_["n_cases"] = stream.n_cases
        estimator.is_fitted = True
        return self

    def _check_is_fitted(self) -> None:
        super()._check_is_fitted()
        stream = self._running()
        if stream is not None and not stream.is_solved:
            stream.solve(self)


@contextmanager
def _told_from(first: int) -> Iterator[None]:
    """What is wrong with a piece is told with the case of the stream from which it counts."""
    try:
        yield
    except InvalidInputError as error:
        if not first:
            raise
        raise InvalidInputError(
            f"the piece from case {first:,} of the stream on: {error}"
        ) from error
