"""`physembed predict`: what a kept model says of the series in a file, however large."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from physembed.cli._options import RunFolder, names
from physembed.cli._predict_windows import rows_of_windows
from physembed.cli._series_as_trained import cases_of_file
from physembed.cli._table_options import (
    TABLES,
    Case,
    Channels,
    Decimal,
    Delimiter,
    Header,
    Hop,
    Label,
    Time,
    TimeFormat,
    Window,
    delimiter_said,
)
from physembed.cli._windows_of_recording import STANDARD_INPUT, windows_of_training

if TYPE_CHECKING:
    from physembed.data.cases import Cases

PARTS = "A folder of parts, each predicted into a table in --out"
"""Heading of options in the help."""


def predict(
    run: RunFolder,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Series in .ts, .tsv, .csv, .parquet, .feather, .arff, .npy, .npz or .wav. A "
            "table holds one case per line, or with --case or --time one timepoint per line, or "
            "with --window one recording of any length, - for standard input; what is not said is "
            "found out by rule.",
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
    delimiter: Delimiter = None,
    decimal: Decimal = None,
    header: Header = None,
    index: Annotated[
        bool | None,
        typer.Option(help="Whether its first column names the cases.", rich_help_panel=TABLES),
    ] = None,
    label: Label = None,
    case: Case = None,
    time: Time = None,
    time_format: TimeFormat = None,
    sampling_interval: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="Between two timepoints, where the file does not say.",
            rich_help_panel=TABLES,
        ),
    ] = None,
    window: Window = None,
    hop: Hop = None,
    every: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="Tell the mean of N windows after each other in a row.",
            rich_help_panel=TABLES,
        ),
    ] = 1,
    channels: Channels = None,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", help="Read on as the file grows, until Ctrl-C.", rich_help_panel=TABLES
        ),
    ] = False,
    novelty: Annotated[
        bool,
        typer.Option(
            "--novelty",
            help="Add a column: how often a case like those of training is as far from them.",
        ),
    ] = False,
    backend: Annotated[
        str,
        typer.Option(metavar="here|ray", help="Where they are predicted.", rich_help_panel=PARTS),
    ] = "here",
    address: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Of a Ray cluster.", rich_help_panel=PARTS),
    ] = None,
    resample: Annotated[
        bool,
        typer.Option(
            "--resample",
            help="Resample what is sampled otherwise than the training series.",
            rich_help_panel=TABLES,
        ),
    ] = False,
) -> None:
    """Predict series; cases are called as the file calls them, or counted from 0.

    Recordings are cut, padded and scaled as those that the model was trained on. Files may be
    larger than the memory. A folder of .npz or .parquet parts becomes a folder of tables.
    """
    from physembed._files import file_replaced_atomically
    from physembed.cli._errors import INTERRUPTED, report
    from physembed.data.formats.text_table import TableOptions
    from physembed.data.own.description import Description
    from physembed.errors import DatasetError, InvalidInputError, RunFolderError
    from physembed.estimators import load

    of_windows = {
        "--hop": hop,
        "--every": every if every > 1 else None,
        "--channels": channels,
        "--time-format": time_format,
    }
    if file.is_dir():
        from physembed.cli._parts import predict_all_parts

        _refuse_idle(
            f"{file} is a folder of parts, which are taken as they are",
            {
                **{"--delimiter": delimiter, "--decimal": decimal, "--header": header},
                **{"--index": index, "--label": label, "--case": case, "--time": time},
                **{"--window": window, "--follow": follow or None, **of_windows},
                **{"--sampling-interval": sampling_interval, "--resample": resample or None},
                **{"--overwrite": overwrite or None},
            },
        )
        predict_all_parts(load(run), file, out, novelty=novelty, backend=backend, address=address)
        return
    _refuse_idle(
        f"{file} is no folder of parts",
        {"--backend": None if backend == "here" else backend, "--address": address},
    )
    if out is not None and out.exists() and not overwrite:
        raise RunFolderError(f"{out} exists; choose another --out, or pass --overwrite.")
    table = TableOptions(delimiter_said(delimiter), decimal, header, index, label, case, time)
    estimator = load(run)
    if not hasattr(estimator, "predict") or hasattr(estimator, "iterative_forecast"):
        raise InvalidInputError(
            f"{run} holds a {type(estimator).__name__}, which predicts nothing of cases; load it "
            "in Python."
        )
    named = None if channels is None else tuple(names(channels, "--channels"))
    live = follow or str(file) == STANDARD_INPUT
    if window is None and hop is None and header is None and index is None:
        window, hop = windows_of_training(run, file, table, named, live=live) or (None, None)
    if window is not None:
        rate = None if sampling_interval is None else 1 / sampling_interval
        description = Description(
            table,
            window=window,
            hop=hop,
            sampling_rate=rate,
            channels=named,
            time_format=time_format,
        )
        rows = rows_of_windows(
            estimator, run, file, description, every=every, follow=follow, novelty=novelty
        )
    else:
        if live:
            raise InvalidInputError("--follow and standard input need --window.")
        _refuse_idle("they say how windows are taken, which --window asks for", of_windows)
        pieces = cases_of_file(
            estimator,
            run,
            file,
            table,
            sampling_interval=sampling_interval,
            resample=resample,
        )
        rows = _rows(estimator, file, pieces, novelty=novelty)
    # what is wrong with the first cases is said before anything is written
    first = list(islice(rows, 2))
    if len(first) < 2:
        raise DatasetError(f"{file} ends before there is a window of {window} timepoints.")
    if out is None:
        _write(chain(first, rows), sys.stdout, live=live)
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


def _refuse_idle(why: str, options: Mapping[str, Any]) -> None:
    """Refuse options that would change nothing."""
    from physembed.errors import InvalidInputError

    given = [name for name, value in options.items() if value is not None]
    if given:
        raise InvalidInputError(f"{', '.join(given)}: {why}.")


def _write(rows: Iterable[list[Any]], stream: TextIO, *, live: bool = False) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    if not live:
        writer.writerows(rows)
        return
    for row in rows:
        writer.writerow(row)
        # who reads along waits for every row
        stream.flush()


def _rows(
    estimator: Any, file: Path, pieces: "Iterator[Cases]", *, novelty: bool
) -> Iterator[list[Any]]:
    """The names of the columns, and what is predicted for one case after the other."""
    from physembed.estimators.pieces_out import names_said, rows_of, said_of

    yield ["case", *names_said(estimator, novelty=novelty)]
    n_before = 0
    for cases in pieces:
        said = said_of(estimator, cases, str(file), first=n_before, novelty=novelty)
        counted = range(n_before, n_before + len(cases))
        called = counted if cases.names is None else cases.names
        for case, row in zip(called, rows_of(said), strict=True):
            yield [case, *row]
        n_before += len(cases)
