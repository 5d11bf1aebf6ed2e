"""`physembed predict`: what a kept model says of the series in a file, however large."""

import csv
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from physembed.cli._options import RunFolder


def predict(
    run: RunFolder,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Series in .ts, .tsv, .csv, .npy, .npz or .wav. A .csv holds one case per line, "
            "comma-separated, without labels; a header and empty cells (missing values) are "
            "allowed.",
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="File to write; default: standard output."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it exists.")
    ] = False,
) -> None:
    """Predict series; cases are counted from 0. Files may be larger than the memory."""
    from physembed._files import file_replaced_atomically
    from physembed.cli._errors import INTERRUPTED, report
    from physembed.errors import RunFolderError
    from physembed.estimators import load

    if out is not None and out.exists() and not overwrite:
        raise RunFolderError(f"{out} exists; choose another --out, or pass --overwrite.")
    rows = _rows(load(run), run, file)
    # what is wrong with the first cases is said before anything is written
    first = [next(rows), next(rows)]
    if out is None:
        _write(chain(first, rows), sys.stdout)
        return
    try:
        with (
            file_replaced_atomically(out) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as stream,
        ):
            _write(chain(first, rows), stream)
    except KeyboardInterrupt:
        report(f"stopped; {out} is not written, and the same command begins anew.", label="")
        raise typer.Exit(INTERRUPTED) from None


def _write(rows: Iterable[list[Any]], stream: TextIO) -> None:
    csv.writer(stream, lineterminator="\n").writerows(rows)


def _rows(estimator: Any, run: Path, file: Path) -> Iterator[list[Any]]:
    """The names of the columns, and what is predicted for one case after the other."""
    from physembed.data import read_in_pieces
    from physembed.errors import DatasetError, InvalidInputError

    if not hasattr(estimator, "predict") or hasattr(estimator, "iterative_forecast"):
        raise InvalidInputError(
            f"{run} holds a {type(estimator).__name__}, which predicts nothing of cases; load it "
            "in Python."
        )
    classes = getattr(estimator, "classes_", ())
    yield ["case", "prediction", *(f"probability_{label}" for label in classes)]
    n_before = 0
    for series in read_in_pieces(file):
        try:
            if len(classes):
                probabilities = estimator.predict_proba(series)
                predicted = classes[probabilities.argmax(axis=1)]
                others = [[f"{value:.6f}" for value in row] for row in probabilities]
            else:
                predicted = estimator.predict(series)
                others = [[]] * len(predicted)
        except InvalidInputError as error:
            later = f", cases from {n_before} on" if n_before else ""
            raise DatasetError(f"{file}{later}: {error}") from error
        for case, (prediction, columns) in enumerate(zip(predicted, others, strict=True), n_before):
            yield [case, prediction, *columns]
        n_before += len(predicted)
