"""Predictions of a Ray Dataset: its rows, with columns of what is said of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from physembed._threads import limited_threads
from physembed.data.cases import shown
from physembed.data.pieces.columns import Columns, piece_of_columns
from physembed.data.pieces.ray_dataset import is_ray_dataset
from physembed.errors import DatasetError, InvalidInputError
from physembed.estimators.answering import BATCH_OF_PREDICTION
from physembed.estimators.pieces_out import check_can_say, names_said, said_of

MOST_NAMING = 3
"""Columns of a row that tell in a message which it is."""


def predict_dataset(estimator: Any, dataset: Any, *, novelty: bool = False) -> Any:
    """A Ray Dataset with what a fitted classifier or regressor says of each of its rows.

    Parameters
    ----------
    estimator : fitted classifier or regressor
    dataset : ray.data.Dataset
        Columns called as those that were fitted to, in any order, with labels or without.
    novelty : bool, default=False
        Whether a last column says how often a case like those of training is as far from them.

    Returns
    -------
    ray.data.Dataset
        The same rows with further columns: ``prediction``, ``probability_CLASS`` of each class,
        and ``novelty``. The first row is read and looked at before it is given; else nothing is
        predicted before it is asked for, as ever with Ray; each block by a task of one thread, and
        blocks that are lost with a worker anew.

    Raises
    ------
    InvalidInputError, NotFittedError
        If it is no Ray Dataset, has a column called as one of those that are added, or the
        estimator does not say what is asked for.
    DatasetError
        If its columns or its first row are not as those of fit. What is wrong with another row is
        told when it is read, with the row, within an error of Ray's.

    Examples
    --------
    .. code-block:: python

        told = predict_dataset(classifier, ray.data.read_parquet("s3://bucket/cases"))
        told.select_columns(["id", "prediction"]).write_parquet("s3://bucket/predicted")
    """
    check_can_say(estimator, novelty=novelty)
    if not is_ray_dataset(dataset):
        raise InvalidInputError(
            f"dataset is a {type(dataset).__name__}; a ray.data.Dataset is accepted."
        )
    say = partial(_with_predictions, estimator=estimator, novelty=novelty)
    batches = dataset.limit(1).iter_batches(batch_size=1, batch_format="numpy")
    first: Columns = next(iter(batches), {})
    schema = None if first else dataset.schema()
    names = schema.names if schema is not None else list(first)
    taken = [name for name in names_said(estimator, novelty=novelty) if name in names]
    if taken:
        raise InvalidInputError(
            f"dataset has a column {taken[0]!r}, as what is predicted is called: "
            f"rename_columns({{{taken[0]!r}: ...}}) or drop_columns([{taken[0]!r}]) first."
        )
    if first:
        say(first)
    elif schema is not None:
        return _without_rows(schema, estimator, novelty=novelty)
    return dataset.map_batches(
        say, batch_size=BATCH_OF_PREDICTION, batch_format="numpy", num_cpus=1
    )


def _without_rows(schema: Any, estimator: Any, *, novelty: bool) -> Any:
    """A dataset of no rows with all columns, which Ray forgets where no function is called."""
    import pyarrow as pa
    import ray.data

    fields = [pa.field(name, kind) for name, kind in zip(schema.names, schema.types, strict=True)]
    table = pa.schema(fields).empty_table()
    labels = getattr(estimator, "classes_", np.empty(0))[:0]
    for name in names_said(estimator, novelty=novelty):
        column = labels if name == "prediction" else np.empty(0)
        table = table.append_column(name, pa.array(column.tolist(), _arrow_of(column)))
    return ray.data.from_arrow(table)


def _arrow_of(column: Any) -> Any:
    import pyarrow as pa

    return pa.string() if column.dtype.kind in "US" else pa.from_numpy_dtype(column.dtype)


def _with_predictions(columns: Columns, *, estimator: Any, novelty: bool) -> Columns:
    """The columns of a batch and what is said of its rows.

    Raises
    ------
    DatasetError
        With the row that is not as those of fit.
    """

    def say(end: int, first: int = 0, place: str = "the dataset") -> Columns:
        some = {name: values[first:end] for name, values in columns.items()}
        piece = piece_of_columns(some, place, labelled=False, wanted=estimator.columns_)
        return said_of(estimator, piece.X, place, novelty=novelty)

    n_rows = len(next(iter(columns.values())))
    with limited_threads(1):
        try:
            return dict(columns) | say(n_rows)
        except DatasetError as error:
            row = _first_refused(say, n_rows)
            place = _called(columns, row, estimator)
            # which may be right by itself, and of another length than the rows before
            alone = _error_of(partial(say, row + 1, row, place))
            raise alone or DatasetError(f"{place}: {error}") from error


def _first_refused(say: Callable[[int], Columns], n_rows: int) -> int:
    """The row with which the rows up to it are refused, by halves."""
    good, bad = 0, n_rows
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (good, middle) if _error_of(partial(say, middle)) else (middle, bad)
    return bad - 1


def _error_of(work: Callable[[], Any]) -> DatasetError | None:
    try:
        work()
    except DatasetError as error:
        return error
    return None


def _called(columns: Columns, row: int, estimator: Any) -> str:
    """A row by what stands in it beside the series, since rows of a dataset have no numbers."""
    of_series = estimator.columns_
    beside = {
        name: values[row]
        for name, values in columns.items()
        if np.ndim(values[row]) == 0 and name not in of_series
    }
    if not of_series:
        # nobody knows which numbers are timepoints
        beside = {name: value for name, value in beside.items() if isinstance(value, str)}
    told = [f"{name}={shown(value)}" for name, value in list(beside.items())[:MOST_NAMING]]
    place = f"row {row} of a batch of {len(next(iter(columns.values())))} of the dataset"
    return f"{place} ({', '.join(told)})" if told else place
