"""What the command line names are the names that the library knows."""

import inspect
from typing import Any, get_args, get_type_hints

import pytest

from physembed.cli import _options
from physembed.cli.benchmark import benchmark
from physembed.cli.doctor import doctor
from physembed.experiments.grid.execution import BACKENDS
from physembed.propagation.self_check.run import DTYPES
from physembed.training.method import METHODS


def metavar(annotation: Any) -> str:
    (option,) = (part for part in get_args(annotation) if hasattr(part, "metavar"))
    return str(option.metavar)


def option(command: Any, name: str) -> Any:
    assert name in inspect.signature(command).parameters
    return get_type_hints(command, include_extras=True)[name]


@pytest.mark.parametrize(
    ("annotation", "names"),
    [
        (_options.Training, ("auto", *METHODS)),
        (option(benchmark, "backend"), BACKENDS),
        (option(doctor, "dtype"), tuple(DTYPES)),
    ],
)
def test_names_that_are_too_heavy_to_load_are_those_of_their_registry(
    annotation: Any, names: tuple[str, ...]
) -> None:
    assert metavar(annotation) == "|".join(names)
