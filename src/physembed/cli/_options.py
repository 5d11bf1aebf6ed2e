"""Arguments and options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from physembed.errors import InvalidInputError


class Device(StrEnum):
    """Where networks are trained."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class Training(StrEnum):
    """How physical models are trained."""

    AUTO = "auto"
    DESIGNED = "designed"
    GRADIENT = "gradient"
    PROJECTION = "projection"


class Split(StrEnum):
    """How training and test cases are divided."""

    OFFICIAL = "official"
    TEN_FOLD = "10-fold"
    LEAVE_ONE_SPEAKER_OUT = "leave-one-speaker-out"


DatasetName = Annotated[
    str, typer.Argument(metavar="DATASET", help="Name of a data set; see: physembed datasets list")
]
RunFolder = Annotated[
    Path, typer.Argument(metavar="RUN", help="Folder that `physembed train` wrote.")
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Folder with data sets; else PHYSEMBED_DATA, else the user's cache folder.",
    ),
]
MaxEpochs = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Epochs of gradient training, or most steps in each rung of a search; models whose "
        "physics is designed have neither. Default: each model's own.",
    ),
]
TrainingName = Annotated[
    Training | None,
    typer.Option(help="How physical models are trained; default: each model's own way."),
]
DeviceName = Annotated[Device, typer.Option(help="Where networks are trained.")]
SplitName = Annotated[
    Split, typer.Option(help="How cases are divided; all but `official`: SpokenDigits only.")
]
Models = Annotated[
    str,
    typer.Option(
        metavar="A,B,...", help="Models, separated by commas, or `all`; see: physembed models"
    ),
]
Jobs = Annotated[
    int,
    typer.Option(metavar="J", help="Processes at work at once, each with one thread; -1: all."),
]
Seeds = Annotated[int, typer.Option(metavar="N", help="Seeds 0 ... N - 1.")]


def names(text: str, option: str) -> list[str]:
    """The names in a list separated by commas."""
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise InvalidInputError(
            f"{option} must be names separated by commas, such as nlse,linear; got {text!r}."
        )
    return found
