"""What the estimators of this library's own networks have in common: presets and compositions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_choice
from physembed._devices import TrainingDevice
from physembed.data.quadratures import AS_TWO_CHANNELS
from physembed.errors import InvalidInputError
from physembed.estimators.series_estimator import REFERENCE_SIZES, SeriesEstimator
from physembed.networks import Fibre
from physembed.networks.feature_names import feature_names
from physembed.networks.sizes import check_case
from physembed.physics import MasterEquation, equation_named
from physembed.presets import PRESETS, Preset, PresetName, check_budget, check_preset, of_equation
from physembed.presets.digest import OF_SEVERAL_CHANNELS, digest
from physembed.presets.preset import Asked, Changes
from physembed.training import ProjectionSettings, SelectionSettings, TrainingSettings
from physembed.training.method import METHODS, Method, Settings, method_for, settings_for
from physembed.training.recipe import Recipe, Sizes
from physembed.training.selection.other_teacher import check_teacher

REFERENCE_LENGTH = REFERENCE_SIZES[1]
"""Timepoints for which a preset's composition is digested and its coefficients are counted."""

DEFAULT = "compact"
LIGHTEST = "lattice"
OWN = "own composition"
"""What a composition that is no preset is called."""

BUDGETS = ("detectors", "readout_weights", "max_bytes")
OF_SELECTION = ("weight_bits", "robustness")
"""Arguments that replace settings of a choice of detectors where not None."""


