"""Predictions of parts: a table for each, written whole or not at all, wherever it is computed."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_choice
from physembed._files import file_replaced_atomically
from physembed._threads import limited_threads
from physembed.data.containers import to_numpy
from physembed.data.known_classes import places_among, places_by_name, refuse_unknown
from physembed.data.label_checks import labels_of
from physembed.data.pieces.part_files import PART_READERS, beside_parts, parts_in
from physembed.errors import DatasetError, InvalidInputError
from physembed.estimators.piece_options import BACKENDS

AT_ONCE = 4096
"""Cases that are predicted at once."""


def predict_parts(
    estimator: Any,
    folder: Path,
    out: Path,
    *,
    novelty: bool = False,
    backend: str = "here",
    address: str | None = None,
) -> Iterator[tuple[int, int]]:
    """Predict every part of a folder into a table of another one; what is there is not repeated.

    Parameters
    ----------
    estimator : fitted classifier or regressor
    folder : Path
        Of .npz or .parquet parts; labels in them are not looked at.
    out : Path
        For each part a .csv of its name: case, prediction, and the probability of each class.
    novelty : bool, default=False
        Whether a last column says how often a case like those of training is as far from them.
    backend : {"here", "ray"}, default="here"
    address : str or None, default=None
        Of a Ray cluster, whose nodes see both folders under the same paths.

    Yields
    ------
    (int, int)
        How many parts are predicted, and how many there are.

    Raises
    ------
    DatasetError
        If there are no parts, or one is not right, with its name.
    """
    check_choice("backend", backend, BACKENDS)
    if novelty and not getattr(estimator, "tells_novelty", False):
        raise InvalidInputError("the model has no measure of novelty.")
    parts = parts_in(folder)
    # refuses folders within it, whose parts would be left out
    beside_parts(folder)
    if not parts:
        raise DatasetError(
            f"{folder} holds no parts; files {' or '.join(PART_READERS)} are accepted."
        )
    tables = [(part, out / f"{part.stem}.csv") for part in parts]
    pending = [(part, table) for part, table in tables if not table.exists()]
    n_done = len(tables) - len(pending)
    yield n_done, len(tables)
    if backend == "here":
        for part, table in pending:
            predict_part(estimator, part, table, novelty=novelty)
            n_done += 1
            yield n_done, len(tables)
        return
    from physembed._cluster import connected

    with connected(address):
        import ray

        remote: Any = ray.remote(num_cpus=1, max_retries=20)(_predict_in_worker)
        everywhere = ray.put(estimator)
        given = [remote.remote(everywhere, part, table, novelty) for part, table in pending]
        while given:
            ready, given = ray.wait(given)
            try:
                ray.get(ready)
            except ray.exceptions.RayTaskError as error:
                raise error.cause from None
            n_done += len(ready)
            yield n_done, len(tables)


def confusion_in_parts(classifier: Any, folder: Path) -> NDArray[np.int64]:
    """How often cases of each class (rows) are taken for each (columns), over labelled parts.

    Parameters
    ----------
    classifier : fitted classifier
    folder : Path
        Of .npz or .parquet parts.

    Raises
    ------
    DatasetError
        If a part is not right, or has a label that the classifier does not know, with its name.
    """
    classes = classifier.classes_
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for part in parts_in(folder):
        piece = PART_READERS[part.suffix.lower()](part)
        X = to_numpy(piece.X)
        try:
            labels = labels_of(piece.y, len(X))
            places = places_by_name(labels, classes)
            refuse_unknown(labels, classes, places >= 0)
            for first in range(0, len(X), AT_ONCE):
                predicted = classifier.predict(X[first : first + AT_ONCE])
                columns = places_among(predicted, classes)
                np.add.at(counts, (places[first : first + AT_ONCE], columns), 1)
        except InvalidInputError as error:
            raise DatasetError(f"{part}: {error}") from error
    return counts


def predict_part(estimator: Any, part: Path, table: Path, *, novelty: bool = False) -> None:
    """Predict one part into its table.

    Raises
    ------
    DatasetError
        With the name of the part, and the case from which it counts.
    """
    X = to_numpy(PART_READERS[part.suffix.lower()](part, labelled=False).X)
    with (
        file_replaced_atomically(table) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(heading_of(estimator, novelty=novelty))
        for first in range(0, len(X), AT_ONCE):
            try:
                told = columns_of(estimator, X[first : first + AT_ONCE], novelty=novelty)
                writer.writerows([case, *row] for case, row in enumerate(told, start=first))
            except InvalidInputError as error:
                later = f", cases from {first} on" if first else ""
                raise DatasetError(f"{part}{later}: {error}") from error


def heading_of(estimator: Any, *, novelty: bool) -> list[str]:
    """The names of the columns of a table of predictions."""
    classes = getattr(estimator, "classes_", ())
    last = ["novelty"] if novelty else []
    return ["case", "prediction", *(f"probability_{label}" for label in classes), *last]


def columns_of(estimator: Any, X: Any, *, novelty: bool) -> Iterator[list[Any]]:
    """What is predicted of cases, in the order of :func:`heading_of`, less what a case is called.

    Raises
    ------
    InvalidInputError
        If the cases are not as those of fit, before the first is given.
    """
    if len(getattr(estimator, "classes_", ())):
        predicted, probabilities = estimator.labels_and_probabilities(X)
        others = [[f"{value:.6f}" for value in row] for row in probabilities]
    else:
        predicted = estimator.predict(X)
        others = [[] for _ in predicted]
    if novelty:
        for columns, value in zip(others, estimator.novelty(X), strict=True):
            columns.append(f"{value:.3g}")
    return ([label, *columns] for label, columns in zip(predicted, others, strict=True))


def _predict_in_worker(estimator: Any, part: Path, table: Path, novelty: bool) -> None:
    with limited_threads(1):
        predict_part(estimator, part, table, novelty=novelty)
