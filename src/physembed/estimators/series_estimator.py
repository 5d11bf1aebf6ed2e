"""What all our estimators share: checks of the series, ways of training, settings, persistence."""

import copy
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from aeon.base import BaseCollectionEstimator
from numpy.typing import NDArray
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_feature_names
from torch import Tensor

from physembed._checks import is_integer
from physembed._threads import limited_threads
from physembed.data.checks import check_collection
from physembed.errors import InvalidInputError
from physembed.estimators.fitting import fit_network
from physembed.networks import SeriesNetwork
from physembed.networks.configuration import to_configuration
from physembed.training.method import Settings, method_of, overridden
from physembed.training.settings import Record

BATCH_OF_PREDICTION = 256
DEVICES = ("auto", "cpu", "cuda")
PATIENCE = 10
"""Epochs without a lower validation loss after which ``early_stopping=True`` stops."""
OVERRIDES = (
    "max_epochs",
    "batch_size",
    "physics_rate",
    "head_rate",
    "weight_decay",
    "validation_fraction",
    "keep",
)
"""Constructor arguments that replace a training setting of the model where not None."""
NOT_SETTINGS = (
    "training",
    "early_stopping",
    "device",
    "n_threads",
    "verbose",
    "callbacks",
    "random_state",
    "checkpoint_dir",
    *OVERRIDES,
)
"""Constructor arguments that are told otherwise among the settings, or change no result."""


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


