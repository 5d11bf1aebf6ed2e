"""The program: its commands and the options that stand before them."""

from typing import Annotated

import typer

from physembed.cli._errors import ReportingGroup
from physembed.cli.ablate import ablate
from physembed.cli.benchmark import benchmark
from physembed.cli.compare import compare
from physembed.cli.datasets import app as datasets
from physembed.cli.demo import demo
from physembed.cli.doctor import doctor
from physembed.cli.evaluate import evaluate
from physembed.cli.explain import explain
from physembed.cli.explore import explore
from physembed.cli.export import export
from physembed.cli.models import models
from physembed.cli.plan import plan
from physembed.cli.predict import predict
from physembed.cli.reproduce import reproduce
from physembed.cli.simulate import simulate
from physembed.cli.train import train
from physembed.cli.zoo import zoo

app = typer.Typer(
    cls=ReportingGroup,
    help="Master equations of physics as tiny, interpretable networks for time series.",
    epilog="Begin with: physembed demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
commands = (
    demo,
    compare,
    ablate,
    reproduce,
    benchmark,
    train,
    evaluate,
    predict,
    explain,
    explore,
    export,
    models,
    simulate,
    zoo,
    plan,
    doctor,
)
for command in commands:
    app.command()(command)
app.add_typer(datasets, name="datasets")


def _print_version(wanted: bool) -> None:
    if wanted:
        from physembed._version import __version__

        typer.echo(f"physembed {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", envvar="PHYSEMBED_DEBUG", help="Show the traceback of every error."
        ),
    ] = False,
) -> None:
    """Options of the program itself; :class:`ReportingGroup` reads ``debug``."""


def main() -> None:
    """Run the command line."""
    from physembed._threads import wait_without_spinning

    wait_without_spinning()
    app()
