"""What detectors see of series, for any model downstream."""

from typing import Any, ClassVar

import numpy as np
import torch
from aeon.transformations.collection.base import BaseCollectionTransformer
from numpy.typing import NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin
from sklearn.utils.multiclass import type_of_target

from physembed.data.label_checks import check_labels, check_targets
from physembed.estimators.physical_embedding import PhysicalEmbedding
from physembed.estimators.series_estimator import Task
from physembed.networks.head import SignedHead


class PhysicalEmbeddingTransformer(
    ClassNamePrefixFeaturesOutMixin, PhysicalEmbedding, BaseCollectionTransformer
):
    """Turn time series into detected features by sending them through a physical medium.

    Without labels the physics is left as it was designed. With labels, or real targets, it is
    chosen or trained for them as in the classifier or the regressor, whose readout is then left
    out.

    Parameters
    ----------
    preset, fibres, training, readout_weights, frozen, guard_band, max_epochs, batch_size, \
physics_rate, head_rate, weight_decay, validation_fraction, keep, early_stopping, device, \
n_threads, verbose, callbacks, random_state, checkpoint_dir
        As in :class:`~physembed.PhysicalEmbeddingClassifier`. Without labels, "auto" is "homodyne".

    Attributes
    ----------
    network_, preset_, candidate_errors_, parameter_counts_, history_, divergence_, \
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
    >>> embedding = pe.PhysicalEmbeddingTransformer("homodyne-small", random_state=0)
    >>> model = make_pipeline(embedding, StandardScaler(), RidgeClassifierCV()).fit(X, y)
    >>> float(model.score(*load_gunpoint(split="test"))) > 0.95
    True
    """

    _tags: ClassVar[dict[str, Any]] = {
        "output_data_type": "Tabular",
        "removes_unequal_length": True,
        "removes_missing_values": True,
    }

    def _check_y(self, y: Any, n_cases: int | None = None) -> Any:
        """Checked in fit, where it is known what for; transform ignores it."""
        return y

    def _fit(self, X: NDArray[np.float64], y: Any = None) -> "PhysicalEmbeddingTransformer":
        x = torch.from_numpy(X)
        seed = self._check_arguments()
        if y is None:
            self._take_as_designed(x, seed)
        else:
            targets, n_outputs = _targets(y, len(X))
            self._train(Task(x, targets, (X.shape[1], X.shape[2], n_outputs), seed))
        self.parameter_counts_["readout"] = 0
        self._n_features_out = self._transform(X[:1]).shape[1]
        return self

    def _take_as_designed(self, x: torch.Tensor, seed: int) -> None:
        """The first composition that there is; detectors are calibrated on the series."""
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            network = self._make_network(x.shape[1], x.shape[2], 1)
        for parameter in network.embedding_parameters():
            parameter.requires_grad_(False)
        network.prepare(x, seed=seed)
        self._keep(network, [])

    def _transform(self, X: NDArray[np.float64], y: Any = None) -> NDArray[np.float64]:
        return self._in_batches(X, self.network_.features)

    def _fitted_state(self) -> dict[str, Any]:
        # the head has no meaning, but its size belongs to the weights on disk
        head = self.network_.head.linear
        return super()._fitted_state() | {
            "n_outputs": head.out_features * (1 + isinstance(self.network_.head, SignedHead)),
            "n_features_out": self._n_features_out,
        }

    def _restore_fitted_state(self, state: dict[str, Any]) -> int:
        super()._restore_fitted_state(state)
        self._n_features_out = int(state["n_features_out"])
        return int(state["n_outputs"])


def _targets(y: Any, n_cases: int) -> tuple[torch.Tensor, int]:
    """Class indices, or targets of mean zero and deviation one, and the outputs they need."""
    if type_of_target(y).startswith("continuous"):
        targets = check_targets(y, n_cases)
        scaled = (targets - targets.mean()) / (targets.std() or 1.0)
        return torch.from_numpy(scaled), 1
    classes, indices = np.unique(check_labels(y, n_cases), return_inverse=True)
    return torch.from_numpy(indices), len(classes)