class SeriesEstimator(BaseCollectionEstimator):
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
    n_features_in_ : int
        Channels times timepoints seen in fit.
    unequal_length_ : bool
        Whether the series seen in fit had different lengths; if so, shorter and longer ones are
        accepted afterwards, else only those of the same length.
    """

    _tags: ClassVar[dict[str, Any]] = {
        "X_inner_type": ["numpy3D", "np-list"],
        "capability:multivariate": True,
        "capability:unequal_length": True,
        "capability:missing_values": True,
        "algorithm_type": "deeplearning",
    }

    unequal_length_: bool

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

    def _alternatives(self, task: Task) -> Sequence[Callable[[], SeriesNetwork]]:
        """What builds each network that a search chooses among; mostly one."""
        return [partial(self._make_network, *task.sizes)]

    @abstractmethod
    def _default_training(self) -> Settings:
        """The model's settings of its way of training; None where the physics is designed."""

    def training_settings(self) -> Settings:
        """The settings in force; None where only the readout is fitted, in closed form."""
        given = {name: getattr(self, name) for name in OVERRIDES}
        return overridden(self._default_training(), given | {"patience": self._patience()})

    def _patience(self) -> int | None:
        asked = self.early_stopping
        if asked is None or isinstance(asked, (bool, np.bool_)):
            return PATIENCE if asked else None
        if not is_integer(asked) or asked < 1:
            raise InvalidInputError(
                f"early_stopping must be True, False, None or a positive number of epochs, got "
                f"{asked!r}."
            )
        return int(asked)

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

    def save(self, path: str | Path) -> Path:
        """Write the fitted model as a folder of JSON, CSV and safetensors, atomically.

        Parameters
        ----------
        path : str or Path
            The folder; an existing one is replaced only if it is a saved model.

        Raises
        ------
        RunFolderError
            If ``path`` exists and is not a saved model.
        NotFittedError
            If the estimator has not been fitted.
        """
        from physembed.estimators.persistence import save

        self._check_is_fitted()
        return save(self, path)

    def _fitted_state(self) -> dict[str, Any]:
        """What a kind of estimator knows beside its network, as JSON-ready data."""
        return {}

    def _restore_fitted_state(self, state: dict[str, Any]) -> int:
        """Take up what :meth:`_fitted_state` gave; the number of outputs of the network."""
        return 1

    def _preprocess_collection(self, X: Any, store_metadata: bool = True) -> Any:
        unequal = self.get_tag("capability:unequal_length")
        given, n_timepoints = X, None
        if not store_metadata:
            self._refuse_other_width(X)
            # a wrong length is most often a mistake, such as a column of labels left in
            unequal = unequal and self.unequal_length_
            n_timepoints = self.metadata_["n_timepoints"]
        X = check_collection(
            X,
            missing=self.get_tag("capability:missing_values"),
            unequal=unequal,
            n_timepoints=n_timepoints,
        )
        # torch does not take memory that cannot be written, such as a memory map's
        X = X if X.flags.writeable else X.copy()
        if store_metadata:
            self.unequal_length_ = _lengths_differ(given)
            self.n_features_in_ = X.shape[1] * X.shape[2]
        if hasattr(given, "columns"):
            _check_feature_names(self, given, reset=store_metadata)
        return super()._preprocess_collection(X, store_metadata)

    def _refuse_other_width(self, X: Any) -> None:
        """Say in scikit-learn's words what is wrong with a table of another width."""
        width = np.shape(X)[1] if getattr(X, "ndim", 0) == 2 else self.n_features_in_
        if width != self.n_features_in_ and not _has_two_levels(X):
            raise InvalidInputError(
                f"X has {width} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input: the {self.metadata_['n_timepoints']} "
                "timepoints seen in fit, one case per row, without its label."
            )

    def _check_shape(self, X: NDArray[np.float64]) -> None:
        fitted = (self.metadata_["n_channels"], self.metadata_["n_timepoints"])
        if X.shape[1:] == fitted:
            return
        raise InvalidInputError(
            f"X must have the {fitted[0]} channel(s) and {fitted[1]} timepoints seen in fit, "
            f"got {X.shape[1]} and {X.shape[2]}; one case per row, without its label."
        )

    def _check_arguments(self) -> int:
        """Check the arguments that fit alone reads; the seed."""
        self.training_settings()
        if self.device not in DEVICES:
            raise InvalidInputError(
                f"device must be one of {', '.join(DEVICES)}, got {self.device!r} "
                "(Apple's mps has no float64, in which phases are computed)."
            )
        if self.n_threads is not None and (not is_integer(self.n_threads) or self.n_threads < 1):
            raise InvalidInputError(
                f"n_threads must be a positive integer or None, got {self.n_threads!r}."
            )
        if self.checkpoint_dir is not None and not is_integer(self.random_state):
            raise InvalidInputError(
                "checkpoint_dir needs random_state to be an integer, since an interrupted fit is "
                f"recognised by it; got random_state={self.random_state!r}."
            )
        try:
            random_state = check_random_state(self.random_state)
        except ValueError as error:
            raise InvalidInputError(f"random_state: {error}.") from error
        return int(random_state.randint(np.iinfo(np.int32).max))

    def _train(self, task: Task) -> None:
        """Fit the network, and take over what training found."""
        with limited_threads(self.n_threads):
            self._keep(*fit_network(self, task))

    def _keep(self, network: SeriesNetwork, history: list[Record]) -> None:
        self.network_ = network.eval()
        self.history_ = history
        self.parameter_counts_ = network.parameter_counts()

    def _accelerator(self) -> str:
        """What "auto" stands for: CUDA where there is one, else the CPU."""
        if self.device == "cuda" and not torch.cuda.is_available():
            raise InvalidInputError(
                "device is 'cuda', but torch sees no CUDA device; choose 'auto' or 'cpu'."
            )
        if self.device != "auto":
            return self.device
        return "cuda" if torch.cuda.is_available() else "cpu"

    def _outputs(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the network says of checked series, (cases, outputs).

        The readout is summed in double precision, so that no case depends on those beside it.
        """
        head = copy.deepcopy(self.network_.head).double()
        return self._in_batches(X, lambda x: head(self.network_.features(x).double()))

    def _in_batches(self, X: NDArray[np.float64], compute: Any) -> NDArray[np.float64]:
        with limited_threads(self.n_threads), torch.inference_mode():
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

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = bool(self.get_tag("capability:missing_values"))
        tags.input_tags.three_d_array = True
        # tables whose columns are no timepoints lose what tells them apart when a row is normalised
        for kind in (tags.classifier_tags, tags.regressor_tags):
            if kind is not None:
                kind.poor_score = True
        return tags


def _has_two_levels(X: Any) -> bool:
    """Whether X is a DataFrame whose rows are the timepoints of cases."""
    return getattr(getattr(X, "index", None), "nlevels", 1) > 1


def _lengths_differ(X: Any) -> bool:
    """Whether a checked collection has series of different lengths."""
    if _has_two_levels(X):
        return bool(X.groupby(level=0).size().nunique() > 1)
    return isinstance(X, (list, tuple)) and len({np.shape(case)[-1] for case in X}) > 1
