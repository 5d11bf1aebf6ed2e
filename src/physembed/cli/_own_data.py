"""The options by which a command takes a file or folder of one's own, and what it says of it."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from physembed.data.own.description import Description

OWN = "Data of one's own (a file or folder), where it is not found out by rule"
PARTS = "Estimate without a test set, of data of one's own"


def _column(text: str) -> Any:
    return typer.Option(metavar="COLUMN", help=text, rich_help_panel=OWN)


def described(
    *,
    layout: Annotated[
        str | None,
        typer.Option(
            metavar="wide|long|recording",
            help="A row is a case; a moment of a case that --case names; a moment of a recording.",
            rich_help_panel=OWN,
        ),
    ] = None,
    label: Annotated[str | None, _column("Class labels: a name, or a number from 1.")] = None,
    case: Annotated[str | None, _column("The case that a row is a moment of.")] = None,
    time: Annotated[str | None, _column("Times, or `none`.")] = None,
    group: Annotated[
        str | None, _column("What belongs together: a machine, a subject, a day.")
    ] = None,
    channels: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...", help="Columns of the channels, else all.", rich_help_panel=OWN
        ),
    ] = None,
    window: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Timepoints of a window of a recording.", rich_help_panel=OWN
        ),
    ] = None,
    hop: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Timepoints from one window to the next; default: a window.",
            rich_help_panel=OWN,
        ),
    ] = None,
    intervals: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A table of start, end and label, in place of --label.",
            rich_help_panel=OWN,
        ),
    ] = None,
    mixed: Annotated[
        str,
        typer.Option(
            metavar="majority|drop",
            help="A window in which the label changes has that of most timepoints, or is left out.",
            rich_help_panel=OWN,
        ),
    ] = "majority",
    sampling_rate: Annotated[
        float | None,
        typer.Option(metavar="HERTZ", help="Timepoints a second.", rich_help_panel=OWN),
    ] = None,
    time_format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT", help="Of times, such as '%d.%m.%Y %H:%M:%S'.", rich_help_panel=OWN
        ),
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(metavar="CHARACTER", help="What divides cells.", rich_help_panel=OWN),
    ] = None,
    decimal: Annotated[
        str | None,
        typer.Option(metavar="MARK", help="The decimal mark: . or ,", rich_help_panel=OWN),
    ] = None,
    header: Annotated[
        bool | None,
        typer.Option(help="Whether the first line holds names.", rich_help_panel=OWN),
    ] = None,
    test: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Cases to test on, in place of folds.", rich_help_panel=PARTS
        ),
    ] = None,
    folds: Annotated[
        int,
        typer.Option(metavar="N", help="Parts that are left out in turn.", rich_help_panel=PARTS),
    ] = 5,
    repeats: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="How often cases are divided anew; default: by their number.",
            rich_help_panel=PARTS,
        ),
    ] = None,
) -> "Description":
    """What is said of the data, as the library knows it."""
    from physembed.cli._options import names
    from physembed.data.formats.text_table import TableOptions
    from physembed.data.own.description import Description

    return Description(
        TableOptions(
            "\t" if delimiter == "\\t" else delimiter,
            decimal,
            header,
            label=label,
            case=case,
            time=time,
        ),
        layout=layout,
        channels=None if channels is None else tuple(names(channels, "--channels")),
        group=group,
        window=window,
        hop=hop,
        intervals=None if intervals is None else str(intervals),
        mixed=mixed,
        sampling_rate=sampling_rate,
        time_format=time_format,
        test=None if test is None else str(test),
        folds=folds,
        repeats=repeats,
    )


def takes_own_data(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose argument ``description`` is made of the options of :func:`described`."""
    options = inspect.signature(described).parameters
    own = inspect.signature(command)

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        said = {name: arguments.pop(name) for name in options}
        command(**arguments, description=described(**said))

    before = [p for p in own.parameters.values() if p.name != "description"]
    as_options = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in before]
    with_options.__signature__ = own.replace(  # type: ignore[attr-defined]
        parameters=[*as_options, *options.values()]
    )
    annotations = command.__annotations__ | described.__annotations__
    del annotations["description"]
    with_options.__annotations__ = annotations | {"return": None}
    return with_options


def say_understood(data: Path, description: "Description") -> None:
    """Say what was understood of a file or folder, with its first case as a sketch."""
    from physembed.cli._console import say, say_facts
    from physembed.cli._errors import report
    from physembed.data.own.loading import division_of, labelled
    from physembed.data.own.told import division_in_words, facts_of, sketch

    cases = labelled(data, description)
    facts = {"data": cases.source, **facts_of(cases)}
    warnings: tuple[str, ...] = ()
    if description.test is None:
        division = division_of(data, description)
        facts["estimate"] = division_in_words(division)
        warnings = division.warnings
    else:
        tested = labelled(Path(description.test).expanduser(), description)
        facts["estimate"] = f"{len(tested):,} test cases of {tested.source}"
    say_facts(facts)
    say()
    say(f"{cases.names[0]}, class {cases.labels[0]}, channel {cases.channels[0]}:")
    for line in sketch(cases.series[0][0]):
        say(f"  {line}")
    for warning in warnings:
        report(f"{warning}.", label="Warning: ", style="yellow")
