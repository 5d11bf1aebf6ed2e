"""What the command line names are the names that the library knows."""

import inspect
from typing import Any, get_args, get_type_hints

import pytest

from physembed.cli import _options
from physembed.cli._own_data import described
from physembed.cli.ablate import ablate
from physembed.cli.benchmark import benchmark
from physembed.cli.compare import compare
from physembed.cli.doctor import doctor
from physembed.cli.evaluate import evaluate
from physembed.cli.plan import plan
from physembed.cli.reproduce import reproduce
from physembed.cli.simulate import simulate
from physembed.cli.train import train
from physembed.cli.zoo import zoo
from physembed.estimators.piece_options import BACKENDS as BACKENDS_OF_PARTS
from physembed.estimators.piece_options import TEACHERS
from physembed.experiments.grid.execution import BACKENDS
from physembed.experiments.reproduction.protocol import PARTS
from physembed.propagation.schemes import SCHEMES
from physembed.propagation.self_check.run import DTYPES
from physembed.training.method import METHODS


def parameter(annotation: Any) -> Any:
    """What typer is told of an argument or option."""
    (told,) = (part for part in get_args(annotation) if hasattr(part, "metavar"))
    return told


def option(command: Any, name: str) -> Any:
    assert name in inspect.signature(command).parameters
    return get_type_hints(command, include_extras=True)[name]


@pytest.mark.parametrize(
    ("annotation", "names"),
    [
        (_options.Training, ("auto", *METHODS)),
        (option(benchmark, "backend"), BACKENDS),
        (option(train, "backend"), BACKENDS_OF_PARTS),
        (option(train, "taught_by"), TEACHERS),
        (option(plan, "taught_by"), TEACHERS),
        (option(doctor, "dtype"), tuple(DTYPES)),
    ],
)
def test_names_that_are_too_heavy_to_load_are_those_of_their_registry(
    annotation: Any, names: tuple[str, ...]
) -> None:
    assert parameter(annotation).metavar == "|".join(names)


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
