"""`physembed export`: a kept model as a program of C or a model of ONNX."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from physembed.cli._options import DataDir, RunFolder
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
            help="Compare on the test cases of a data set, or the series of a file; default: "
            "made-up series.",
        ),
    ] = None,
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

    if to is Target.ONNX and (name is not None or max_ram is not None):
        raise InvalidInputError("--name and --max-ram are of --to c.")
    memory = None if max_ram is None else _bytes(max_ram)
    estimator = load(run)
    series = None if data is None else _series(data, data_dir, run)
    standard_error().print(f"writing {to.value} to {out} ...", highlight=False)
    exported = export_model(
        estimator,
        to.value,
        out,
        name=name,
        data=series,
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
    record = exported.report
    facts = {"written": str(exported.path)}
    for place, row in record["agreement"].items():
        ties = f", {len(row['ties'])} on a tie" if row["ties"] else ""
        facts[place] = (
            f"{row['same_class']:,} of {row['cases']:,} cases the same class, "
            f"{row['within']:,} the same scores{ties}"
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


def _series(data: str, data_dir: Path | None, run: Path) -> Any:
    """Test cases of a data set, or what a file holds, understood as that of the run."""
    from physembed.data import load_dataset, read_series_file
    from physembed.data.loading import own_place
    from physembed.data.own.loading import WHOLE
    from physembed.experiments.evaluation import description_of

    file, description = Path(data), description_of(run)
    if description is not None and own_place(data, data_dir) is not None:
        return load_dataset(data, data_dir, split=WHOLE, description=description).X_train
    return read_series_file(file) if file.is_file() else load_dataset(data, data_dir).X_test
