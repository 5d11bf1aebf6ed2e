"""What all our classifiers share: checks, training, prediction, settings, persistence."""

from abc import abstractmethod
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from aeon.classification.base import BaseClassifier
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state
from torch import Tensor

from physembed.data.checks import check_collection, check_labels
from physembed.errors import InvalidInputError
from physembed.networks import SeriesNetwork
from physembed.networks.configuration import to_configuration
from physembed.training.convex_readout import fit_readout
from physembed.training.method import Settings, method_of, overridden
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.settings import Record

BATCH_OF_PREDICTION = 256
DEVICES = ("auto", "cpu", "cuda")
OVERRIDES = (
    "max_epochs",
    "batch_size",
    "physics_rate",
    "head_rate",
    "weight_decay",
    "validation_fraction",
    "keep",
    "patience",
)
"""Constructor arguments that replace a training setting of the model where not None."""


@dataclass(frozen=True)
class Task:
    """What a classifier is trained on.

    Parameters
    ----------
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64
    sizes : tuple of int
        Channels, timepoints, classes.
    seed : int
    """

    x: Tensor
    y: Tensor
    sizes: tuple[int, int, int]
    seed: int


class SeriesClassifier(BaseClassifier):
    """A network of this library as a classifier of aeon's and scikit-learn's kind.

    Attributes
    ----------
    network_ : SeriesNetwork
        The fitted network, on the CPU.
    classes_ : ndarray of shape (n_classes,)
    parameter_counts_ : dict
        {"embedding": int, "readout": int}.
    history_ : list of dict
        One record per epoch of gradient training, or per step of the winning start of a search;
        empty where the physics is designed.
    """

    _tags: ClassVar[dict[str, Any]] = {
        "X_inner_type": "numpy3D",
        "capability:multivariate": True,
        "capability:unequal_length": False,
        "capability:missing_values": False,
        "algorithm_type": "deeplearning",
    }

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
        patience: int | None = None,
        device: str = "auto",
        verbose: int = 0,
        callbacks: list[Any] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.physics_rate = physics_rate
        self.head_rate = head_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.keep = keep
        self.patience = patience
        self.device = device
        self.verbose = verbose
        self.callbacks = callbacks
        self.random_state = random_state
        super().__init__()

    @abstractmethod
    def _make_network(self, n_channels: int, n_timepoints: int, n_classes: int) -> SeriesNetwork:
        """A fresh network for series of these sizes."""

    def _designed_network(
        self, x: torch.Tensor, y: torch.Tensor, sizes: tuple[int, int, int], seed: int
    ) -> SeriesNetwork:
        """A fresh network for a closed-form readout, which the training cases may choose."""
        return self._make_network(*sizes)

    @abstractmethod
    def _default_training(self) -> Settings:
        """The model's settings of its way of training; None where the physics is designed."""

    def training_settings(self) -> Settings:
        """The settings in force; None where only the readout is fitted, in closed form."""
        given = {name: getattr(self, name) for name in OVERRIDES}
        return overridden(self._default_training(), given)

    def settings(self) -> dict[str, Any]:
        """Every setting as JSON-ready data, the same before and after fitting."""
        training = self.training_settings()
        parameters = self.get_params(deep=False)
        hidden = ("training", "callbacks", "random_state", "verbose", "device", *OVERRIDES)
        return {
            "estimator": type(self).__name__,
            **{k: to_configuration(v) for k, v in parameters.items() if k not in hidden},
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
            If the classifier has not been fitted.
        """
        from physembed.estimators.persistence import save

        self._check_is_fitted()
        return save(self, path)

    def _preprocess_collection(self, X: Any, store_metadata: bool = True) -> Any:
        return super()._preprocess_collection(check_collection(X), store_metadata)

    def _check_shape(self, X: NDArray[np.float64]) -> None:
        fitted = (self.metadata_["n_channels"], self.metadata_["n_timepoints"])
        if X.shape[1:] != fitted:
            raise InvalidInputError(
                f"X must have the {fitted[0]} channel(s) and {fitted[1]} timepoints seen in fit, "
                f"got {X.shape[1]} and {X.shape[2]}; one case per row, without its label."
            )

    def _check_y(self, y: ArrayLike, n_cases: int, **options: Any) -> Any:
        return super()._check_y(check_labels(y, n_cases), n_cases, **options)

    def _fit(self, X: NDArray[np.float64], y: NDArray[Any]) -> "SeriesClassifier":
        task = self._task(X, y)
        self._keep(
            *self._train(self.training_settings(), task.sizes, task.x, task.y, seed=task.seed)
        )
        return self

    def _task(self, X: NDArray[np.float64], y: NDArray[Any]) -> "Task":
        """What is to be trained on, after the arguments that fit alone reads are checked."""
        self.training_settings()
        if self.device not in DEVICES:
            raise InvalidInputError(
                f"device must be one of {', '.join(DEVICES)}, got {self.device!r} "
                "(Apple's mps has no float64, in which phases are computed)."
            )
        try:
            random_state = check_random_state(self.random_state)
        except ValueError as error:
            raise InvalidInputError(f"random_state: {error}.") from error
        return Task(
            x=torch.from_numpy(X),
            y=torch.from_numpy(np.searchsorted(self.classes_, y)),
            sizes=(X.shape[1], X.shape[2], len(self.classes_)),
            seed=int(random_state.randint(np.iinfo(np.int32).max)),
        )

    def _keep(self, network: SeriesNetwork, history: list[Record]) -> None:
        """Take over what training found."""
        self.network_ = network
        self.history_ = history
        self.parameter_counts_ = network.parameter_counts()

    def _train(
        self, settings: Settings, sizes: tuple[int, int, int], x: Tensor, y: Tensor, seed: int
    ) -> tuple[SeriesNetwork, list[Record]]:
        if settings is None:
            with torch.random.fork_rng():
                torch.manual_seed(seed)
                network = self._designed_network(x, y, sizes, seed)
            for parameter in network.embedding_parameters():
                parameter.requires_grad_(False)
            network.prepare(x, seed=seed)
            fit_readout(network, x, y)
            return network, []
        if isinstance(settings, ProjectionSettings):
            from physembed.training.projection import train_by_projection

            return train_by_projection(
                lambda: self._make_network(*sizes),
                x,
                y,
                settings,
                seed=seed,
                device=self._accelerator(),
                progress=self.verbose > 0,
            )
        from physembed.training.gradient import train_by_gradient

        return train_by_gradient(
            lambda: self._make_network(*sizes),
            x,
            y,
            settings,
            seed=seed,
            device=self._accelerator(),
            progress=self.verbose > 0,
            callbacks=self.callbacks,
        )

    def _accelerator(self) -> str:
        """What "auto" stands for: CUDA where there is one, else the CPU."""
        if self.device == "cuda" and not torch.cuda.is_available():
            raise InvalidInputError(
                "device is 'cuda', but torch sees no CUDA device; choose 'auto' or 'cpu'."
            )
        if self.device != "auto":
            return self.device
        return "cuda" if torch.cuda.is_available() else "cpu"

    def _predict_proba(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        self.network_.eval()
        with torch.inference_mode():
            parts = [self.network_(part) for part in torch.from_numpy(X).split(BATCH_OF_PREDICTION)]
            logits = torch.cat(parts).double()
        unusable = ~torch.isfinite(logits).all(dim=1)
        if bool(unusable.any()):
            case = int(unusable.nonzero()[0])
            raise InvalidInputError(
                f"X leads to no finite score in case {case} (largest value "
                f"{np.abs(X[case]).max():.3g}); rescale it to the range seen in fit."
            )
        return torch.softmax(logits, dim=1).numpy()

    def _predict(self, X: NDArray[np.float64]) -> NDArray[Any]:
        chosen: NDArray[Any] = self.classes_[self._predict_proba(X).argmax(axis=1)]
        return chosen
