"""Predictions of a Ray Dataset: its rows, with columns of what is said of them."""

from functools import partial
from typing import Any

import numpy as np

from physembed._threads import limited_threads
from physembed.data.pieces.columns import Columns, piece_of_columns
from physembed.data.pieces.ray_dataset import is_ray_dataset
from physembed.errors import InvalidInputError
from physembed.estimators.parts_out import AT_ONCE


def predict_dataset(estimator: Any, dataset: Any, *, novelty: bool = False) -> Any:
    """A Ray Dataset with what a fitted classifier or regressor says of each of its rows.

    Parameters
    ----------
    estimator : fitted classifier or regressor
    dataset : ray.data.Dataset
        Columns as those that were fitted to, with labels or without.
    novelty : bool, default=False
        Whether a last column says how often a case like those of training is as far from them.

    Returns
    -------
    ray.data.Dataset
        The same rows with further columns: ``prediction``, ``probability_CLASS`` of each class,
        and ``novelty``. Nothing is predicted before it is asked for, as ever with Ray; each block
        by a task of one thread, and blocks that are lost with a worker anew.

    Raises
    ------
    InvalidInputError
        If it is no Ray Dataset, or the model has no measure of novelty.

    Examples
    --------
    .. code-block:: python

        told = predict_dataset(classifier, ray.data.read_parquet("s3://bucket/cases"))
        told.select_columns(["id", "prediction"]).write_parquet("s3://bucket/predicted")
    """
    if not is_ray_dataset(dataset):
        raise InvalidInputError(
            f"dataset is a {type(dataset).__name__}; a ray.data.Dataset is accepted."
        )
    if novelty and not getattr(estimator, "tells_novelty", False):
        raise InvalidInputError("the model has no measure of novelty.")
    say = partial(_with_predictions, estimator=estimator, novelty=novelty)
    return dataset.map_batches(say, batch_size=AT_ONCE, batch_format="numpy", num_cpus=1)


def _with_predictions(columns: Columns, *, estimator: Any, novelty: bool) -> Columns:
    said = dict(columns)
    if not len(next(iter(columns.values()))):
        return said
    X = piece_of_columns(columns, "the dataset", labelled=False).X
    with limited_threads(1):
        if len(getattr(estimator, "classes_", ())):
            said["prediction"], probabilities = estimator.labels_and_probabilities(X)
            for label, of_class in zip(estimator.classes_, probabilities.T, strict=True):
                said[f"probability_{label}"] = np.ascontiguousarray(of_class)
        else:
            said["prediction"] = estimator.predict(X)
        if novelty:
            said["novelty"] = estimator.novelty(X)
    return said
