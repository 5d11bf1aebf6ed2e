"""What detectors see of series, for any model downstream."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from aeon.transformations.collection.base import BaseCollectionTransformer
from numpy.typing import NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin

from physembed._checks import check_choice
from physembed._devices import TrainingDevice
from physembed.data.containers import to_numpy
from physembed.data.label_checks import check_labels, check_targets
from physembed.estimators.classes_and_targets import Classes, LearnedOfY, Targets
from physembed.estimators.physical_embedding import DEFAULT, PhysicalEmbedding
from physembed.networks import Fibre
from physembed.physics import MasterEquation
from physembed.presets import PresetName
from physembed.training import ProjectionSettings, SelectionSettings, TrainingSettings
from physembed.training.fitting import as_designed
from physembed.training.method import Method
from physembed.training.recipe import Fitted

TASKS = ("auto", "classification", "regression")


class PhysicalEmbeddingTransformer(
    PhysicalEmbedding, ClassNamePrefixFeaturesOutMixin, BaseCollectionTransformer
):
    """Turn time series into detected features by sending them through a physical medium.

    Without labels the physics is left as it was designed. With labels, or real targets, it is
    chosen or trained for them as in the classifier or the regressor, whose readout is then left
    out.

    Parameters
    ----------
    preset, fibres, training, detectors, readout_weights, max_bytes, weight_bits, robustness, \
levels, teacher, frozen, guard_band, equation, device, n_jobs, verbose, \
callbacks, random_state, checkpoint_dir
        As in :class:`~physembed.PhysicalEmbeddingClassifier`. Without labels, "compact" is its
        whole pool.
    task : {"auto", "classification", "regression"}, default="auto"
        What the physics is chosen or trained for, where ``y`` is given: its classes or its values.
        "auto" takes numbers for values if they are no whole numbers, or if more than half of them
        are different; all else are classes.

    Attributes
    ----------
    network_, device_, preset_, parameter_counts_, history_, divergence_, \
n_features_in_, feature_names_in_
        As in :class:`~physembed.PhysicalEmbeddingClassifier`; the readout, which is not used, is
        counted as zero.

    Examples
    --------
    >>> import physembed as pe
    >>> from aeon.datasets import load_gunpoint
    >>> from sklearn.linear_model import RidgeClassifierCV
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> X, y = load_gunpoint(split="train")
    >>> embedding = pe.PhysicalEmbeddingTransformer("lattice", random_state=0)
    >>> model = make_pipeline(embedding, StandardScaler(), RidgeClassifierCV()).fit(X, y)
    >>> float(model.score(*load_gunpoint(split="test"))) > 0.95
    True
    """

    _tags: ClassVar[dict[str, Any]] = {
        "output_data_type": "Tabular",
        "removes_unequal_length": True,
        "removes_missing_values": True,
    }

    def __init__(
        self,
        preset: PresetName | str = DEFAULT,
        *,
        task: Literal["auto", "classification", "regression"] = "auto",
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
        self.task = task
        super().__init__(
            preset,
            fibres=fibres,
            training=training,
            detectors=detectors,
            readout_weights=readout_weights,
            max_bytes=max_bytes,
            weight_bits=weight_bits,
            robustness=robustness,
            levels=levels,
            teacher=teacher,
            frozen=frozen,
            guard_band=guard_band,
            equation=equation,
            device=device,
            n_jobs=n_jobs,
            verbose=verbose,
            callbacks=callbacks,
            random_state=random_state,
            checkpoint_dir=checkpoint_dir,
        )

    @property
    def _n_features_out(self) -> int:
        """As scikit-learn calls it."""
        return self.network_.head.linear.in_features

    def _check_y(self, y: Any, n_cases: int | None = None) -> Any:
        """Checked in fit, where it is known what for; transform ignores it."""
        return self._in_order(y)

    def _fit(self, X: NDArray[np.float64], y: Any = None) -> "PhysicalEmbeddingTransformer":
        check_choice("task", self.task, TASKS)
        if y is None:
            self._take_as_designed(X)
        else:
            self._train(X, *_learned(y, len(X), self.task))
        self.parameter_counts_["readout"] = 0
        return self

    def reset(self, keep: Any = None) -> Any:
        """As aeon's, but that ``set_output`` stays in force when a fit begins anew."""
        return super().reset("_sklearn_output_config" if keep is None else keep)

    def _take_as_designed(self, X: NDArray[np.float64]) -> None:
        """The first composition that there is; detectors are calibrated on the series."""
        seed, _ = self._checked_seed_and_device()
        recipe = self.recipe((X.shape[1], X.shape[2], 1))
        network = as_designed(recipe.make_network, torch.from_numpy(X), seed=seed)
        self.device_ = "cpu"
        self._take_over(Fitted(network, [], name=self.preset))
        self._learn_what_is_known(X, None)

    def _transform(self, X: NDArray[np.float64], y: Any = None) -> NDArray[np.float64]:
        return self._in_batches(X, lambda features: features)


def _learned(y: Any, n_cases: int, task: str) -> tuple[NDArray[Any], LearnedOfY]:
    """Labels or targets, checked, and what is learned of them for the training alone."""
    if task == "regression" or (task == "auto" and _is_regressed(y)):
        targets = check_targets(y, n_cases)
        return targets, Targets.of(targets)
    labels = check_labels(y, n_cases)
    return labels, Classes(np.unique(labels))


def _is_regressed(y: Any) -> bool:
    """Whether ``y`` looks like values: fractions, or numbers of which most are different."""
    values = np.asarray(to_numpy(y))
    if values.dtype.kind == "O" and not any(isinstance(value, str | bytes | bool) for value in y):
        with suppress(TypeError, ValueError):
            values = values.astype(np.float64)
    if values.dtype.kind not in "iuf":
        return False
    return bool((values != np.floor(values)).any()) or 2 * len(np.unique(values)) > len(values)
