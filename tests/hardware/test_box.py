"""A function that is asked again, alone, and whose answers are its own no longer."""

import threading

import numpy as np
import pytest

from physembed.errors import HardwareError, InvalidInputError
from physembed.hardware import BlackBox, SocketLink
from physembed.hardware.box import Kind

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(6, 2)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            lambda x: x[:, :1],
            r"\(cases, 1\), where real numbers of shape \(cases, 2\) came",
        ),
        (lambda x: x[:3], "for 6 cases"),
        (lambda x: x * np.nan, "NaN or infinity in 6 of 6 cases"),
        (lambda x: np.full(len(x), "a"), "returned no numbers"),
        (lambda x: {}["laser"], "raised KeyError: 'laser'"),
        (lambda x: 1j * x, "returned complex numbers of shape"),
    ],
)
def test_a_box_that_fails_is_named_and_asked_again(answer, words: str) -> None:
    calls = []

    def apply(inputs, controls):
        calls.append(1)
        return inputs if len(calls) == 1 else answer(inputs)

    asked = BlackBox(apply, retries=1)
    asked(X, {})
    with pytest.raises(HardwareError, match=f"the box .*{words}.*asked 2 times"):
        asked(X, {})
    assert (asked.n_calls, asked.n_failures) == (3, 2)


def test_one_failure_is_forgiven() -> None:
    calls = []

    def apply(inputs, controls):
        calls.append(1)
        if len(calls) == 1:
            raise OSError("no lock")
        return inputs

    assert BlackBox(apply, retries=1)(X, {}).shape == (6, 2)


def test_a_box_that_does_not_return_is_not_called_a_second_time_beside_it() -> None:
    returns, calls = threading.Event(), []
    once = BlackBox(lambda x, controls: returns.wait(20), timeout=0.01, retries=0)
    with pytest.raises(HardwareError, match=r"did not answer within 0\.01 s; it was asked once"):
        once(X, {})

    def apply(inputs, controls):
        calls.append(1)
        if len(calls) == 1:
            returns.wait(20)
        return inputs

    asked = BlackBox(apply, timeout=0.01, retries=1)
    with pytest.raises(HardwareError, match=r"still busy since .*not called a second time"):
        asked(X, {})
    assert len(calls) == 1
    with pytest.raises(HardwareError, match="still busy"):
        asked(X, {})
    assert len(calls) == 1
    returns.set()
    asked.timeout = 20.0
    # the late answer is waited for, and another one asked for
    np.testing.assert_array_equal(asked(X, {}), X)
    assert len(calls) == 2


def test_an_answer_is_a_copy_and_whole_numbers_are_floating_point() -> None:
    buffer = np.zeros((6, 2), dtype=np.int16)

    def apply(inputs, controls):
        buffer[:] += 1
        return buffer

    asked = BlackBox(apply)
    first, second = asked(X, {}), asked(X, {})
    assert first.dtype == float
    assert (first == 1).all() and (second == 2).all()


def test_the_shape_of_a_bad_first_answer_is_no_law() -> None:
    calls = []

    def apply(inputs, controls):
        calls.append(1)
        return inputs[:, :1] if len(calls) == 1 else inputs

    asked = BlackBox(apply)
    assert asked(X, {}, expected=Kind((2,), False)).shape == (6, 2)
    assert asked.n_failures == 1
    with pytest.raises(HardwareError, match="come of the model"):
        asked(X, {}, expected=Kind((2,), True))


def test_a_link_keeps_the_time_itself() -> None:
    with pytest.raises(InvalidInputError, match=r"SocketLink\(\.\.\., timeout=3\)"):
        BlackBox(SocketLink("127.0.0.1", 1), timeout=3.0)
