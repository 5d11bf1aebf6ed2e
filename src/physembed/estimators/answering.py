"""What a fitted network says of series, and whether they are like those it was fitted on."""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax
from torch import Tensor

from physembed._devices import TrainingDevice
from physembed._threads import SMALL_WORK, limited_threads, one_torch_thread
from physembed.errors import InvalidInputError
from physembed.estimators.series_input import (
    SeriesInput,
    advice_for_cases,
    memory_errors_advise,
)
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.training.ellipsoid_and_meters import FEWEST_CASES, some_evenly
from physembed.training.novelty import Novelty, disturbed
from physembed.training.readout.ridge import NUMBERS_AT_ONCE

NOVELTY = "novelty/"
"""Before the names of stored arrays that are no weights of the network."""
BATCH_OF_PREDICTION = 4096
"""Cases that a network is asked for at once, fewer of long series; of these it takes on as many as
suit its caches, and of enough of them by its compiled loops."""


_learns_novelty: ContextVar[bool] = ContextVar("_learns_novelty", default=True)


@contextmanager
def without_novelty() -> Iterator[None]:
    """Let fits learn no measure of novelty, where labels alone are asked for.

    It takes up to half of a fit, and moves no label.
    """
    token = _learns_novelty.set(False)
    try:
        yield
    finally:
        _learns_novelty.reset(token)


