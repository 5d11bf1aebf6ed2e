"""`physembed predict`: classes and probabilities for the series in a file."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import RunFolder


def predict(
    run: RunFolder,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Series in .ts, .tsv, .csv, .npy or .npz. A .csv holds one case per line, "
            "comma-separated, without labels; a header is allowed.",
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
    """Predict the classes of series; cases are counted from 0."""
    from physembed._files import write_text_atomically
    from physembed.data import check_collection, read_series_file
    from physembed.errors import RunFolderError
    from physembed.estimators import load

    if out is not None and out.exists() and not overwrite:
        raise RunFolderError(f"{out} exists; choose another --out, or pass --overwrite.")
    series = check_collection(read_series_file(file), argument=str(file))
    classifier = load(run)
    probabilities = classifier.predict_proba(series)
    predictions = classifier.classes_[probabilities.argmax(axis=1)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["case", "prediction", *(f"probability_{label}" for label in classifier.classes_)]
    )
    for case, (prediction, row) in enumerate(zip(predictions, probabilities, strict=True)):
        writer.writerow([case, prediction, *(f"{probability:.6f}" for probability in row)])
    if out is None:
        typer.echo(text.getvalue(), nl=False)
    else:
        write_text_atomically(out, text.getvalue())
