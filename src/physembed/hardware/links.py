"""Links to a laboratory: a socket, or files in a folder that both see. Arrays only, no code."""

import io
import socket
import struct
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_number
from physembed._files import file_replaced_atomically
from physembed.errors import HardwareError
from physembed.hardware.box import Apply

INPUTS, OUTPUTS, FAILURE = "inputs", "outputs", "failure"
"""Names of arrays in a message; a control is named ``control:name``."""

_CONTROL = "control:"
LONGEST_MESSAGE = 2**31
"""Bytes."""


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def _unpacked(message: bytes) -> dict[str, NDArray[Any]]:
    # without pickles a message is numbers and text, whoever sends it
    with np.load(io.BytesIO(message), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _request(inputs: NDArray[Any], controls: Mapping[str, NDArray[np.float64]]) -> bytes:
    named = {f"{_CONTROL}{name}": value for name, value in controls.items()}
    return _packed({INPUTS: inputs, **named})


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
        controls = {
            name.removeprefix(_CONTROL): value
            for name, value in arrays.items()
            if name.startswith(_CONTROL)
        }
        return _packed({OUTPUTS: np.asarray(apply(arrays[INPUTS], controls))})
    except Exception as error:
        # told to the other side, where the box is asked again
        return _packed({FAILURE: np.array(f"{type(error).__name__}: {error}")})


class SocketLink:
    """A laboratory that :func:`serve` answers for: an ``apply`` of :class:`BlackBox`.

    Every message is its length in eight bytes, and then arrays in numpy's .npz.

    Parameters
    ----------
    host : str
    port : int
    timeout : float, default=60.0
        Seconds.
    """

    def __init__(self, host: str, port: int, *, timeout: float = 60.0) -> None:
        check_number("timeout", timeout, above=0)
        self.host, self.port, self.timeout = host, port, timeout

    def __call__(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        with socket.create_connection((self.host, self.port), self.timeout) as connection:
            _send(connection, _request(inputs, controls))
            return _answered(_receive(connection))


def serve(
    apply: Apply, port: int, *, host: str = "127.0.0.1", n_answers: int | None = None
) -> None:
    """Answer for a laboratory, on its own machine, one call after the other.

    Parameters
    ----------
    apply : callable
        See :class:`BlackBox`; what it raises is told to the other side.
    port : int
    host : str, default="127.0.0.1"
        The interface that is listened to; whoever reaches it can use the laboratory.
    n_answers : int or None, default=None
        After how many to stop; None: never.
    """
    with socket.create_server((host, port)) as listener:
        count = 0
        while n_answers is None or count < n_answers:
            connection, _ = listener.accept()
            with connection:
                _send(connection, _answer_to(_receive(connection), apply))
            count += 1


def _send(connection: socket.socket, message: bytes) -> None:
    connection.sendall(struct.pack("!Q", len(message)) + message)


def _receive(connection: socket.socket) -> bytes:
    (length,) = struct.unpack("!Q", _exactly(connection, 8))
    if length > LONGEST_MESSAGE:
        raise HardwareError(f"a message of {length:,} bytes is longer than {LONGEST_MESSAGE:,}.")
    return _exactly(connection, length)


def _exactly(connection: socket.socket, n_bytes: int) -> bytes:
    pieces, missing = [], n_bytes
    while missing:
        piece = connection.recv(min(missing, 2**20))
        if not piece:
            raise HardwareError(f"the connection ended {missing:,} bytes too soon.")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


class FolderLink:
    """A laboratory that takes files: an ``apply`` of :class:`BlackBox`.

    ``request-ID.npz`` with the arrays ``inputs`` and ``control:NAME`` is written into a folder;
    ``answer-ID.npz`` with the array ``outputs`` is waited for, and must appear at once whole, as by
    a renaming. Both are removed then.

    Parameters
    ----------
    folder : Path
    timeout : float, default=60.0
        Seconds.
    poll : float, default=0.05
        Seconds between looks.
    """

    def __init__(self, folder: Path, *, timeout: float = 60.0, poll: float = 0.05) -> None:
        check_number("timeout", timeout, above=0)
        check_number("poll", poll, above=0)
        self.folder, self.timeout, self.poll = Path(folder), timeout, poll

    def __call__(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        name = uuid.uuid4().hex
        request = self.folder / f"request-{name}.npz"
        answer = self.folder / f"answer-{name}.npz"
        with file_replaced_atomically(request) as temporary:
            temporary.write_bytes(_request(inputs, controls))
        try:
            until = time.monotonic() + self.timeout
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

        Returns
        -------
        int
            How many there were.
        """
        requests = sorted(self.folder.glob("request-*.npz"))
        for request in requests:
            answer = request.with_name(request.name.replace("request-", "answer-"))
            with file_replaced_atomically(answer) as temporary:
                temporary.write_bytes(_answer_to(request.read_bytes(), apply))
            # the other side may have taken its answer, and its request, already
            request.unlink(missing_ok=True)
        return len(requests)
