"""The options by which a command takes a file or folder of one's own, and what it says of it."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed.cli._table_options import (
    Case,
    Channels,
    Decimal,
    Delimiter,
    EstimateCases,
    Folds,
    Group,
    Header,
    Hop,
    Intervals,
    Label,
    Layout,
    Mixed,
    Repeats,
    SamplingRate,
    TestSet,
    Time,
    TimeFormat,
    Window,
    delimiter_said,
)

if TYPE_CHECKING:
    from physembed.data.own.description import Description


def described(
    *,
    layout: Layout = None,
    label: Label = None,
    case: Case = None,
    time: Time = None,
    group: Group = None,
    channels: Channels = None,
    window: Window = None,
    hop: Hop = None,
    intervals: Intervals = None,
    mixed: Mixed = "majority",
    sampling_rate: SamplingRate = None,
    time_format: TimeFormat = None,
    delimiter: Delimiter = None,
    decimal: Decimal = None,
    header: Header = None,
    test: TestSet = None,
    folds: Folds = 5,
    repeats: Repeats = None,
    estimate_cases: EstimateCases = None,
) -> "Description":
    """What is said of the data, as the library knows it."""
    from physembed.cli._options import names
    from physembed.data.formats.text_table import TableOptions
    from physembed.data.own.description import Description

    return Description(
        TableOptions(
            delimiter_said(delimiter),
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
        estimate_cases=estimate_cases,
    )


def takes_own_data(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose argument ``description`` is made of the options of :func:`described`."""
    options = inspect.signature(described).parameters
    of_command = inspect.signature(command)

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        said = {name: arguments.pop(name) for name in options}
        given = [name for name, option in options.items() if said[name] != option.default]
        _check_of_use(given, arguments)
        command(**arguments, description=described(**said))

    before = [p for p in of_command.parameters.values() if p.name != "description"]
    as_options = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in before]
    with_options.__signature__ = of_command.replace(  # type: ignore[attr-defined]
        parameters=[*as_options, *options.values()]
    )
    annotations = command.__annotations__ | described.__annotations__
    del annotations["description"]
    with_options.__annotations__ = annotations | {"return": None}
    return with_options


def _check_of_use(given: list[str], arguments: dict[str, Any]) -> None:
    """Refuse options that say how data of one's own is to be understood where there is none."""
    from physembed.cli._options import names
    from physembed.data.loading import own_place
    from physembed.errors import InvalidInputError

    datasets: Any = arguments.get("datasets", arguments.get("dataset")) or []
    if isinstance(datasets, str):
        datasets = names(datasets, "--datasets")
    if not given or any(own_place(name, arguments.get("data_dir")) for name in datasets):
        return
    options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
    raise InvalidInputError(
        f"{options}: for files and folders of one's own; {', '.join(map(str, datasets))} is a data "
        "set's name, and what it holds is known."
    )


def say_understood(data: Path, description: "Description") -> None:
    """Say what was understood of a file or folder, with its first case as a sketch."""
    from physembed.cli._console import say, say_facts
    from physembed.cli._errors import report
    from physembed.data.own.loading import division_of, labelled, test_set_of
    from physembed.data.own.told import division_in_words, facts_of, sketch

    cases = labelled(data, description)
    facts = {"data": cases.source, **facts_of(cases)}
    warnings = cases.warnings
    if description.test is None:
        division = division_of(data, description)
        facts["estimate"] = division_in_words(division)
        warnings += division.warnings
    else:
        tested = test_set_of(cases, description)
        facts["estimate"] = f"{len(tested):,} test cases of {tested.source}"
    say_facts(facts)
    say()
    say(f"{cases.names[0]}, class {cases.labels[0]}, channel {cases.channels[0]}:")
    for line in sketch(cases.series[0][0]):
        say(f"  {line}")
    for warning in warnings:
        report(f"{warning}.", label="Warning: ", style="yellow")
