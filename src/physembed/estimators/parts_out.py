"""Predictions of parts: a table for each, written whole or not at all, wherever it is computed."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from physembed._checks import check_choice
from physembed._files import file_replaced_atomically
from physembed._threads import limited_threads
from physembed.data.containers import to_numpy
from physembed.data.pieces.part_files import PART_READERS, beside_parts, parts_in
from physembed.errors import DatasetError
from physembed.estimators.piece_options import BACKENDS
from physembed.estimators.pieces_out import (
    bounds_of,
    check_can_say,
    names_said,
    rows_of,
    said_of,
)


def predict_parts(
    estimator: Any,
    folder: str | Path,
    out: str | Path,
    *,
    novelty: bool = False,
    backend: str = "here",
    address: str | None = None,
) -> Iterator[tuple[int, int]]:
    """Predict every part of a folder into a table of another one; what is there is not repeated.

    Parameters
    ----------
    estimator : fitted classifier or regressor
    folder : str or Path
        Of .npz or .parquet parts; labels in them are not looked at. Columns of tables are found by
        the names that they had in fit.
    out : str or Path
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
    InvalidInputError, NotFittedError
        If the estimator does not say what is asked for.
    DatasetError
        If there are no parts, or one is not right, with its name.

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import physembed as pe
    >>> from aeon.datasets import load_gunpoint
    >>> X, y = load_gunpoint(split="train")
    >>> Path("parts").mkdir()
    >>> np.savez("parts/first.npz", X=X, y=y)
    >>> fitted = pe.BaselineClassifier("spectral", random_state=0).fit(X, y)
    >>> list(pe.estimators.predict_parts(fitted, "parts", "predicted"))
    [(0, 1), (1, 1)]
    """
    folder, out = Path(folder), Path(out)
    check_can_say(estimator, novelty=novelty)
    check_choice("backend", backend, BACKENDS)
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


def predict_part(estimator: Any, part: Path, table: Path, *, novelty: bool = False) -> None:
    """Predict one part into its table.

    Raises
    ------
    DatasetError
        With the name of the part, and the case from which it counts.
    """
    read = PART_READERS[part.suffix.lower()]
    piece = read(part, labelled=False, wanted=estimator.columns_)
    series = to_numpy(piece.X)
    with (
        file_replaced_atomically(table) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["case", *names_said(estimator, novelty=novelty)])
        for first, end in bounds_of(series):
            said = said_of(estimator, series[first:end], str(part), first=first, novelty=novelty)
            writer.writerows([case, *row] for case, row in enumerate(rows_of(said), start=first))


def _predict_in_worker(estimator: Any, part: Path, table: Path, novelty: bool) -> None:
    with limited_threads(1):
        predict_part(estimator, part, table, novelty=novelty)
