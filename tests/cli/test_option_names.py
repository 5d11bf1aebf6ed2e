"""What the command line names are the names that the library knows."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
import typer

from physembed._devices import DEVICES, TRAINING_DEVICES
from physembed.cli import _options
from physembed.cli._app import app
from physembed.cli._own_data import described
from physembed.cli.ablate import ablate
from physembed.cli.benchmark import benchmark
from physembed.cli.compare import compare
from physembed.cli.doctor import doctor
from physembed.cli.evaluate import evaluate
from physembed.cli.export import Number, Readout, Target
from physembed.cli.plan import plan
from physembed.cli.predict import predict
from physembed.cli.reproduce import reproduce
from physembed.cli.simulate import simulate
from physembed.cli.train import train
from physembed.cli.zoo import zoo
from physembed.data.own.description import LAYOUTS, MIXED
from physembed.deploy.exporting import INPUTS, TARGETS
from physembed.deploy.rounding import READOUTS
from physembed.estimators.piece_options import BACKENDS as BACKENDS_OF_PARTS
from physembed.estimators.piece_options import TEACHERS
from physembed.experiments.grid.execution import BACKENDS
from physembed.experiments.reproduction.protocol import PARTS
from physembed.propagation.schemes import SCHEMES
from physembed.propagation.self_check.run import DTYPES
from physembed.training.method import METHODS
from physembed.training.selection.quantisation import WEIGHT_BITS

OF_A_REGISTRY: list[tuple[Any, str, tuple[Any, ...]]] = [
    (train, "training", ("auto", *METHODS)),
    (benchmark, "backend", BACKENDS),
    (train, "backend", BACKENDS_OF_PARTS),
    (predict, "backend", BACKENDS_OF_PARTS),
    (train, "taught_by", TEACHERS),
    (plan, "taught_by", TEACHERS),
    (train, "weight_bits", WEIGHT_BITS),
    (train, "layout", LAYOUTS),
    (train, "mixed", MIXED),
    (doctor, "dtype", tuple(DTYPES)),
    # made of the names themselves
    (doctor, "device", DEVICES),
    (train, "device", TRAINING_DEVICES),
    (compare, "split", _options.SPLITS),
]
"""Options that list names, and what the library knows."""


def parameter(annotation: Any) -> Any:
    """What typer is told of an argument or option."""
    (told,) = (part for part in get_args(annotation) if hasattr(part, "metavar"))
    return told


def option(command: Any, name: str) -> Any:
    assert name in inspect.signature(command).parameters
    return get_type_hints(command, include_extras=True)[name]


@pytest.mark.parametrize(("command", "name", "names"), OF_A_REGISTRY)
def test_names_that_are_too_heavy_to_load_are_those_of_their_registry(
    command: Any, name: str, names: tuple[Any, ...]
) -> None:
    assert parameter(option(command, name)).metavar == "|".join(map(str, names))


@pytest.mark.parametrize(
    ("choices", "names"), [(Target, TARGETS), (Readout, READOUTS), (Number, INPUTS)]
)
def test_choices_are_those_of_the_library(choices: Any, names: Any) -> None:
    assert [choice.value for choice in choices] == list(names)


def test_no_option_of_any_command_lists_other_names() -> None:
    """A list that is written by hand somewhere is one of those above, under a name above."""
    known = {(name, "|".join(map(str, names))) for _, name, names in OF_A_REGISTRY}
    listed = {
        (str(told.name), str(told.metavar))
        for command in commands_of(typer.main.get_command(app))
        for told in command.params
        if re.fullmatch(r"[a-z0-9-]+(\|[a-z0-9-]+)+", told.metavar or "")
    }
    assert listed == known


def commands_of(command: Any) -> Iterator[Any]:
    if not hasattr(command, "list_commands"):
        yield command
        return
    with typer.Context(command) as context:
        for name in command.list_commands(context):
            yield from commands_of(command.get_command(context, name))


@pytest.mark.parametrize(
    ("annotation", "names"),
    [(option(reproduce, "what"), PARTS), (option(simulate, "scheme"), SCHEMES)],
)
def test_help_names_what_there_is(annotation: Any, names: dict[str, Any]) -> None:
    assert all(name in parameter(annotation).help for name in names)


@pytest.mark.parametrize("command", [train, compare, benchmark, ablate, evaluate, zoo])
def test_data_of_ones_own_is_described_alike_everywhere(command: Any) -> None:
    wanted = inspect.signature(described).parameters
    there = inspect.signature(command).parameters
    assert {name: there[name] for name in wanted} == dict(wanted)
