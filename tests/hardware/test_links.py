"""Links carry arrays, whatever the other side does, and leave nothing behind."""

import io
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from physembed.errors import HardwareError, InvalidInputError
from physembed.hardware import FolderLink, SocketLink, serve
from physembed.hardware.links import LONGEST_MESSAGE, _answer_to, _receive, _request, _unpacked

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(6, 2)
ANGLE = {"angle": np.array(0.5)}


def box(inputs, controls):
    if inputs.sum() > 100:
        raise ValueError("too bright")
    return 1.2 * np.sin(controls["angle"]) * inputs + 0.01


@contextmanager
def served(n_answers: int, timeout: float = 20.0) -> Iterator[int]:
    """The port of a laboratory that answers so often, and has ended after that."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    thread = threading.Thread(
        target=serve, args=(box, port), kwargs={"n_answers": n_answers, "timeout": timeout},
        daemon=True,
    )  # fmt: skip
    thread.start()
    until = time.monotonic() + 20
    while True:
        try:
            # a client that says nothing and goes away
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.002)
    yield port
    thread.join(20)
    assert not thread.is_alive()


def test_a_socket_carries_what_a_function_would() -> None:
    with served(2) as port:
        link = SocketLink("127.0.0.1", port, timeout=20)
        np.testing.assert_array_equal(link(X, ANGLE), box(X, ANGLE))
        with pytest.raises(HardwareError, match="ValueError: too bright"):
            link(1000 + X, ANGLE)


def test_clients_that_fail_keep_nobody_else_waiting(caplog) -> None:
    # the first of the two goes on saying nothing
    with served(1, timeout=0.5) as port, socket.create_connection(("127.0.0.1", port)):
        link = SocketLink("127.0.0.1", port, timeout=20)
        np.testing.assert_array_equal(link(X, ANGLE), box(X, ANGLE))
    assert "a connection from" in caplog.text


def test_a_machine_that_does_not_answer_in_time_is_named_and_what_is_past_is_not_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(HardwareError, match=rf":{port} did not answer within 0\.01 s"):
            SocketLink("127.0.0.1", port, timeout=0.01)(X, ANGLE)
    told = str(_unpacked(_answer_to(_request(X, ANGLE, -1.0), box))["failure"])
    assert "past its deadline" in told


def test_what_is_too_long_is_refused_before_it_is_read() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(struct.pack("!Q", LONGEST_MESSAGE + 1))
        with pytest.raises(HardwareError, match="is longer than"):
            _receive(other, time.monotonic() + 20)
    # little that unpacks to much: a declared size, of an array that is not made here
    stream = io.BytesIO()
    np.savez_compressed(stream, inputs=np.zeros(10))
    message = bytearray(stream.getvalue())
    size = message.index(b"PK\x01\x02") + 24
    message[size : size + 4] = struct.pack("<L", LONGEST_MESSAGE + 1)
    told = str(_unpacked(_answer_to(bytes(message), box))["failure"])
    assert "is longer than" in told


def test_a_folder_carries_what_a_function_would(tmp_path: Path) -> None:
    folder = FolderLink(tmp_path, timeout=20, poll=0.002)
    answers: list[int] = []

    def answer() -> None:
        while not sum(answers):
            answers.append(folder.answer(box))

    thread = threading.Thread(target=answer)
    thread.start()
    np.testing.assert_array_equal(folder(X, ANGLE), box(X, ANGLE))
    thread.join(20)
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_nobody_waits_for_is_left_nowhere(tmp_path: Path) -> None:
    folder = FolderLink(tmp_path)
    names = ["request-1.npz", "request-2.npz"]
    for name in names:
        (tmp_path / name).write_bytes(_request(X, ANGLE, 60.0))

    def lab(inputs, controls):
        # both who asked give up meanwhile
        for name in names:
            (tmp_path / name).unlink(missing_ok=True)
        return inputs

    assert folder.answer(lab) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_request_that_is_too_old_is_not_carried_out(tmp_path: Path) -> None:
    (tmp_path / "request-1.npz").write_bytes(_request(X, ANGLE, -1.0))
    asked: list[object] = []
    assert FolderLink(tmp_path).answer(lambda x, controls: asked.append(x)) == 0
    assert not asked
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="folder must be there"):
        FolderLink(tmp_path / "nowhere")


def test_a_folder_that_nobody_answers_is_named(tmp_path: Path) -> None:
    with pytest.raises(HardwareError, match=r"did not appear within 0\.01 s"):
        FolderLink(tmp_path, timeout=0.01, poll=0.001)(X, {})
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_ends_early_is_named() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"\0" * 7 + b"\x09" + b"abc")
        one.shutdown(socket.SHUT_WR)
        with pytest.raises(HardwareError, match="6 bytes too soon"):
            _receive(other, time.monotonic() + 20)
