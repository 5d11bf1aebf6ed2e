"""The classifier of this library."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from torch import Tensor

from physembed.errors import UnknownNameError
from physembed.estimators.presets import AUTO, NLSE, PRESETS, Preset
from physembed.estimators.series_classifier import SeriesClassifier
from physembed.networks import Fibre, PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.networks.composition import has_trainable
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.training import TrainingSettings, choose_network

REFERENCE_LENGTH = 1024
"""Timepoints for which a preset's composition is digested."""


class PhysicalEmbeddingClassifier(SeriesClassifier):
    """Classify time series by sending them through a physical medium.

    Parameters
    ----------
    preset : {"auto", "homodyne", "homodyne-small", "homodyne-gated", "lattice", "nlse", "gpe"}, \
default="auto"
        Our designed networks, which take seconds: homodyne (shapes), lattice (sound and spectra),
        or whichever the training cases choose; or the paper's nonlinear Schrödinger and
        Gross-Pitaevskii networks, trained by gradient. See :mod:`physembed.estimators.presets`.
    fibres : sequence of Fibre or None, default=None
        A composition of your own in place of the preset's. Readout and training stay the
        preset's, but the coefficients start where you say; "auto" trains by gradient, as "nlse"
        does, where there is something trainable, and else solves the readout in closed form.
        With the other presets of ours, nothing may be trainable.
    max_epochs, batch_size, physics_rate, head_rate, weight_decay, validation_fraction, keep, \
patience : optional
        Replace the preset's setting of gradient training; see
        :class:`~physembed.TrainingSettings`. Ignored by presets with a closed-form readout.
    device : {"auto", "cpu", "cuda"}, default="auto"
    verbose : int, default=0
        1 shows a progress bar with a time estimate on standard error.
    callbacks : list of Lightning callbacks or None, default=None
    random_state : int, RandomState or None, default=None
        The same int gives the same model.

    Attributes
    ----------
    preset_ : str
        The preset that was taken; what "auto" chose.
    candidate_errors_ : dict of str to float
        Where there was a choice, the mean squared leave-one-out error of each candidate.

    Examples
    --------
    >>> import physembed as pe
    >>> from aeon.datasets import load_gunpoint
    >>> X, y = load_gunpoint(split="train")
    >>> classifier = pe.PhysicalEmbeddingClassifier(random_state=0).fit(X, y)
    >>> classifier.predict(X[:2]).shape
    (2,)
    """

    def __init__(
        self,
        preset: str = "auto",
        *,
        fibres: Sequence[Fibre] | None = None,
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

    def _designed_network(
        self, x: Tensor, y: Tensor, sizes: tuple[int, int, int], seed: int
    ) -> SeriesNetwork:
        preset = self._preset()
        self.preset_ = preset.name
        self.candidate_errors_: dict[str, float] = {}
        if self.fibres is not None or not preset.candidates:
            return self._make_network(*sizes)
        makers = {
            candidate.name: partial(_network_of, candidate, sizes)
            for candidate in preset.candidates
        }
        self.preset_, self.candidate_errors_ = choose_network(makers, x, y, seed=seed)
        return makers[self.preset_]()

    def _restore_network(
        self, composition: dict[str, Any], n_channels: int, n_timepoints: int, n_classes: int
    ) -> PhysicalEmbeddingNetwork:
        return PhysicalEmbeddingNetwork(
            from_configuration(composition["fibres"]),
            n_channels=n_channels,
            n_timepoints=n_timepoints,
            n_classes=n_classes,
        )

    def _default_training(self) -> TrainingSettings | None:
        training = self._preset().training
        if self.fibres is None:
            return training
        if self.preset == AUTO.name and has_trainable(self.fibres):
            training = NLSE.training
        return None if training is None else replace(training, start_scales=())

    def _preset(self) -> Preset:
        if self.preset not in PRESETS:
            raise UnknownNameError("preset", self.preset, list(PRESETS))
        return PRESETS[self.preset]

    def settings(self) -> dict[str, Any]:
        settings = super().settings()
        if self.fibres is None:
            # a preset that was changed since is another model
            preset = self._preset()
            reference = [
                to_configuration(candidate.fibres(REFERENCE_LENGTH))
                for candidate in (preset.candidates or (preset,))
            ]
            text = json.dumps(reference, sort_keys=True)
            settings["preset_sha256"] = hashlib.sha256(text.encode()).hexdigest()
        return settings


def _network_of(preset: Preset, sizes: tuple[int, int, int]) -> PhysicalEmbeddingNetwork:
    n_channels, n_timepoints, n_classes = sizes
    return PhysicalEmbeddingNetwork(
        preset.fibres(n_timepoints),
        n_channels=n_channels,
        n_timepoints=n_timepoints,
        n_classes=n_classes,
    )