class Answering(SeriesInput):
    """An estimator with a network, which is asked for cases a few at a time."""

    network_: SeriesNetwork
    device: TrainingDevice
    n_jobs: int | None
    verbose: int
    # of a model that was saved without one, or of too few cases, there is none
    _known: Novelty | None = None

    def novelty(self, X: Any) -> NDArray[np.float64]:
        """How unlike the training cases series are, as p-values: small is "nothing I know".

        Of series like those seen in fit, one in a hundred has a p-value below 0.01. It looks at
        what the detectors read, and at each channel's mean, its deviation and that from step to
        step, as they come; see :class:`~physembed.training.novelty.Novelty`.

        Parameters
        ----------
        X : array_like
            As for ``fit``.

        Returns
        -------
        ndarray of shape (cases,)

        Raises
        ------
        InvalidInputError
            If the model does not know: it was fitted on fewer than 8 cases, or saved by a version
            without this measure.
        """
        self._check_is_fitted()
        known = self._known
        if known is None:
            raise InvalidInputError(
                "this model cannot tell what is new to it: it was fitted on fewer than "
                f"{FEWEST_CASES} cases, or saved before version 0.2; fit it again."
            )
        checked = self._preprocess_collection(X, store_metadata=False)
        self._check_shape(checked)
        return known.p_values(self._outputs_and_readings(checked, known)[1], checked)

    @property
    def feature_importances_(self) -> NDArray[np.float64]:
        """How much each feature moves the scores, of shape (features,), in shares of the whole.

        The deviation of a feature over the training cases times that of its weights over the
        classes; by detector, since a feature is what a detector reads. Their names are those of
        ``get_feature_names_out``.

        Raises
        ------
        AttributeError
            If the model was fitted on fewer than 8 cases, or saved before this was kept.
        """
        if self._known is None or self._known.spread is None:
            raise AttributeError(
                "feature_importances_ need a fit on at least 8 cases, by this version."
            )
        with torch.no_grad():
            n_features = self.network_.head.linear.in_features
            # what the head says of each feature alone, also where a class has no row of its own
            weights = self.network_.head(torch.eye(n_features)) - self.network_.head(
                torch.zeros(1, n_features)
            )
        moved = weights.double().numpy()
        moved = np.abs(moved[:, 0]) if moved.shape[1] == 1 else moved.std(axis=1)
        importances: NDArray[np.float64] = moved * self._known.spread
        return importances / (importances.sum() or 1.0)

    @property
    def tells_novelty(self) -> bool:
        """Whether :meth:`novelty` can answer."""
        return self._known is not None

    def _learn_what_is_known(
        self, X: NDArray[np.float64], y: Tensor | None, groups: NDArray[np.int64] | None = None
    ) -> None:
        """Lay ellipsoids around the training cases, and see how far scores are to be believed.

        Of classes, whose numbers ``y`` has, alone; of targets there is nothing to be believed.
        Cases of one group are left out together.
        """
        self._known = None
        some = some_evenly(X)
        if len(some) < FEWEST_CASES or not _learns_novelty.get():
            return
        features = self._in_batches(X[some], lambda features: features)
        groups = None if groups is None else groups[some]
        if groups is not None and len(np.unique(groups)) < 2:
            groups = None
        known = Novelty.of(features, X[some], self._are_metered(), groups)
        if y is not None and not y.is_floating_point():
            # the same for every seed: a fit without chance stays one
            copies, parents = disturbed(X[some], known.unit, np.random.default_rng(0))
            told = self._computed(copies, self._reader(known)) if len(copies) else np.empty((0, 0))
            # nobody gave the copies: one that the medium cannot take is no fault of the cases
            usable = np.isfinite(told).all(axis=1)
            if usable.any():
                n_outputs = self.network_.head.n_outputs
                outputs, readings = told[usable, :n_outputs], told[usable, n_outputs:]
                sure = softmax(outputs, axis=1)
                known = known.believed(readings, sure, y.numpy()[some][parents[usable]])
        self._known = known

    def _are_metered(self) -> NDArray[np.bool_] | None:
        """Which features are read of the series as it comes; None of a network without fibres."""
        network = self.network_
        if not isinstance(network, PhysicalEmbeddingNetwork):
            return None
        sizes = (network.n_timepoints, network.n_channels)
        told = [np.full(f.n_features(*sizes), f.reads_as_it_comes) for f in network.fibres]
        return np.concatenate(told)

    def _outputs(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the network says of checked series, (cases, outputs)."""
        return self._outputs_and_readings(X)[0]

    def _outputs_and_readings(
        self, X: NDArray[np.float64], known: Novelty | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What the network says, (cases, outputs), and its features at the places of ``known``."""
        told = self._in_batches(X, self._reader(known))
        n_outputs = self.network_.head.n_outputs
        return told[:, :n_outputs], told[:, n_outputs:]

    def _reader(self, known: Novelty | None) -> Callable[[Tensor], Tensor]:
        """What makes outputs of features, and beside them those at the places of ``known``.

        The readout is summed in double precision, so that no case depends on those beside it.
        """
        head = copy.deepcopy(self.network_.head).double()
        places = torch.from_numpy(np.empty(0, np.int64) if known is None else known.places)

        def read(features: Tensor) -> Tensor:
            return torch.cat([head(features), features[:, places]], dim=1)

        return read

    def _computed(
        self, X: NDArray[np.float64], read: Callable[[Tensor], Tensor]
    ) -> NDArray[np.float64]:
        """What is read of a few cases at a time, whatever comes out.

        Features may come from a GPU; they are read on the CPU, in double precision.
        """
        advising = memory_errors_advise(partial(advice_for_cases, in_fit=False))
        # several threads that wait for each other are slower, above all beside other work
        small = self.n_jobs is None and X.size < SMALL_WORK
        limits = one_torch_thread() if small else limited_threads(self.n_jobs)
        with advising, limits:
            there, at_once = None, BATCH_OF_PREDICTION
            # asked here, so that nobody goes the way round by a GPU that is not there
            if self.device != "auto" or torch.cuda.is_available() or torch.cuda._is_in_bad_fork():
                from physembed.estimators.on_a_gpu import features_there

                asked, says = self.device, self.verbose > 0
                there, fit_there = features_there(asked, self.network_, X, verbose=says)
                at_once = min(at_once, fit_there)
            features = there or self.network_.features
            at_once = max(1, min(at_once, NUMBERS_AT_ONCE // X[0].size))
            with torch.inference_mode():
                parts = torch.from_numpy(X).split(at_once)
                outputs: NDArray[np.float64] = torch.cat(
                    [read(features(part).double()) for part in parts]
                ).numpy()
        return outputs

    def _in_batches(
        self, X: NDArray[np.float64], read: Callable[[Tensor], Tensor]
    ) -> NDArray[np.float64]:
        """The same of cases that somebody gave, who is told which one leads to no finite number.

        Raises
        ------
        InvalidInputError
        """
        outputs = self._computed(X, read)
        unusable = ~np.isfinite(outputs).all(axis=1)
        if unusable.any():
            case = int(unusable.argmax())
            raise InvalidInputError(
                f"X leads to no finite score in case {case} (largest value "
                f"{np.abs(X[case]).max():.3g}); rescale it to the range seen in fit."
            )
        return outputs

    def _what_is_known(self) -> dict[str, Tensor]:
        if self._known is None:
            return {}
        arrays = self._known.to_arrays().items()
        return {f"{NOVELTY}{name}": torch.from_numpy(array) for name, array in arrays}

    def _take_up_what_is_known(self, tensors: Mapping[str, Tensor]) -> None:
        """What :meth:`_what_is_known` gave.

        Raises
        ------
        InvalidInputError
            If it is of another network.
        """
        arrays = {
            name.removeprefix(NOVELTY): tensor.numpy()
            for name, tensor in tensors.items()
            if name.startswith(NOVELTY)
        }
        known = Novelty.from_arrays(arrays)
        known.check_fits(self.network_.head.linear.in_features, self.metadata_)
        self._known = known
