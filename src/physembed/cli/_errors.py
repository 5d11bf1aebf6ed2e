"""Errors as sentences on standard error, and exit codes."""

import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import typer
from typer.core import TyperGroup

from physembed.errors import DownloadError, PhysembedError, PhysembedWarning, TrainingError

FAILED_WORK = 1
BAD_INPUT = 2
INTERRUPTED = 130


class ReportingGroup(TyperGroup):
    """Commands whose errors end the program with a sentence and a code, not with a traceback.

    2 for what the user can put right in the command or the files it names, 1 for work that
    failed, 130 for Ctrl-C.
    """

    def invoke(self, ctx: Any) -> Any:
        debug = bool(ctx.params.get("debug"))
        _debugging.set(debug)
        try:
            with _warnings_as_sentences():
                return super().invoke(ctx)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            report("stopped.", label="")
            raise typer.Exit(INTERRUPTED) from None
        except PhysembedError as error:
            _show_traceback(debug)
            report(str(error))
            failed = isinstance(error, (TrainingError, DownloadError))
            raise typer.Exit(FAILED_WORK if failed else BAD_INPUT) from None
        except Exception as error:
            # wrong usage is the parser's own to show, whichever version of it is installed
            if hasattr(error, "show"):
                raise
            _show_traceback(debug)
            hint = "" if debug else " Run `physembed --debug ...` to see where it comes from."
            report(f"unexpected {type(error).__name__}: {error}.{hint}")
            raise typer.Exit(FAILED_WORK) from None


_debugging: ContextVar[bool] = ContextVar("debugging", default=False)


def is_debugging() -> bool:
    """Whether the program was asked for tracebacks."""
    return _debugging.get()


def report(sentence: str, *, label: str = "Error: ", style: str = "red") -> None:
    """Print a sentence on standard error, in colour on a terminal."""
    from physembed.cli._console import standard_error

    standard_error().print(
        f"{label}{sentence}", style=style, markup=False, highlight=False, soft_wrap=True
    )


@contextmanager
def _warnings_as_sentences() -> Iterator[None]:
    """Print our own warnings once each, without the place in the source that they come from."""
    said: set[str] = set()
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Any, category: type[Warning], *place: Any, **details: Any) -> None:
            if not issubclass(category, PhysembedWarning):
                usual(message, category, *place, **details)
            elif str(message) not in said:
                said.add(str(message))
                report(str(message), label="Warning: ", style="yellow")

        warnings.showwarning = show
        yield


def _show_traceback(debug: bool) -> None:
    if debug:
        typer.echo(traceback.format_exc(), err=True)
