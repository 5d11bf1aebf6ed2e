"""What all our estimators share: a recipe that is handed down, settings, outputs, files."""

import json
from abc import abstractmethod
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from physembed._checks import is_integer
from physembed._devices import TrainingDevice
from physembed._threads import threads_of_a_fit
from physembed.data.preparation import Preparation
from physembed.estimators.answering import Answering
from physembed.estimators.beside_cases import NOTHING, BesideCases, refuse_groups_of_classes
from physembed.estimators.classes_and_targets import LearnedOfY
from physembed.estimators.model_files import ModelFiles
from physembed.estimators.options import (
    check_what_changes_no_result,
    checkpoints_in,
    copied_callbacks,
    device_of,
    seed_of,
)
from physembed.estimators.placing import placed, said_of
from physembed.estimators.saving import Saved
from physembed.estimators.series_input import memory_errors_advise
from physembed.networks import SeriesNetwork
from physembed.networks.configuration import to_configuration
from physembed.networks.series_network import SignedHead, ZeroSumHead
from physembed.training.fitting import fit
from physembed.training.many_cases import SAMPLE_CASES, fit_many
from physembed.training.method import Settings, method_of
from physembed.training.recipe import Fitted, Recipe, Sizes

if TYPE_CHECKING:
    from physembed.data.pieces.survey import Survey
    from physembed.training.selection.packing import Packed

REFERENCE_SIZES: Sizes = (1, 1024, 2)
"""Sizes for which settings are told where there are no series yet."""
NOT_SETTINGS = (
    *("training", "device", "n_jobs", "verbose", "callbacks", "random_state", "checkpoint_dir"),
    "teacher",
)
"""Constructor arguments that are told otherwise among the settings, or change no result."""


