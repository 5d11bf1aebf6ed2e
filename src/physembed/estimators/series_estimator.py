"""What all our estimators share: ways of training, settings, persistence."""

import copy
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed._threads import limited_threads
from physembed.errors import InvalidInputError
from physembed.estimators.fitting import fit_network
from physembed.estimators.memory import (
    advice_for_cases,
    advice_for_fit,
    memory_errors_advise,
)
from physembed.estimators.options import (
    NOT_SETTINGS,
    OVERRIDES,
    check_checkpoint_dir,
    check_device,
    check_threads,
    check_verbose,
    copied_callbacks,
    patience,
    seed_of,
    warn_of_idle_options,
)
from physembed.estimators.saving import Saved
from physembed.estimators.series_input import SeriesInput
from physembed.networks import SeriesNetwork
from physembed.networks.configuration import to_configuration
from physembed.training.gradient.settings import Record
from physembed.training.method import Settings, method_of, overridden

BATCH_OF_PREDICTION = 256


@dataclass(frozen=True)
class Task:
    """What an estimator is trained on.

    Parameters
    ----------
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64 or float64
        Classes, or what is regressed; of mean zero and deviation one.
    sizes : tuple of int
        Channels, timepoints, classes; one "class" for a regression.
    seed : int
    class_weights : Tensor of shape (classes,) or None
    """

    x: Tensor
    y: Tensor
    sizes: tuple[int, int, int]
    seed: int
    class_weights: Tensor | None = None


class SeriesEstimator(Saved, SeriesInput):
    """A network of this library as an estimator of aeon's and scikit-learn's kind.

    Attributes
    ----------
    network_ : SeriesNetwork
        The fitted network, on the CPU.
    parameter_counts_ : dict
        {"embedding": int, "readout": int}.
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

    def __init__(
        self,
        *,
        max_epochs: int | None = None,
        batch_size: int | None = None,
        physics_rate: float | None = None,
        head_rate: float | None = None,
        weight_decay: float | None = None,
        validation_fraction: float | None = None,
        keep: str | None = None,
        early_stopping: bool | int | None = None,
        device: str = "auto",
        n_threads: int | None = None,
        verbose: int = 0,
        callbacks: list[Any] | None = None,
        random_state: int | np.random.RandomState | None = None,
        checkpoint_dir: str | Path | None = None,
    ) -> None:
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.physics_rate = physics_rate
        self.head_rate = head_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.keep = keep
        self.early_stopping = early_stopping
        self.device = device
        self.n_threads = n_threads
        self.verbose = verbose
        self.callbacks = callbacks
        self.random_state = random_state
        self.checkpoint_dir = checkpoint_dir
        super().__init__()

    @abstractmethod
    def _make_network(self, n_channels: int, n_timepoints: int, n_classes: int) -> SeriesNetwork:
        """A fresh network for series of these sizes."""

    def _designed_network(self, task: Task) -> SeriesNetwork:
        """A fresh network for a closed-form readout, which the training cases may choose."""
        return self._make_network(*task.sizes)

    def _readout(self) -> str:
        """How the readout of designed physics is found: "ridge" or "best"."""
        return "ridge"

    def _name(self) -> str:
        """What is fitted, in a word."""
        return type(self).__name__

    def _alternatives(self, task: Task) -> Sequence[Callable[[], SeriesNetwork]]:
        """What builds each network that a search chooses among; mostly one."""
        return [partial(self._make_network, *task.sizes)]

    def _lighter_model(self) -> str | None:
        """What to take instead where the memory is not enough for a closed-form readout."""
        return None

    @abstractmethod
    def _default_training(self) -> Settings:
        """The model's settings of its way of training; None where the physics is designed."""

    def training_settings(self) -> Settings:
        """The settings in force; None where only the readout is fitted, in closed form."""
        given = {name: getattr(self, name) for name in OVERRIDES}
        return overridden(
            self._default_training(), given | {"patience": patience(self.early_stopping)}
        )

    def settings(self) -> dict[str, Any]:
        """Every setting as JSON-ready data, the same before and after fitting."""
        training = self.training_settings()
        parameters = self.get_params(deep=False)
        return {
            "estimator": type(self).__name__,
            **{k: to_configuration(v) for k, v in parameters.items() if k not in NOT_SETTINGS},
            "max_epochs": None if training is None else self.max_epochs,
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

    def _restore_network(
        self, composition: dict[str, Any], n_channels: int, n_timepoints: int, n_classes: int
    ) -> SeriesNetwork:
        """The network that :meth:`composition` describes, with fresh weights."""
        return self._make_network(n_channels, n_timepoints, n_classes)

    def _described_shapes(
        self, composition: dict[str, Any], n_channels: int, n_timepoints: int, n_classes: int
    ) -> dict[str, tuple[int, ...]]:
        """Shapes of the weights of what :meth:`_restore_network` would build.

        To be compared with a file's before memory is asked for at its word.
        """
        with torch.device("meta"):
            network = self._make_network(n_channels, n_timepoints, n_classes)
        return {name: tuple(weight.shape) for name, weight in network.state_dict().items()}

    def _fitted_state(self) -> dict[str, Any]:
        """What a kind of estimator knows beside its network, as JSON-ready data."""
        return {"divergence": self.divergence_}

    def _restore_fitted_state(self, state: dict[str, Any]) -> int:
        """Take up what :meth:`_fitted_state` gave; the number of outputs of the network."""
        return 1

    def __getstate__(self) -> dict[str, Any]:
        # callbacks may hold on to all that a training was made of
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "callbacks_"}

    def _check_arguments(self) -> int:
        """Check the arguments that fit alone reads; the seed."""
        settings = self.training_settings()
        self.callbacks_ = copied_callbacks(self.callbacks)
        warn_of_idle_options(self, settings)
        check_device(self.device)
        check_threads(self.n_threads)
        check_verbose(self.verbose)
        check_checkpoint_dir(self.checkpoint_dir, self.random_state)
        return seed_of(self.random_state)

    def _train(self, task: Task) -> None:
        """Fit the network, and take over what training found."""
        with memory_errors_advise(partial(advice_for_fit, self)), limited_threads(self.n_threads):
            self._keep(*fit_network(self, task))

    def _keep(
        self, network: SeriesNetwork, history: list[Record], divergence: str | None = None
    ) -> None:
        self.network_ = network.eval()
        self.history_ = history
        self.divergence_ = divergence
        self.parameter_counts_ = network.parameter_counts()

    def _outputs(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the network says of checked series, (cases, outputs).

        The readout is summed in double precision, so that no case depends on those beside it.
        """
        head = copy.deepcopy(self.network_.head).double()
        return self._in_batches(X, lambda x: head(self.network_.features(x).double()))

    def _in_batches(self, X: NDArray[np.float64], compute: Any) -> NDArray[np.float64]:
        advising = memory_errors_advise(partial(advice_for_cases, in_fit=False))
        with advising, limited_threads(self.n_threads), torch.inference_mode():
            parts = [compute(part) for part in torch.from_numpy(X).split(BATCH_OF_PREDICTION)]
            found: NDArray[np.float64] = torch.cat(parts).double().numpy()
        unusable = ~np.isfinite(found).all(axis=1)
        if unusable.any():
            case = int(unusable.argmax())
            raise InvalidInputError(
                f"X leads to no finite score in case {case} (largest value "
                f"{np.abs(X[case]).max():.3g}); rescale it to the range seen in fit."
            )
        return found