class PhysicalEmbedding(SeriesEstimator):
    """An estimator whose network is a preset, or a composition of one's own."""

    def __init__(
        self,
        preset: PresetName | str = DEFAULT,
        *,
        fibres: Sequence[Fibre] | None = None,
        training: Method
        | str
        | TrainingSettings
        | ProjectionSettings
        | SelectionSettings
        | None = None,
        detectors: int | None = None,
        readout_weights: int | None = None,
        max_bytes: int | None = None,
        weight_bits: int | None = None,
        robustness: float | None = None,
        levels: bool = True,
        teacher: Any = None,
        frozen: Mapping[str, float | Sequence[float]] | None = None,
        guard_band: float | None = None,
        equation: str | MasterEquation | None = None,
        device: TrainingDevice = "auto",
        n_jobs: int | None = None,
        verbose: int = 0,
        callbacks: list[Any] | None = None,
        random_state: int | np.random.RandomState | None = None,
        checkpoint_dir: str | Path | None = None,
    ) -> None:
        self.preset = preset
        self.fibres = fibres
        self.training = training
        self.detectors = detectors
        self.readout_weights = readout_weights
        self.max_bytes = max_bytes
        self.weight_bits = weight_bits
        self.robustness = robustness
        self.levels = levels
        self.teacher = teacher
        self.frozen = frozen
        self.guard_band = guard_band
        self.equation = equation
        super().__init__(
            device=device,
            n_jobs=n_jobs,
            verbose=verbose,
            callbacks=callbacks,
            random_state=random_state,
            checkpoint_dir=checkpoint_dir,
        )

    @property
    def preset_(self) -> str:
        """The preset that was taken; of a model of an earlier version, what "auto" chose."""
        return self._name if self.fibres is None else self.preset

    def recipe(self, sizes: Sizes, *, seed: int = 0, device: str = "cpu") -> Recipe:
        check_case(*sizes[:2])
        preset = self._composed()
        if self.of_fields_ and not preset.takes_fields(sizes):
            able = ", ".join(name for name, p in PRESETS.items() if p.takes_fields(REFERENCE_SIZES))
            raise InvalidInputError(
                f"{preset.name!r} is for real series, and X is complex, a field. Take one of the "
                f"presets {able}, fibres without an envelope, or {AS_TWO_CHANNELS}."
            )
        asked = self._asked(sizes, seed, device, of_fields=self.of_fields_)
        settings = self._with_own_selection(self._settings_of(preset))
        if isinstance(settings, SelectionSettings):
            # refuses a budget that is too small, before any work
            settings.n_detectors(sizes[2])
        compositions = preset.compositions(asked)
        # refuses what is frozen and is not there, before any work
        first, *others = [asked.maker(fibres) for fibres in compositions]
        idle = self._idle_levels(compositions), self._idle_options(preset, settings)
        choose, gains = preset.choose, None
        if preset.gains is not None and isinstance(settings, SelectionSettings):
            gains = preset.gains(asked.changes.of(compositions[0]), sizes[1], sizes[0])
        return Recipe(
            preset.name,
            first,
            settings,
            alternatives=others,
            choose=None if choose is None else partial(choose, asked, compositions),
            readout=preset.readout,
            gains=gains,
            teacher=self.teacher,
            lighter="a composition with fewer detectors"
            if preset.name in (OWN, LIGHTEST)
            else f"a preset with fewer detectors, such as {LIGHTEST!r}",
            without_effect="; ".join(filter(None, idle)),
        )

    def _composed(self) -> Preset:
        """The preset, or the composition of one's own in its place."""
        check_preset(self.preset)
        preset = PRESETS[self.preset]
        if self.equation is not None:
            return self._of_equation()
        if self.fibres is None:
            return preset
        training = preset.training
        if isinstance(training, TrainingSettings):
            training = replace(training, start_scales=())
        fibres = self.fibres
        return Preset(
            OWN,
            lambda asked: [fibres],
            training=training,
            projection=preset.projection,
            signed_readout=preset.signed_readout,
        )

    def _of_equation(self) -> Preset:
        """The equation of a name, or of the user's own, with its usual window and detectors."""
        if self.fibres is not None:
            raise InvalidInputError("fibres must be None where an equation is given.")
        if isinstance(self.equation, MasterEquation):
            return of_equation(self.equation, type(self.equation).__name__)
        if not isinstance(self.equation, str):
            raise InvalidInputError(
                "equation must be a name such as 'korteweg-de-vries', a MasterEquation or None, "
                f"got {self.equation!r}."
            )
        return of_equation(equation_named(self.equation), self.equation)

    def _asked(
        self, sizes: Sizes, seed: int = 0, device: str = "cpu", *, of_fields: bool = False
    ) -> Asked:
        check_budget(self.readout_weights)
        return Asked(
            sizes,
            budget=self.readout_weights,
            changes=Changes(self.frozen, self.guard_band, of_fields, self.levels),
            signed_readout=PRESETS[self.preset].signed_readout,
            seed=seed,
            device="cuda" if device == "cuda" else "cpu",
        )

    def _settings_of(self, preset: Preset) -> Settings:
        """The settings that ``training`` asks for, the preset's own where it has them."""
        training = self.training
        if isinstance(training, (TrainingSettings, ProjectionSettings, SelectionSettings)):
            return training
        if training is None and self.fibres is None:
            return preset.training
        method = "auto" if training is None else training
        if not isinstance(method, str):
            raise InvalidInputError(
                "training must be a name, TrainingSettings, ProjectionSettings, SelectionSettings "
                f"or None, got {training!r}."
            )
        check_choice("training", method, (*METHODS, "auto"))
        if method == "auto":
            network = preset.network(self._asked(REFERENCE_SIZES))
            method = method_for(network.parameter_counts()["embedding"])
        of_preset = preset.training
        if method == "projection" and not isinstance(of_preset, ProjectionSettings):
            of_preset = preset.projection
        return settings_for(method, of_preset)

    def _with_own_selection(self, settings: Settings) -> Settings:
        """Settings of a choice of detectors with those that are given to the estimator alone."""
        if self.teacher is not None:
            check_teacher(self.teacher)
        asked = {name: getattr(self, name) for name in (*BUDGETS, *OF_SELECTION)}
        given: dict[str, Any] = {k: value for k, value in asked.items() if value is not None}
        if given:
            # checks it, whether it has an effect or not
            SelectionSettings(**given)
        if not isinstance(settings, SelectionSettings):
            return settings
        if any(name in given for name in BUDGETS):
            # a budget takes the place of another one
            settings = replace(settings, detectors=None, readout_weights=None, max_bytes=None)
        return replace(settings, **given)

    def _idle_levels(self, compositions: Sequence[Sequence[Fibre]]) -> str:
        """That levels are taken away where none are read, in words; empty otherwise."""
        if self.levels:
            return ""
        without = Changes(levels=False)
        reads_levels = any(len(without.of(fibres)) < len(fibres) for fibres in compositions)
        return "" if reads_levels else "levels=False, since nothing here reads them"

    def _idle_options(self, preset: Preset, settings: Settings) -> str:
        """What is given and has no effect, in words; empty where nothing is."""
        if isinstance(settings, SelectionSettings):
            return ""
        idle = [
            f"{name}={getattr(self, name)!r}"
            for name in (*BUDGETS, *OF_SELECTION, "teacher")
            if getattr(self, name) is not None
            and not (name == "readout_weights" and preset.has_a_budget)
        ]
        if not idle:
            return ""
        if idle[0].startswith("readout_weights"):
            budgeted = [name for name, other in PRESETS.items() if other.has_a_budget]
            return f"{idle[0]}; only the presets {', '.join(budgeted)} work to a budget"
        return f"{', '.join(idle)}; only where detectors are chosen, as by the preset 'compact'"

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """What every feature is of, such as "homodyne 45°, 8 timepoints, fraction above q 0.4".

        Parameters
        ----------
        input_features : ignored
            There for scikit-learn.

        Returns
        -------
        ndarray of str, shape (features,)
        """
        self._check_is_fitted()
        network: Any = self.network_
        names = feature_names(network.fibres, network.n_timepoints, network.n_channels)
        return np.array(names, dtype=object)

    def settings(self) -> dict[str, Any]:
        settings = super().settings()
        settings["teacher"] = None if self.teacher is None else repr(self.teacher)
        if self.fibres is None:
            preset = self._composed()
            # a preset that was changed since is another model
            settings["preset_sha256"] = digest(preset, REFERENCE_SIZES)
            of_several = digest(preset, (2, *REFERENCE_SIZES[1:]))
            if of_several != settings["preset_sha256"]:
                settings[OF_SEVERAL_CHANNELS] = of_several
        return settings

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # its pool has the series' level, which every other preset normalises away
        is_default = self.preset == DEFAULT and self.fibres is None and self.equation is None
        if tags.classifier_tags is not None and is_default and self.levels:
            tags.classifier_tags.poor_score = False
        return tags

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Settings that aeon's checks are made with: one of each way of training that is quick."""
        quick = TrainingSettings(max_epochs=2)
        return [
            {"detectors": 16, "random_state": 0},
            {"preset": "nlse", "training": quick, "random_state": 0},
        ]