class SeriesEstimator(Saved, Answering):
    """A network of this library as an estimator of aeon's and scikit-learn's kind.

    A kind of estimator says three things of its own: by :meth:`recipe` how its networks are made
    and fitted, by :meth:`settings` what it is told, and by :attr:`_learns` what it learns of y.

    Attributes
    ----------
    network_ : SeriesNetwork
        The fitted network, on the CPU, wherever it was trained and predicts.
    device_ : {"cpu", "cuda"}
        Where it was trained; of a model that was loaded there is none.
    parameter_counts_ : dict
        {"embedding": int, "readout": int}; where detectors were chosen also "weight_bits", and
        "bytes", the length of ``packed_``, where there is one.
    packed_ : Packed or None
        Where detectors were chosen, all that was found of them as bytes: which of the pool, their
        thresholds, the spreads and means of the records that they read, and their readout. The
        design, and what :meth:`novelty` knows, are beside it. None of a model that was saved before
        there was packing, or after its network was changed.
    history_ : list of dict
        One record per epoch of gradient training, or per step of the winning start of a search;
        empty where the physics is designed.
    divergence_ : str or None
        Why a gradient training ended before its time, and which weights are kept; None where the
        loss was finite throughout.
    callbacks_ : list of Lightning callbacks
        The copies of ``callbacks`` that were called in fit, with what they have found; left out
        where the estimator is pickled.
    """

    _learns: ClassVar[type[LearnedOfY] | None] = None
    """What is kept of y beside the network; None where nothing is."""
    _name: str
    """What was fitted, in a word."""
    device_: str

    def __init__(
        self,
        *,
        device: TrainingDevice = "auto",
        n_jobs: int | None = None,
        verbose: int = 0,
        callbacks: list[Any] | None = None,
        random_state: int | np.random.RandomState | None = None,
        checkpoint_dir: str | Path | None = None,
    ) -> None:
        self.device = device
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.callbacks = callbacks
        self.random_state = random_state
        self.checkpoint_dir = checkpoint_dir
        super().__init__()

    @abstractmethod
    def recipe(self, sizes: Sizes, *, seed: int = 0, device: str = "cpu") -> Recipe:
        """How networks are made, chosen and fitted, but for what all estimators have in common.

        Parameters
        ----------
        sizes : (int, int, int)
            Channels, timepoints and outputs.
        seed : int, default=0
            Of what is drawn while the training cases choose.
        device : {"auto", "cpu", "cuda"}, default="cpu"
            Where they do; "auto" is the CPU.
        """

    def training_settings(self) -> Settings:
        """The settings in force; None where only the readout is fitted, in closed form."""
        # a field's quadratures are two channels
        return self.recipe((1 + self.of_fields_, *REFERENCE_SIZES[1:])).settings

    def settings(self) -> dict[str, Any]:
        """Every setting as JSON-ready data, the same before and after fitting."""
        training = self.training_settings()
        parameters = self.get_params(deep=False)
        return {
            "estimator": type(self).__name__,
            **{k: to_configuration(v) for k, v in parameters.items() if k not in NOT_SETTINGS},
            "method": method_of(training),
            "training": None if training is None else asdict(training),
        }

    def composition(self) -> dict[str, Any]:
        """What the fitted network is made of, as JSON-ready data."""
        self._check_is_fitted()
        fibres = getattr(self.network_, "fibres", ())
        return {
            "network": type(self.network_).__name__,
            "fibres": [to_configuration(fibre) for fibre in fibres],
        }

    def _train(
        self,
        X: NDArray[np.float64],
        y: NDArray[Any],
        learned: LearnedOfY,
        beside: BesideCases = NOTHING,
    ) -> None:
        """Fit a network to series and their y, and take over what training found."""
        seed, device = self._checked_seed_and_device()
        recipe = replace(
            self.recipe((X.shape[1], X.shape[2], learned.n_outputs), seed=seed, device=device),
            seed=seed,
            device=device,
            class_weights=learned.class_weights,
            groups=None if beside.groups is None else torch.from_numpy(beside.groups),
            sample_weights=None if beside.weights is None else torch.from_numpy(beside.weights),
            callbacks=self.callbacks_,
            verbose=self.verbose > 0,
            checkpoint_dir=checkpoints_in(self.checkpoint_dir, self.random_state),
        )
        self.device_ = device
        if device != "cpu" or self.verbose > 0 or said_of.get() is not None:
            recipe = placed(recipe, self, device, X.shape)
        if recipe.checkpoint_dir is not None:
            recipe = replace(recipe, fingerprint=json.dumps(self.settings(), sort_keys=True))
        numbers = learned.numbers(y)
        if beside.groups is not None and not numbers.is_floating_point():
            refuse_groups_of_classes(beside.groups, numbers.numpy())
        threads = threads_of_a_fit(self.n_jobs, len(X), X.size)
        with memory_errors_advise(recipe.advice), threads:
            fit_cases = fit_many if len(X) > SAMPLE_CASES else fit
            self._take_over(fit_cases(recipe, torch.from_numpy(X), numbers))
            self._learn_what_is_known(X, numbers, beside.groups)

    def _checked_seed_and_device(self) -> tuple[int, str]:
        """Check the arguments that fit alone reads; the device is "auto" where a rule decides."""
        self.callbacks_ = copied_callbacks(self.callbacks)
        check_what_changes_no_result(self.n_jobs, self.verbose)
        checkpoints_in(self.checkpoint_dir, self.random_state)
        return seed_of(self.random_state), device_of(self.device)

    def _learn(self, learned: LearnedOfY) -> None:
        """Show from now on what was learned of y."""
        self.__dict__.update(learned.attributes())

    def _learn_series(self, survey: "Survey") -> None:
        """Learn of what kind the series are, as from the X of a fit."""
        self.reset()
        self._preprocess_collection(survey.sample.X)
        self.__dict__.pop("_cases_of_fit", None)
        self.metadata_["n_cases"] = survey.n_cases
        self._learn_columns(survey.kind.columns)

    def _learn_columns(self, columns: tuple[str, ...]) -> None:
        """Learn what the columns of tables are called, by which frames are refused as after a fit
        on a frame."""
        self.columns_ = columns
        # a lone column of arrays holds all channels, of which it names none
        names_none = len(columns) == 1 and self.metadata_["n_channels"] > 1 + self.of_fields_
        if columns and not names_none:
            self.feature_names_in_ = np.array(columns, dtype=object)

    def _take_over(self, fitted: Fitted) -> None:
        self._name = fitted.name
        self.network_ = fitted.network.eval()
        self.history_ = fitted.history
        self.divergence_ = fitted.divergence
        self.packed_ = fitted.packed
        counts = {} if fitted.packed is None else fitted.packed.counts()
        self.parameter_counts_ = fitted.network.parameter_counts() | counts

    def model_files(self) -> ModelFiles:
        """The fitted estimator as what is written into a model's folder."""
        self._check_is_fitted()
        head, tensors = self.network_.head, dict(self.network_.state_dict())
        packed, counts = self._packed_of_network(), dict(self.parameter_counts_)
        of_y = {} if self._learns is None else self._learns.shown_by(vars(self)).state()
        if packed is None:
            counts.pop("bytes", None)
        else:
            for name in packed.names_in(self.network_):
                del tensors[name]
        return ModelFiles(
            {
                "estimator": type(self).__name__,
                "parameters": self._saved_parameters(),
                "metadata": {k: _plain(v) for k, v in self.metadata_.items()},
                "unequal_length": self.unequal_length_,
                "of_fields": self.of_fields_,
                "columns": list(self.columns_),
                "preparation": self.preparation_.to_plain(),
                "fitted": {"divergence": self.divergence_, "preset": self._name, **of_y},
                "composition": self.composition(),
                "signed_readout": isinstance(head, SignedHead),
                "zero_sum_readout": isinstance(head, ZeroSumHead),
                "n_outputs": head.n_outputs,
                "parameter_counts": counts,
                "novelty": self._known is not None,
                "pool_size": None if packed is None else packed.n_pool,
            },
            tensors | self._what_is_known(),
            self.history_,
            None if packed is None else packed.content,
        )

    def _packed_of_network(self) -> "Packed | None":
        """What is packed of the network, if it still is what was fitted."""
        packed: Packed | None = self.packed_
        return packed if packed is not None and packed.is_of(self.network_) else None

    def _saved_parameters(self) -> dict[str, Any]:
        parameters = self.get_params(deep=False)
        if not is_integer(parameters["random_state"]):
            parameters["random_state"] = None
        # callbacks and most teachers are code, and where a fit was kept is nobody else's affair
        unwritten = {"callbacks", "checkpoint_dir"} & parameters.keys()
        if not isinstance(parameters.get("teacher", ""), str):
            unwritten.add("teacher")
        parameters |= dict.fromkeys(unwritten)
        return {name: to_configuration(_plain(value)) for name, value in parameters.items()}

    def restore(self, files: ModelFiles, network: SeriesNetwork) -> None:
        """Become the fitted estimator that :meth:`model_files` told of, with its network."""
        told = files.configuration
        self.metadata_ = dict(told["metadata"])
        self.unequal_length_ = bool(told["unequal_length"])
        self.of_fields_ = bool(told.get("of_fields", False))
        self.n_features_in_ = self.metadata_["n_channels"] * self.metadata_["n_timepoints"]
        # folders of before know none
        self._learn_columns(tuple(map(str, told.get("columns", ()))))
        self.network_, self.history_ = network.eval(), files.history
        self.packed_ = files.packed_detectors()
        # what training left as it was is not counted, though the composition says it may be trained
        self.parameter_counts_ = {k: int(n) for k, n in told["parameter_counts"].items()}
        self.preparation_ = Preparation.from_plain(told.get("preparation"))
        if told["novelty"]:
            self._take_up_what_is_known(files.tensors)
        fitted = told["fitted"]
        self.divergence_ = fitted.get("divergence")
        # of a baseline, folders of before tell none
        self._name = str(fitted.get("preset", ""))
        if self._learns is not None:
            self._learn(self._learns.from_state(fitted))
        self.is_fitted = True

    def __getstate__(self) -> dict[str, Any]:
        # callbacks may hold on to all that a training was made of
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "callbacks_"}


def _plain(value: Any) -> Any:
    """Numpy's scalars as Python's, which JSON knows."""
    return value.item() if isinstance(value, np.generic) else value
