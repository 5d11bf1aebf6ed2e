"""Classifiers that differ in their seed alone, fitted in the same steps."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from physembed.errors import InvalidInputError, TrainingError
from physembed.estimators.options import accelerator
from physembed.estimators.series_classifier import SeriesClassifier
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.training.settings import TrainingSettings

POINTS_WORTH_IT = 40_000
"""Points of all fields in a step of one classifier, up to which several together are faster. A
larger step fills the processor's caches alone, and is no faster for company."""
MOST_MEMBERS = 16
"""Classifiers fitted together at most: more share no more, and wait for each other."""


def fit_together(
    classifiers: Sequence[SeriesClassifier], X: Any, y: Any
) -> list[TrainingError | None]:
    """Fit classifiers that are trained by gradient and differ in ``random_state`` alone.

    Each is fitted as by its own ``fit``, to rounding; see
    :func:`~physembed.training.ensemble.train_together`.

    Parameters
    ----------
    classifiers : sequence of SeriesClassifier
        At least one. Their ``callbacks`` and ``verbose`` are not for several.
    X, y : array-like
        As for ``fit``.

    Returns
    -------
    list of TrainingError or None
        For each classifier, why it is not fitted; None where it is.

    Raises
    ------
    InvalidInputError
        If they are not of one kind, or not trained by gradient.
    """
    from physembed.training.ensemble import train_together

    settings = _common_settings(classifiers)
    tasks = [classifier._task(*classifier._fit_setup(X, y)) for classifier in classifiers]
    members = train_together(
        [
            partial(classifier._make_network, *task.sizes)
            for classifier, task in zip(classifiers, tasks, strict=True)
        ],
        tasks[0].x,
        tasks[0].y,
        settings,
        seeds=[task.seed for task in tasks],
        device=accelerator(classifiers[0].device),
    )
    for classifier, member in zip(classifiers, members, strict=True):
        if member.error is None:
            classifier._keep(member.network, member.history)
            classifier.is_fitted = True
    return [member.error for member in members]


def members_worthwhile(
    classifier: SeriesClassifier, *, n_channels: int, n_timepoints: int, n_classes: int
) -> int:
    """How many classifiers of this kind to fit together, 1 where each is better fitted alone."""
    settings = classifier.training_settings()
    if not isinstance(settings, TrainingSettings) or classifier.callbacks:
        return 1
    network = classifier._make_network(n_channels, n_timepoints, n_classes)
    if not isinstance(network, PhysicalEmbeddingNetwork):
        return 1
    windows = sum(len(fibre.arms) * fibre.grid(n_timepoints).n_points for fibre in network.fibres)
    return MOST_MEMBERS if settings.batch_size * n_channels * windows <= POINTS_WORTH_IT else 1


def _common_settings(classifiers: Sequence[SeriesClassifier]) -> TrainingSettings:
    if not classifiers:
        raise InvalidInputError("classifiers must hold at least one, got none.")
    first = classifiers[0]
    settings = first.training_settings()
    if not isinstance(settings, TrainingSettings):
        raise InvalidInputError(f"{first!r} is not trained by gradient; fit each alone.")
    for classifier in classifiers:
        for name in ("callbacks", "class_weight", "checkpoint_dir"):
            if getattr(classifier, name):
                raise InvalidInputError(f"{name} is of one training; fit each classifier alone.")
        if classifier.settings() != first.settings() or classifier.device != first.device:
            raise InvalidInputError(
                f"classifiers must differ in random_state alone, got {first!r} and {classifier!r}."
            )
    return settings
