"""`physembed export`: a kept model as a program of C or a model of ONNX."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from physembed.cli._options import DataDir, RunFolder
from physembed.cli._table_options import Label
from physembed.errors import InvalidInputError

if TYPE_CHECKING:
    from physembed.deploy import Exported

UNITS = {"": 1, "K": 1024, "M": 1024**2}


class Target(StrEnum):
    """What a model is written as."""

    C = "c"
    ONNX = "onnx"


class Readout(StrEnum):
    """What weights are stored in."""

    FLOAT32 = "float32"
    INT8 = "int8"
    INT4 = "int4"


class Number(StrEnum):
    """What samples come as, and what is computed in."""

    FLOAT32 = "float32"
    INT16 = "int16"


def export(
    run: RunFolder,
    *,
    to: Annotated[Target, typer.Option(help="What the model is written as.")],
    out: Annotated[
        Path, typer.Option(metavar="PLACE", help="Folder of the program, or file of ONNX.")
    ],
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="What every name in C begins with; default: the folder's name."
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="Compare on the test cases of a data set, or the series of a file, which is "
            "understood as predict does, with or without labels; default: made-up series.",
        ),
    ] = None,
    label: Label = None,
    vectors: Annotated[
        int, typer.Option(metavar="N", help="Test vectors that go with the program.")
    ] = 8,
    max_ram: Annotated[
        str | None,
        typer.Option(metavar="BYTES", help="Memory that it may ask for, such as 16K."),
    ] = None,
    readout: Annotated[
        Readout | None,
        typer.Option(
            help="Numbers that the program's weights are stored in; default: as they were learnt, "
            "float32 but for weight_bits of 4 and 8."
        ),
    ] = None,
    number: Annotated[
        Number | None,
        typer.Option(
            help="Numbers that the program computes in; int16 is for tiny-integer, whose default "
            "it is, tiny and auditory."
        ),
    ] = None,
    input: Annotated[
        Number | None,
        typer.Option(help="Numbers in which samples come to the program; default: as --number."),
    ] = None,
    hop: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Samples from one window to the next: the program also takes them one by one.",
        ),
    ] = None,
    opset: Annotated[int, typer.Option(metavar="N", help="Of ONNX.")] = 18,
    data_dir: DataDir = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier export.")
    ] = False,
) -> None:
    """Write a model as C for a microcontroller, or as ONNX, and show that it says the same."""
    from physembed.cli._console import say_facts, standard_error
    from physembed.cli._errors import FAILED_WORK, report
    from physembed.deploy import export as export_model
    from physembed.estimators import load

    if data is not None and not data.strip():
        raise InvalidInputError(f"--data must be a file, folder or data set, got {data!r}.")
    if label is not None and (data is None or not Path(data).is_file()):
        raise InvalidInputError("--label names a column of the file that --data names.")
    if to is Target.ONNX and (name is not None or max_ram is not None):
        raise InvalidInputError("--name and --max-ram are of --to c.")
    memory = None if max_ram is None else _bytes(max_ram)
    estimator = load(run)
    series, labels = None, None
    if data is not None:
        series, labels = _cases(data, label, data_dir, run, estimator)
    standard_error().print(f"writing {to.value} to {out} ...", highlight=False)
    exported = export_model(
        estimator,
        to.value,
        out,
        name=name,
        data=series,
        labels=labels,
        vectors=vectors,
        max_ram=memory,
        readout=None if readout is None else readout.value,
        number=None if number is None else number.value,
        input=None if input is None else input.value,
        hop=hop,
        opset=opset,
        overwrite=overwrite,
    )
    say_facts(_facts(exported))
    if not exported.agrees:
        report("what was written does not agree with the model everywhere; see the report.")
        raise typer.Exit(FAILED_WORK)


def _facts(exported: "Exported") -> dict[str, str]:
    """What is said of an export."""
    from physembed.deploy.report import whole_series

    record = exported.report
    facts = {"written": str(exported.path)}
    for place, row in record["agreement"].items():
        ties = f", {len(row['ties'])} on a tie" if row["ties"] else ""
        facts[place] = (
            f"{row['same_class']:,} of {row['cases']:,} cases the same class, "
            f"{row['within']:,} the same scores{ties}"
        )
    if record["bridged"]:
        facts["takes"] = whole_series(record["timepoints"])
    if "right" in record:
        right = record["right"]
        in_python = f"{right['model']:,} in Python"
        facts["right"] = (
            f"{right['written']:,} of {right['cases']:,} cases ({in_python})"
            if "written" in right
            else f"{in_python} of {right['cases']:,} cases; what was written could not be run"
        )
    if "memory_bytes" in record:
        facts["memory"] = f"{record['memory_bytes']:,} bytes"
    for target in record.get("targets", ()):
        counted = target["instructions"]
        ran = "" if counted is None else f", {counted:,} instructions a window"
        facts[target["target"]] = f"{target['flash']:,} bytes of flash{ran}"
    if "rounded" in record:
        rounded = record["rounded"]
        facts[rounded.get("readout", rounded.get("number"))] = (
            f"{rounded['same_class']:,} of {rounded['cases']:,} cases the class of the model"
        )
    if record.get("not_at_hand"):
        facts["not at hand"] = "; ".join(record["not_at_hand"])
    return facts


def _bytes(text: str) -> int:
    """A number of bytes, perhaps in K or M of 1,024."""
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    if unit not in UNITS or not number.isdecimal() or not int(number):
        raise InvalidInputError(f"--max-ram must be bytes such as 16384 or 16K, got {text!r}.")
    return int(number) * UNITS[unit]


def _cases(
    data: str, label: str | None, data_dir: Path | None, run: Path, estimator: Any
) -> tuple[Any, Any]:
    """Series and classes of a file, read as `predict` does, or of a data set's test cases.

    Classes are None, which is said, where the file does not tell them, or others than the model's.
    """
    from physembed.cli._labels_as_trained import labels_as_trained
    from physembed.data import load_dataset
    from physembed.data.loading import own_place
    from physembed.data.own.loading import WHOLE
    from physembed.experiments.evaluation import description_of

    if Path(data).is_file():
        return _of_file(Path(data), label, run, estimator)
    if own_place(data, data_dir) is not None:
        dataset = load_dataset(data, data_dir, split=WHOLE, description=description_of(run))
        series, labels = dataset.X_train, dataset.y_train
    else:
        dataset = load_dataset(data, data_dir)
        estimator.preparation_.check_interval(dataset.sampling_interval, data)
        series, labels = dataset.X_test, dataset.y_test
    return series, labels_as_trained(labels, estimator, data)


def _of_file(file: Path, label: str | None, run: Path, estimator: Any) -> tuple[Any, Any]:
    """Windows of a recording, or cases, as `predict` understands the file."""
    import numpy as np

    from physembed.cli._labels_as_trained import labels_as_trained
    from physembed.cli._series_as_trained import cases_of_file
    from physembed.cli._windows_of_recording import windows_of_file, windows_of_training
    from physembed.data.formats.series_files import joined
    from physembed.data.formats.text_table import TableOptions
    from physembed.data.own.description import Description
    from physembed.errors import DatasetError

    table = TableOptions(label=label)
    windows = windows_of_training(run, file, table, None, live=False)
    if windows is not None:
        description = Description(table, window=windows[0], hop=windows[1])
        # whose label a window has where labels change in it is for `evaluate` to say
        cut = windows_of_file(estimator, run, file, description)
        why = "windows have no labels here, physembed evaluate compares them"
        return cut, labels_as_trained(None, estimator, str(file), unlabelled=why)
    pieces = list(cases_of_file(estimator, run, file, table, labels=True))
    if not pieces:
        raise DatasetError(f"{file} has no cases.")
    told = [piece.labels for piece in pieces if piece.labels is not None]
    labels = np.concatenate(told) if len(told) == len(pieces) else None
    series = joined([piece.series for piece in pieces])
    return series, labels_as_trained(labels, estimator, str(file))
