"""What the estimators of this library's own networks have in common: presets and compositions."""

import hashlib
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from physembed.errors import PhysembedWarning, UnknownNameError
from physembed.estimators.series_estimator import SeriesEstimator, Task
from physembed.networks import Fibre, PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.networks.size import count_features
from physembed.presets import PRESETS, Preset, check_budget, n_detectors
from physembed.presets.changes import changed
from physembed.presets.chosen_detectors import chosen_fibres
from physembed.training import ProjectionSettings, TrainingSettings, choose_network
from physembed.training.method import Settings, method_for, settings_for

REFERENCE_LENGTH = 1024
"""Timepoints for which a preset's composition is digested and its coefficients are counted."""


class PhysicalEmbedding(SeriesEstimator):
    """An estimator whose network is a preset, or a composition of one's own."""

    preset_: str
    candidate_errors_: dict[str, float]

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
        early_stopping: bool | int | None = None,
        device: str = "auto",
        n_threads: int | None = None,
        verbose: int = 0,
        callbacks: list[Any] | None = None,
        random_state: int | np.random.RandomState | None = None,
        checkpoint_dir: str | Path | None = None,
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
            early_stopping=early_stopping,
            device=device,
            n_threads=n_threads,
            verbose=verbose,
            callbacks=callbacks,
            random_state=random_state,
            checkpoint_dir=checkpoint_dir,
        )

    def _make_network(
        self, n_channels: int, n_timepoints: int, n_classes: int
    ) -> PhysicalEmbeddingNetwork:
        sizes = (n_channels, n_timepoints, n_classes)
        return self._network_of(self._compositions(*sizes)[0], *sizes)

    def _compositions(
        self, n_channels: int, n_timepoints: int, n_classes: int
    ) -> Sequence[Sequence[Fibre]]:
        """The compositions that the training cases choose among; mostly one."""
        return [
            changed(fibres, self.frozen, self.guard_band)
            for fibres in self._own_compositions(n_channels, n_timepoints, n_classes)
        ]

    def _own_compositions(
        self, n_channels: int, n_timepoints: int, n_classes: int
    ) -> Sequence[Sequence[Fibre]]:
        """The compositions as the preset, or the user, has them."""
        preset = self._preset()
        if self.fibres is not None:
            return [self.fibres]
        if preset.bank is not None:
            budget = n_detectors(self.readout_weights, n_channels, n_classes)
            return [preset.bank.spread(n_timepoints, budget)]
        if preset.alternatives is None:
            return [preset.fibres(n_timepoints)]
        return preset.alternatives(n_channels, n_timepoints, n_classes, self.readout_weights)

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

    def _alternatives(self, task: Task) -> Sequence[Callable[[], SeriesNetwork]]:
        compositions = [self._chosen(task)] if self._chooses() else self._compositions(*task.sizes)
        return [partial(self._network_of, fibres, *task.sizes) for fibres in compositions]

    def _name(self) -> str:
        return self.preset_ if self.fibres is None else "own composition"

    def _chooses(self) -> bool:
        """Whether the training cases choose detectors out of a bank."""
        return self.fibres is None and self._preset().bank is not None

    def _chosen(self, task: Task) -> Sequence[Fibre]:
        bank = self._preset().bank
        assert bank is not None
        n_channels, _, n_classes = task.sizes
        fibres = chosen_fibres(
            bank,
            task.x,
            task.y,
            n_detectors(self.readout_weights, n_channels, n_classes),
            seed=task.seed,
        )
        return changed(fibres, self.frozen, self.guard_band)

    def _designed_network(self, task: Task) -> SeriesNetwork:
        preset = self._preset()
        if self._chooses():
            return self._network_of(self._chosen(task), *task.sizes)
        if self.fibres is not None or not preset.candidates:
            return self._make_network(*task.sizes)
        makers = {
            candidate.name: partial(
                self._network_of,
                changed(candidate.fibres(task.sizes[1]), self.frozen, self.guard_band),
                *task.sizes,
            )
            for candidate in preset.candidates
        }
        self.preset_, self.candidate_errors_ = choose_network(
            makers, task.x, task.y, seed=task.seed
        )
        return makers[self.preset_]()

    def _readout(self) -> str:
        return self._preset().readout if self.fibres is None else "ridge"

    def _lighter_model(self) -> str:
        lightest = "homodyne-small"
        if self.fibres is not None or self.preset == lightest:
            return "a composition with fewer detectors"
        return f"a preset with fewer detectors, such as {lightest!r}"

    def _check_arguments(self) -> int:
        preset = self._preset()
        self.preset_ = preset.name
        self.candidate_errors_ = {}
        check_budget(self.readout_weights)
        if self.readout_weights is not None and (
            self.fibres is not None or not preset.has_a_budget
        ):
            budgeted = [name for name, other in PRESETS.items() if other.has_a_budget]
            warnings.warn(
                f"without effect: readout_weights={self.readout_weights!r}; only the presets "
                f"{', '.join(budgeted)} work to a budget.",
                PhysembedWarning,
                stacklevel=2,
            )
        return super()._check_arguments()

    def _fitted_state(self) -> dict[str, Any]:
        return super()._fitted_state() | {
            "preset": self.preset_,
            "candidate_errors": self.candidate_errors_,
        }

    def _restore_fitted_state(self, state: dict[str, Any]) -> int:
        # schema 1 did not tell what "auto" had chosen
        self.preset_ = str(state.get("preset", self.preset))
        self.candidate_errors_ = dict(state.get("candidate_errors", {}))
        return super()._restore_fitted_state(state)

    def _restore_network(
        self, composition: dict[str, Any], n_channels: int, n_timepoints: int, n_classes: int
    ) -> PhysicalEmbeddingNetwork:
        fibres = from_configuration(composition["fibres"])
        return self._network_of(fibres, n_channels, n_timepoints, n_classes)

    def _described_shapes(
        self, composition: dict[str, Any], n_channels: int, n_timepoints: int, n_classes: int
    ) -> dict[str, tuple[int, ...]]:
        # physics is not built on torch's meta device: it looks at its own values
        fibres = from_configuration(composition["fibres"])
        n_rows = 1 if self._preset().signed_readout and n_classes == 2 else n_classes
        n_features = count_features(fibres, n_timepoints, n_channels)
        return {"head.linear.weight": (n_rows, n_features)}

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

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Settings that aeon's checks are made with: one of each way of training that is quick."""
        return [
            {"preset": "homodyne-small", "random_state": 0},
            {"preset": "nlse", "max_epochs": 2, "random_state": 0},
        ]

    def settings(self) -> dict[str, Any]:
        settings = super().settings()
        # refuses what is frozen and is not there, before any work
        self._compositions(1, REFERENCE_LENGTH, 2)
        if self.fibres is None:
            # a preset that was changed since is another model
            preset = self._preset()
            reference = [
                to_configuration(candidate.fibres(REFERENCE_LENGTH), defaults=False)
                for candidate in (preset.candidates or (preset,))
            ]
            text = json.dumps(reference, sort_keys=True)
            settings["preset_sha256"] = hashlib.sha256(text.encode()).hexdigest()
        return settings
