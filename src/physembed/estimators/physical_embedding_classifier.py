"""The classifier of this library."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from torch import Tensor

from physembed._checks import is_integer
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.estimators.changes import changed
from physembed.estimators.presets import PRESETS, Preset
from physembed.estimators.series_classifier import SeriesClassifier
from physembed.networks import Fibre, PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.training import ProjectionSettings, TrainingSettings, choose_network
from physembed.training.method import Settings, method_for, settings_for
from physembed.training.settings import Record

REFERENCE_LENGTH = 1024
"""Timepoints for which a preset's composition is digested and its coefficients are counted."""


class PhysicalEmbeddingClassifier(SeriesClassifier):
    """Classify time series by sending them through a physical medium.

    Parameters
    ----------
    preset : {"auto", "homodyne", "homodyne-small", "homodyne-gated", "lattice", "tiny", "nlse", \
"paper", "gpe"}, default="auto"
        Our designed networks, which take seconds: homodyne (shapes), lattice (sound and spectra),
        or whichever the training cases choose; our lens for few detectors, whose physics is found;
        or the paper's nonlinear Schrödinger (with our preprocessing, and as its text has it) and
        Gross-Pitaevskii networks, trained by gradient. See
        :mod:`physembed.estimators.presets`.
    fibres : sequence of Fibre or None, default=None
        A composition of your own in place of the preset's, trained as ``training`` says.
    training : {None, "auto", "designed", "gradient", "projection"}, default=None
        "designed" leaves the physics as it is and solves the readout; "gradient" trains both by
        Adam; "projection" searches for the physics while the readout is solved exactly. "auto"
        goes by the number of trainable coefficients: none, up to 300, more. None is what was
        validated for the preset, and "auto" for a composition of your own.
    readout_weights : int or None, default=None
        Most readout weights, biases included, of a preset that works to a budget ("tiny": 10 to
        200 are worthwhile); None is its own choice of detectors. Others ignore it.
    frozen : mapping of str to float or sequence of float, or None, default=None
        Coefficients, or terms such as "dispersion", that are frozen at a value in natural units
        wherever the composition has them; ``{"dispersion": 0.0}`` switches dispersion off. All
        else stays as it is; see :meth:`~physembed.Fibre.frozen`.
    guard_band : float or None, default=None
        Zeros beside the series, in its lengths, in place of the composition's own.
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
        training: str | None = None,
        readout_weights: int | None = None,
        frozen: Mapping[str, float | Sequence[float]] | None = None,
        guard_band: float | None = None,
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
        self.readout_weights = readout_weights
        self.frozen = frozen
        self.guard_band = guard_band
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
        return self._network_of(
            self._alternatives(n_channels, n_timepoints, n_classes)[0],
            n_channels,
            n_timepoints,
            n_classes,
        )

    def _alternatives(
        self, n_channels: int, n_timepoints: int, n_classes: int
    ) -> Sequence[Sequence[Fibre]]:
        """The compositions that the training cases choose among; mostly one."""
        return [
            changed(fibres, self.frozen, self.guard_band)
            for fibres in self._own_alternatives(n_channels, n_timepoints, n_classes)
        ]

    def _own_alternatives(
        self, n_channels: int, n_timepoints: int, n_classes: int
    ) -> Sequence[Sequence[Fibre]]:
        preset = self._preset()
        if self.fibres is not None:
            return [self.fibres]
        if preset.alternatives is None:
            return [preset.fibres(n_timepoints)]
        budget = self.readout_weights
        if budget is not None and (not is_integer(budget) or budget < 1):
            raise InvalidInputError(
                f"readout_weights must be a positive integer or None, got {budget!r}."
            )
        return preset.alternatives(n_channels, n_timepoints, n_classes, budget)

    def _network_of(
        self, fibres: Sequence[Fibre], n_channels: int, n_timepoints: int, n_classes: int
    ) -> PhysicalEmbeddingNetwork:
        return PhysicalEmbeddingNetwork(
            fibres,
            n_channels=n_channels,
            n_timepoints=n_timepoints,
            n_classes=n_classes,
            signed_readout=self._preset().signed_readout,
        )

    def _train(
        self, settings: Settings, sizes: tuple[int, int, int], x: Tensor, y: Tensor, seed: int
    ) -> tuple[SeriesNetwork, list[Record]]:
        alternatives = self._alternatives(*sizes)
        if len(alternatives) == 1 or not isinstance(settings, ProjectionSettings):
            return super()._train(settings, sizes, x, y, seed)
        from physembed.training.projection import train_best_by_projection

        return train_best_by_projection(
            [partial(self._network_of, fibres, *sizes) for fibres in alternatives],
            x,
            y,
            settings,
            seed=seed,
            device=self._accelerator(),
            progress=self.verbose > 0,
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
            candidate.name: partial(
                self._network_of,
                changed(candidate.fibres(sizes[1]), self.frozen, self.guard_band),
                *sizes,
            )
            for candidate in preset.candidates
        }
        self.preset_, self.candidate_errors_ = choose_network(makers, x, y, seed=seed)
        return makers[self.preset_]()

    def _restore_network(
        self, composition: dict[str, Any], n_channels: int, n_timepoints: int, n_classes: int
    ) -> PhysicalEmbeddingNetwork:
        fibres = from_configuration(composition["fibres"])
        return self._network_of(fibres, n_channels, n_timepoints, n_classes)

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
        if method == "projection" and not isinstance(own, ProjectionSettings):
            own = self._preset().projection
        return settings_for(method, own)

    def _preset(self) -> Preset:
        if self.preset not in PRESETS:
            raise UnknownNameError("preset", self.preset, list(PRESETS))
        return PRESETS[self.preset]

    def settings(self) -> dict[str, Any]:
        settings = super().settings()
        # refuses what is frozen and is not there, before any work
        self._alternatives(1, REFERENCE_LENGTH, 2)
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
