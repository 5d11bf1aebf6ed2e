"""The classifier of this library."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from physembed.errors import UnknownNameError
from physembed.estimators.presets import PRESETS, Preset
from physembed.estimators.series_classifier import SeriesClassifier
from physembed.networks import Fibre, PhysicalEmbeddingNetwork
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.training import TrainingSettings
from physembed.training.method import Settings, method_for, settings_for

REFERENCE_LENGTH = 1024
"""Timepoints for which a preset's composition is digested and its coefficients are counted."""


class PhysicalEmbeddingClassifier(SeriesClassifier):
    """Classify time series by sending them through a physical medium.

    Parameters
    ----------
    preset : {"nlse", "gpe", "lattice"}, default="nlse"
        The paper's nonlinear Schrödinger network, its Gross-Pitaevskii network, or our lattice;
        see :mod:`physembed.estimators.presets`.
    fibres : sequence of Fibre or None, default=None
        A composition of your own in place of the preset's, trained as ``training`` says.
    training : {None, "auto", "designed", "gradient", "projection"}, default=None
        "designed" leaves the physics as it is and solves the readout; "gradient" trains both by
        Adam; "projection" searches for the physics while the readout is solved exactly. "auto"
        goes by the number of trainable coefficients: none, up to 300, more. None is what was
        validated for the preset, and "auto" for a composition of your own.
    max_epochs, batch_size, physics_rate, head_rate, weight_decay, validation_fraction, keep, \
patience : optional
        Replace settings of the training; see :class:`~physembed.TrainingSettings`. In a search
        ``max_epochs`` is the most steps of a rung, ``batch_size`` the cases of a step and
        ``physics_rate`` the rate, and the others have no meaning.
    device : {"auto", "cpu", "cuda"}, default="auto"
    verbose : int, default=0
        1 shows a progress bar with a time estimate on standard error.
    callbacks : list of Lightning callbacks or None, default=None
    random_state : int, RandomState or None, default=None
        The same int gives the same model.

    Examples
    --------
    >>> import physembed as pe
    >>> from aeon.datasets import load_gunpoint
    >>> X, y = load_gunpoint(split="train")
    >>> classifier = pe.PhysicalEmbeddingClassifier(preset="lattice", random_state=0).fit(X, y)
    >>> classifier.predict(X[:2]).shape
    (2,)
    """

    def __init__(
        self,
        preset: str = "nlse",
        *,
        fibres: Sequence[Fibre] | None = None,
        training: str | None = None,
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
        self.preset = preset
        self.fibres = fibres
        self.training = training
        super().__init__(
            max_epochs=max_epochs,
            batch_size=batch_size,
            physics_rate=physics_rate,
            head_rate=head_rate,
            weight_decay=weight_decay,
            validation_fraction=validation_fraction,
            keep=keep,
            patience=patience,
            device=device,
            verbose=verbose,
            callbacks=callbacks,
            random_state=random_state,
        )

    def _make_network(
        self, n_channels: int, n_timepoints: int, n_classes: int
    ) -> PhysicalEmbeddingNetwork:
        fibres = self._preset().fibres(n_timepoints) if self.fibres is None else self.fibres
        return PhysicalEmbeddingNetwork(
            fibres, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=n_classes
        )

    def _restore_network(
        self, composition: dict[str, Any], n_channels: int, n_timepoints: int, n_classes: int
    ) -> PhysicalEmbeddingNetwork:
        return PhysicalEmbeddingNetwork(
            from_configuration(composition["fibres"]),
            n_channels=n_channels,
            n_timepoints=n_timepoints,
            n_classes=n_classes,
        )

    def _default_training(self) -> Settings:
        own = self._preset().training
        if self.fibres is not None and isinstance(own, TrainingSettings):
            own = replace(own, start_scales=())
        if self.training is None and self.fibres is None:
            return own
        method = self.training or "auto"
        if method == "auto":
            reference = self._make_network(1, REFERENCE_LENGTH, 2)
            method = method_for(reference.parameter_counts()["embedding"])
        return settings_for(method, own)

    def _preset(self) -> Preset:
        if self.preset not in PRESETS:
            raise UnknownNameError("preset", self.preset, list(PRESETS))
        return PRESETS[self.preset]

    def settings(self) -> dict[str, Any]:
        settings = super().settings()
        if self.fibres is None:
            # a preset that was changed since is another model
            reference = to_configuration(self._preset().fibres(REFERENCE_LENGTH))
            text = json.dumps(reference, sort_keys=True)
            settings["preset_sha256"] = hashlib.sha256(text.encode()).hexdigest()
        return settings
