"""Links to a laboratory: a socket, or files in a folder that both see. Arrays only, no code."""

import io
import logging
import socket
import struct
import time
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_number
from physembed._files import file_replaced_atomically
from physembed.errors import HardwareError, InvalidInputError
from physembed.hardware.box import TIMEOUT, Apply, Link

_LOG = logging.getLogger(__name__)

INPUTS, OUTPUTS, FAILURE, DEADLINE = "inputs", "outputs", "failure", "deadline"
"""Names of arrays in a message; a control is named ``control:name``."""

_CONTROL = "control:"
LONGEST_MESSAGE = 2**28
"""Bytes, as they are sent and as they are unpacked."""


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def _unpacked(message: bytes) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(io.BytesIO(message)) as parts:
        # what is short may unpack to what fills a memory
        length = sum(part.file_size for part in parts.infolist())
    if length > LONGEST_MESSAGE:
        raise HardwareError(f"a message of {length:,} bytes is longer than {LONGEST_MESSAGE:,}.")
    # without pickles a message is numbers and text, whoever sends it
    with np.load(io.BytesIO(message), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _request(
    inputs: NDArray[Any], controls: Mapping[str, NDArray[np.float64]], timeout: float
) -> bytes:
    named = {f"{_CONTROL}{name}": value for name, value in controls.items()}
    return _packed({INPUTS: inputs, DEADLINE: np.array(time.time() + timeout), **named})


def _answered(message: bytes) -> NDArray[Any]:
    arrays = _unpacked(message)
    if FAILURE in arrays:
        raise HardwareError(str(arrays[FAILURE]))
    if OUTPUTS not in arrays:
        raise HardwareError(f"the answer has no array {OUTPUTS!r}, only {', '.join(arrays)}.")
    return arrays[OUTPUTS]


def _answer_to(message: bytes, apply: Apply) -> bytes:
    """What the side of the laboratory sends back; its failures are told, not raised."""
    try:
        arrays = _unpacked(message)
        if _is_past(arrays):
            raise HardwareError(f"the request is past its {DEADLINE}; do the clocks agree?")
        controls = {
            name.removeprefix(_CONTROL): value
            for name, value in arrays.items()
            if name.startswith(_CONTROL)
        }
        return _packed({OUTPUTS: np.asarray(apply(arrays[INPUTS], controls))})
    except Exception as error:
        # told to the other side, where the box is asked again
        return _packed({FAILURE: np.array(f"{type(error).__name__}: {error}")})


class SocketLink(Link):
    """A laboratory that :func:`serve` answers for: an ``apply`` of :class:`BlackBox`.

    Every message is its length in eight bytes, and then arrays in numpy's .npz.

    Parameters
    ----------
    host : str
    port : int
    timeout : float, default=60.0
        Seconds until the whole answer must be there.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> from physembed.hardware import SpectralLine
    >>> link = pe.SocketLink("127.0.0.1", 5000)  # where physembed.hardware.serve answers
    >>> layer = pe.Hardware(link, SpectralLine(64, n_bins=8), {"phase": torch.zeros(12)})
    """

    def __init__(self, host: str, port: int, *, timeout: float = TIMEOUT) -> None:
        super().__init__(timeout)
        self.host, self.port = host, port

    def __call__(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        until = time.monotonic() + self.timeout
        try:
            with socket.create_connection((self.host, self.port), self.timeout) as connection:
                _send(connection, _request(inputs, controls, self.timeout), until)
                return _answered(_receive(connection, until))
        except TimeoutError as error:
            raise HardwareError(
                f"{self.host}:{self.port} did not answer within {self.timeout:g} s."
            ) from error


def serve(
    apply: Apply,
    port: int,
    *,
    host: str = "127.0.0.1",
    n_answers: int | None = None,
    timeout: float = 10.0,
) -> None:
    """Answer for a laboratory, on its own machine, one call after the other.

    Nothing is encrypted and nobody is asked who they are. On 127.0.0.1 every user of the machine
    can use the laboratory; on another interface everybody who reaches it, and everybody between can
    read and change what is sent: there, let it listen to 127.0.0.1 and reach it through a tunnel
    (``ssh -L``). A message carries no code and at most 256 MiB, but the controls in it are set: the
    limits of an instrument belong into ``apply``.

    Parameters
    ----------
    apply : callable
        See :class:`BlackBox`; what it raises is told to the other side.
    port : int
    host : str, default="127.0.0.1"
        The interface that is listened to.
    n_answers : int or None, default=None
        After how many to stop; None: never. A connection that fails is logged and does not count.
    timeout : float, default=10.0
        Seconds in which a message must have come, and in which its answer must be taken.

    Examples
    --------
    >>> from physembed.hardware import serve
    >>> serve(lambda inputs, controls: inputs, port=5000)  # doctest: +SKIP
    """
    check_number("timeout", timeout, above=0)
    with socket.create_server((host, port)) as listener:
        count = 0
        while n_answers is None or count < n_answers:
            connection, client = listener.accept()
            with connection:
                try:
                    message = _receive(connection, time.monotonic() + timeout)
                    answer = _answer_to(message, apply)
                    _send(connection, answer, time.monotonic() + timeout)
                except (OSError, HardwareError) as error:
                    # one that goes away, or says nothing, is no reason to leave the others alone
                    _LOG.warning("a connection from %s failed: %s", client, error)
                    continue
            count += 1


def _send(connection: socket.socket, message: bytes, until: float) -> None:
    connection.settimeout(_seconds_left(until))
    # of sendall the time is that of all of it
    connection.sendall(struct.pack("!Q", len(message)) + message)


def _receive(connection: socket.socket, until: float) -> bytes:
    (length,) = struct.unpack("!Q", _exactly(connection, 8, until))
    if length > LONGEST_MESSAGE:
        raise HardwareError(f"a message of {length:,} bytes is longer than {LONGEST_MESSAGE:,}.")
    return _exactly(connection, length, until)


def _seconds_left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is over")
    return left


def _exactly(connection: socket.socket, n_bytes: int, until: float) -> bytes:
    pieces, missing = [], n_bytes
    while missing:
        # a byte now and then keeps nobody waiting for longer
        connection.settimeout(_seconds_left(until))
        piece = connection.recv(min(missing, 2**20))
        if not piece:
            raise HardwareError(f"the connection ended {missing:,} bytes too soon.")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


class FolderLink(Link):
    """A laboratory that takes files: an ``apply`` of :class:`BlackBox`.

    ``request-ID.npz`` with the arrays ``inputs`` and ``control:NAME`` is written into a folder;
    ``answer-ID.npz`` with the array ``outputs`` is waited for, and must appear at once whole, as by
    a renaming. Both are removed then. The number ``deadline`` in a request, in seconds since 1970,
    is when its answer is waited for no longer, so that a request of a process that is no more is
    not carried out; the clocks of both sides must agree as well as that asks for.

    Parameters
    ----------
    folder : Path
        One that is there.
    timeout : float, default=60.0
        Seconds until the answer must be there.
    poll : float, default=0.05
        Seconds between looks.

    Examples
    --------
    >>> from pathlib import Path
    >>> import physembed as pe
    >>> link = pe.FolderLink(Path(), timeout=5.0)  # a folder that another program watches
    """

    def __init__(self, folder: Path, *, timeout: float = TIMEOUT, poll: float = 0.05) -> None:
        super().__init__(timeout)
        check_number("poll", poll, above=0)
        self.folder, self.poll = Path(folder), poll
        if not self.folder.is_dir():
            raise InvalidInputError(f"folder must be there, got {str(folder)!r}.")

    def __call__(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        name = uuid.uuid4().hex
        request = self.folder / f"request-{name}.npz"
        answer = self.folder / f"answer-{name}.npz"
        until = time.monotonic() + self.timeout
        try:
            with file_replaced_atomically(request) as temporary:
                temporary.write_bytes(_request(inputs, controls, self.timeout))
            while not answer.exists():
                if time.monotonic() > until:
                    raise HardwareError(f"{answer} did not appear within {self.timeout:g} s.")
                time.sleep(self.poll)
            return _answered(answer.read_bytes())
        finally:
            request.unlink(missing_ok=True)
            answer.unlink(missing_ok=True)

    def answer(self, apply: Apply) -> int:
        """Answer every request that lies in the folder; for a laboratory that is in Python too.

        One that is withdrawn, or too old, is not carried out.

        Returns
        -------
        int
            How many there were to answer.
        """
        count = 0
        for request in sorted(self.folder.glob("request-*.npz")):
            try:
                message = request.read_bytes()
            except FileNotFoundError:
                continue
            if _is_over(message):
                _LOG.warning("%s is past its deadline, and not carried out", request)
                request.unlink(missing_ok=True)
                continue
            answered = _answer_to(message, apply)
            count += 1
            if not request.exists():
                # nobody waits any longer
                continue
            answer = request.with_name(request.name.replace("request-", "answer-"))
            with file_replaced_atomically(answer) as temporary:
                temporary.write_bytes(answered)
            if not request.exists():
                # withdrawn meanwhile, or the answer was taken already
                answer.unlink(missing_ok=True)
            request.unlink(missing_ok=True)
        return count


def _is_over(message: bytes) -> bool:
    """Whether a deadline has passed; what cannot be read is answered by saying so."""
    try:
        return _is_past(_unpacked(message))
    except (HardwareError, OSError, ValueError, TypeError, zipfile.BadZipFile):
        return False


def _is_past(arrays: Mapping[str, NDArray[Any]]) -> bool:
    return DEADLINE in arrays and float(arrays[DEADLINE]) < time.time()
