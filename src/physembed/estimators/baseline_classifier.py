"""The baselines behind the same face as our own models."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from physembed.errors import UnknownNameError
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
from physembed.training import TrainingSettings

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
    class_weight, max_epochs, batch_size, physics_rate, head_rate, weight_decay, \
validation_fraction, keep, early_stopping, device, n_threads, verbose, callbacks, random_state, \
checkpoint_dir
        As in :class:`~physembed.PhysicalEmbeddingClassifier`; ``physics_rate`` is the rate of all
        weights before the last layer.
    """

    def __init__(
        self,
        model: str = "linear",
        *,
        class_weight: Mapping[Any, float] | str | None = None,
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
        self.model = model
        self.class_weight = class_weight
        super().__init__(
            max_epochs=max_epochs,
            batch_size=batch_size,
            physics_rate=physics_rate,
            head_rate=head_rate,
            weight_decay=weight_decay,
            validation_fraction=validation_fraction,
            keep=keep,
            early_stopping=early_stopping,
            device=device,
            n_threads=n_threads,
            verbose=verbose,
            callbacks=callbacks,
            random_state=random_state,
            checkpoint_dir=checkpoint_dir,
        )

    def _baseline(self) -> tuple[type[SeriesNetwork], TrainingSettings | None]:
        if self.model not in BASELINES:
            raise UnknownNameError("baseline", self.model, list(BASELINES))
        return BASELINES[self.model]

    def _name(self) -> str:
        return self.model

    def _make_network(self, n_channels: int, n_timepoints: int, n_classes: int) -> SeriesNetwork:
        network, _ = self._baseline()
        return network(n_channels=n_channels, n_timepoints=n_timepoints, n_classes=n_classes)

    def _default_training(self) -> TrainingSettings | None:
        return self._baseline()[1]

    def _lighter_model(self) -> str | None:
        return "a model with fewer features, such as 'linear'" if self.model != "linear" else None
