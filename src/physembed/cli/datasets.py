"""`physembed datasets`: what can be used, what it is, and how to get it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from physembed.data import CatalogueEntry, Dataset

app = typer.Typer(help="List, describe and fetch data sets.", no_args_is_help=True)

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Data folder. Default: the variable PHYSEMBED_DATA, else the user's cache folder.",
    ),
]
Name = Annotated[str, typer.Argument(help="Name of a data set, such as SpokenDigits.")]


@app.command("list")
def list_datasets(data_dir: DataDir = None) -> None:
    """List the data sets that can be used, and those that can be fetched."""
    from rich.console import Console
    from rich.table import Table

    from physembed.data import CATALOGUE, dataset_names, resolve_data_dir

    table = Table(box=None)
    table.add_column("data set", no_wrap=True)
    for heading in ("train", "test", "channels", "timepoints", "classes"):
        table.add_column(heading, justify="right")
    table.add_column("where")
    for name, where in dataset_names(data_dir).items():
        entry = CATALOGUE.get(name)
        table.add_row(name, *(_sizes(entry) if entry else [""] * 5), where)
    console = Console()
    console.print(table)
    console.print(
        f"\nfolder: in the data folder, {resolve_data_dir(data_dir)}\n"
        "bundled: inside aeon\n"
        "simulated: made when it is loaded, and no measurement\n"
        "download: physembed datasets fetch NAME (so can any other set of the UCR/UEA archive)",
        soft_wrap=True,
        highlight=False,
    )


@app.command()
def info(name: Name, data_dir: DataDir = None) -> None:
    """Describe one data set; it is read if it is on this machine."""
    from rich.console import Console

    from physembed.data import CATALOGUE, dataset_names, load_dataset

    console = Console()
    if dataset_names(data_dir).get(name) == "download":
        entry = CATALOGUE[name]
        table = _two_columns(name)
        table.add_row("about", entry.summary)
        headings = ("training cases", "test cases", "channels", "timepoints", "classes")
        for row in zip(headings, _sizes(entry), strict=True):
            table.add_row(*row)
        table.add_row("where", f"not on this machine: physembed datasets fetch {name}")
        console.print(table)
        return
    console.print(_describe(load_dataset(name, data_dir)))


@app.command()
def fetch(name: Name, data_dir: DataDir = None) -> None:
    """Download one data set into the data folder, verified and complete."""
    from rich.console import Console

    from physembed.data import fetch_dataset

    place = fetch_dataset(name, data_dir)
    Console().print(f"{name} is ready: {place}", soft_wrap=True, highlight=False)


def _sizes(entry: "CatalogueEntry") -> list[str]:
    return [
        str(entry.n_train),
        str(entry.n_test),
        str(entry.n_channels),
        "varies" if entry.n_timepoints is None else str(entry.n_timepoints),
        str(entry.n_classes),
    ]


def _two_columns(title: str) -> "Table":
    from rich.table import Table

    table = Table(title=title, show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _describe(dataset: "Dataset") -> "Table":
    from physembed.data import CATALOGUE
    from physembed.data.catalogue import splits_of

    table = _two_columns(dataset.name)
    if dataset.name in CATALOGUE:
        table.add_row("about", CATALOGUE[dataset.name].summary)
    lengths = [series.shape[1] for X in (dataset.X_train, dataset.X_test) for series in X]
    shortest, longest = min(lengths), max(lengths)
    table.add_row("training cases", str(len(dataset.X_train)))
    table.add_row("test cases", str(len(dataset.X_test)))
    table.add_row("channels", str(dataset.X_train[0].shape[0]))
    table.add_row("timepoints", str(longest) if shortest == longest else f"{shortest}-{longest}")
    if dataset.sampling_interval is not None:
        table.add_row("sampling interval", f"{dataset.sampling_interval:g} s")
    counts = [f"{label} ({(dataset.y_train == label).sum()})" for label in dataset.classes]
    table.add_row("classes (training cases)", ", ".join(counts))
    folds = [f"{split} ({n})" for split, n in splits_of(dataset.name).items()]
    table.add_row("splits (folds)", ", ".join(folds))
    table.add_row("source", dataset.source)
    table.add_row("SHA-256", dataset.digest)
    return table
