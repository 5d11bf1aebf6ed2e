"""The program itself: help, version, debugging, and what it loads."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

import physembed
from physembed.cli._app import app

COMMANDS = ("demo", "compare", "train", "evaluate", "predict", "models", "datasets")
PROGRAM = "from physembed.cli import main; main()"


def test_help_lists_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    assert all(command in result.output for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_help_loads_nothing_heavy() -> None:
    heavy = ("torch", "numpy", "lightning", "sklearn", "aeon", "matplotlib", "joblib", "pandas")
    code = f"import sys, physembed.cli; print([m for m in {heavy!r} if m in sys.modules])"
    finished = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert finished.stdout.strip() == "[]"


def test_experiments_load_torch_where_a_model_is_made() -> None:
    code = "import sys, physembed.experiments; print('torch' in sys.modules)"
    finished = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert finished.stdout.strip() == "False"


def test_version() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.output.strip() == f"physembed {physembed.__version__}"
    assert result.exit_code == 0


def test_models_are_listed_with_their_origin() -> None:
    from physembed.estimators import MODELS

    result = CliRunner().invoke(app, ["models"])
    for entry in MODELS.values():
        (line,) = [text for text in result.output.splitlines() if text.startswith(f"{entry.name} ")]
        assert entry.origin in line and entry.summary in line


@pytest.mark.parametrize(
    ("options", "variables"), [(["--debug"], {}), ([], {"PHYSEMBED_DEBUG": "1"})]
)
def test_debugging_shows_the_traceback(options: list[str], variables: dict[str, str]) -> None:
    arguments = [*options, "evaluate", "nowhere", "GunPoint"]
    result = CliRunner().invoke(app, arguments, env=variables)
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert "Error: nowhere is not a folder." in result.stderr


def test_python_runs_the_package_as_the_program() -> None:
    command = [sys.executable, "-m", "physembed", "--version"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == f"physembed {physembed.__version__}"
