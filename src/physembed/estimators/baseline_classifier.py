"""The baselines behind the same face as our own models."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from physembed._checks import check_choice
from physembed._devices import TrainingDevice
from physembed.errors import InvalidInputError
from physembed.estimators.series_classifier import SeriesClassifier
from physembed.networks import SeriesNetwork
from physembed.networks.baselines import (
    ConvolutionalNetwork,
    LinearNetwork,
    LSTMAttentionNetwork,
    MiniRocketNetwork,
    MultilayerPerceptron,
    SpectralNetwork,
)
from physembed.networks.sizes import check_case
from physembed.training import TrainingSettings
from physembed.training.recipe import Recipe, Sizes

_DEEP = TrainingSettings(
    max_epochs=30, min_steps=600, batch_size=32, physics_rate=3e-3, head_rate=3e-3
)

BASELINES: dict[str, tuple[type[SeriesNetwork], TrainingSettings | None]] = {
    "linear": (LinearNetwork, None),
    "spectral": (SpectralNetwork, None),
    "mlp": (MultilayerPerceptron, _DEEP),
    "cnn": (ConvolutionalNetwork, _DEEP),
    "lstm-attention": (LSTMAttentionNetwork, _DEEP),
    "minirocket": (MiniRocketNetwork, None),
}
"""Each baseline's network and training; None is a ridge readout with leave-one-out penalty."""


class BaselineClassifier(SeriesClassifier):
    """What users would take instead of a physical embedding, with the same interface.

    Parameters
    ----------
    model : {"linear", "spectral", "mlp", "cnn", "lstm-attention", "minirocket"}
    training : TrainingSettings or None, default=None
        Of the deep networks, whose ``physics_rate`` is the rate of all weights before the last
        layer; None is the model's own. The others are solved in closed form.
    class_weight, device, n_jobs, verbose, callbacks, random_state, checkpoint_dir
        As in :class:`~physembed.PhysicalEmbeddingClassifier`.

    Examples
    --------
    >>> import physembed as pe
    >>> from aeon.datasets import load_gunpoint
    >>> X, y = load_gunpoint(split="train")
    >>> spectral = pe.BaselineClassifier("spectral", random_state=0).fit(X, y)
    >>> spectral.predict(X[:2]).shape
    (2,)
    """

    def __init__(
        self,
        model: str = "linear",
        *,
        training: TrainingSettings | None = None,
        class_weight: Mapping[Any, float] | str | None = None,
        device: TrainingDevice = "auto",
        n_jobs: int | None = None,
        verbose: int = 0,
        callbacks: list[Any] | None = None,
        random_state: int | np.random.RandomState | None = None,
        checkpoint_dir: str | Path | None = None,
    ) -> None:
        self.model = model
        self.training = training
        self.class_weight = class_weight
        super().__init__(
            device=device,
            n_jobs=n_jobs,
            verbose=verbose,
            callbacks=callbacks,
            random_state=random_state,
            checkpoint_dir=checkpoint_dir,
        )

    def recipe(self, sizes: Sizes, *, seed: int = 0, device: str = "cpu") -> Recipe:
        check_choice("baseline", self.model, BASELINES)
        kind, settings = BASELINES[self.model]
        if self.training is not None and (
            settings is None or not isinstance(self.training, TrainingSettings)
        ):
            accepted = (
                "None, since its readout is solved" if settings is None else "TrainingSettings"
            )
            raise InvalidInputError(
                f"training of {self.model!r} must be {accepted}, got {self.training!r}."
            )
        n_channels, n_timepoints, n_classes = sizes
        check_case(n_channels, n_timepoints)
        return Recipe(
            self.model,
            partial(kind, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=n_classes),
            settings if self.training is None else self.training,
            has_physics=False,
            lighter=None
            if self.model == "linear"
            else "a model with fewer features, such as 'linear'",
        )
