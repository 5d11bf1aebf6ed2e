"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from physembed._devices import TRAINING_DEVICES
from physembed.data.catalogue import CATALOGUE
from physembed.errors import InvalidInputError

SPLITS = tuple(dict.fromkeys(split for entry in CATALOGUE.values() for split in entry.splits))


DatasetName = Annotated[
    str,
    typer.Argument(
        metavar="DATASET",
        help="Name of a data set (see: physembed datasets list), or a file or folder of your own.",
    ),
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
Training = Annotated[
    str | None,
    typer.Option(
        metavar="auto|designed|gradient|projection|selection",
        help="How physical models are trained; default: each model's own way.",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        metavar="|".join(TRAINING_DEVICES),
        help="Where networks are trained and predict; `auto`: on a GPU where one is and pays.",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="Threads; default: one for small work, else one per core."
    ),
]
Split = Annotated[
    str,
    typer.Option(
        metavar="|".join(SPLITS),
        help="How cases are divided; all but `official`: SpokenDigits only.",
    ),
]
Datasets = Annotated[
    list[str],
    typer.Argument(
        metavar="DATASET...",
        help="Names (see: physembed datasets list), or files or folders of your own.",
    ),
]
GridFolder = Annotated[
    Path, typer.Option(metavar="DIR", help="Folder of the results; goes on if it has some.")
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Repeat runs that are finished already.")
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
    parts = [name.strip() for name in text.split(",")]
    if not all(parts):
        raise InvalidInputError(
            f"{option} must be names separated by commas, such as nlse,linear; got {text!r}."
        )
    return parts
