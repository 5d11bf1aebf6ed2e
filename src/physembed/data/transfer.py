"""One file over HTTP: complete, or a sentence saying why not."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from physembed._version import __version__
from physembed.errors import DownloadError

_CHUNK_BYTES = 1 << 18
_TIMEOUT_SECONDS = 30
# some servers turn away Python's own name
_HEADERS = {"User-Agent": f"physembed/{__version__}"}


def transfer(url: str, target: Path) -> None:
    """Copy what a URL gives to a file, with a progress bar where a terminal is attached.

    Parameters
    ----------
    url : str
        What to get.
    target : pathlib.Path
        The file to write. After an error it may hold a part; the caller throws it away.

    Raises
    ------
    DownloadError
        If the server cannot be reached, refuses, or stops before the end.
    """
    try:
        with target.open("wb") as file, _progress(target.name) as show:
            for piece, n_bytes in _pieces(url):
                file.write(piece)
                show(file.tell(), n_bytes)
    except OSError as error:
        raise DownloadError(f"{target} cannot be written: {error.strerror or error}.") from None


def _pieces(url: str) -> Iterator[tuple[bytes, int | None]]:
    """What the server sends, with the length that it announced; errors are those of the way."""
    answered = False
    try:
        with urlopen(Request(url, headers=_HEADERS), timeout=_TIMEOUT_SECONDS) as answer:
            answered = True
            announced = answer.headers.get("Content-Length")
            n_bytes = None if announced is None else int(announced)
            received = 0
            while piece := answer.read(_CHUNK_BYTES):
                received += len(piece)
                yield piece, n_bytes
            # a connection that is closed early ends like one that is complete
            if n_bytes is not None and received < n_bytes:
                raise DownloadError(_interruption(url))
    except HTTPError as error:
        raise DownloadError(_refusal(url, error.code)) from None
    except (OSError, HTTPException):
        raise DownloadError(_interruption(url) if answered else _no_connection(url)) from None


def _refusal(url: str, status: int) -> str:
    if status == 404:
        return f"{url} does not exist (HTTP 404). Check the name: upper and lower case count."
    return f"{url} was refused by the server (HTTP {status}). Try again later."


def _interruption(url: str) -> str:
    return f"The transfer of {url} broke off before its end. Try again."


def _no_connection(url: str) -> str:
    return (
        f"{url} cannot be reached. Check the network connection and the proxy settings, or "
        "fetch on another machine and copy the data folder."
    )


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """Takes the bytes written and those announced, and draws them where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda written, n_bytes: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=None)
        yield lambda written, n_bytes: progress.update(task, completed=written, total=n_bytes)
