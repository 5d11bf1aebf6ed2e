"""One file over HTTP: complete, or a sentence saying why not."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed.errors import DownloadError

if TYPE_CHECKING:
    import requests

_CHUNK_BYTES = 1 << 18
_TIMEOUT_SECONDS = 30


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
    import requests
    from pooch import HTTPDownloader

    progress = _ProgressBar(target.name) if sys.stderr.isatty() else None
    download = HTTPDownloader(
        progressbar=progress or False, chunk_size=_CHUNK_BYTES, timeout=_TIMEOUT_SECONDS
    )
    try:
        download(url, str(target), None)
    except requests.HTTPError as error:
        raise DownloadError(_refusal(url, error)) from None
    except requests.RequestException as error:
        begun = isinstance(error, requests.exceptions.ChunkedEncodingError)
        begun = begun or (target.is_file() and target.stat().st_size > 0)
        raise DownloadError(_interruption(url) if begun else _no_connection(url)) from None
    except OSError as error:
        raise DownloadError(f"{target} cannot be written: {error.strerror or error}.") from None
    finally:
        if progress is not None:
            progress.close()


def _refusal(url: str, error: "requests.HTTPError") -> str:
    status = error.response.status_code if error.response is not None else "unknown"
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


class _ProgressBar:
    """What pooch asks of a progress bar, drawn by rich on stderr."""

    def __init__(self, name: str) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._progress: Any = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task(name, total=None)
        self._progress.start()

    @property
    def total(self) -> int:
        return int(self._progress.tasks[0].total or 0)

    @total.setter
    def total(self, n_bytes: int) -> None:
        self._progress.update(self._task, total=n_bytes or None)

    def update(self, n_bytes: int) -> None:
        self._progress.advance(self._task, n_bytes)

    def reset(self) -> None:
        self._progress.reset(self._task, total=self.total or None)

    def close(self) -> None:
        self._progress.stop()
