"""A black box that is asked again where it fails, and named where it goes on failing."""

import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_integer, check_number, shown
from physembed.errors import HardwareError, InvalidInputError

Apply = Callable[[NDArray[Any], dict[str, NDArray[np.float64]]], Any]
"""Inputs (cases, ...) and controls by name to outputs (cases, ...)."""


class _NoAnswerError(Exception):
    """Nothing came within the time."""


class BlackBox:
    """A laboratory behind a function, a socket or a folder.

    Parameters
    ----------
    apply : callable
        ``apply(inputs, controls)``: an array of shape (cases, ...) and a dict of arrays to an array
        of real or complex numbers of shape (cases, ...).
    timeout : float, default=60.0
        Seconds to wait for an answer. A function that does not return is left alone, and its late
        answer is not used.
    retries : int, default=2
        How often it is asked again.

    Attributes
    ----------
    n_calls, n_failures : int
    """

    def __init__(self, apply: Apply, *, timeout: float = 60.0, retries: int = 2) -> None:
        if not callable(apply):
            raise InvalidInputError(f"apply must be callable, got {apply!r}.")
        check_number("timeout", timeout, above=0)
        check_integer("retries", retries, least=0)
        self.apply, self.timeout, self.retries = apply, float(timeout), int(retries)
        self.n_calls = self.n_failures = 0
        self._shape: tuple[int, ...] | None = None

    def __call__(
        self, inputs: NDArray[Any], controls: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        """An answer that is finite and of the shape of the first one.

        Raises
        ------
        HardwareError
            If it fails every time; the last failure is named.
        """
        failure = ""
        for _ in range(self.retries + 1):
            self.n_calls += 1
            try:
                # copies: a box that writes into what it is given changes nothing here
                answer = self._answer(inputs.copy(), {k: v.copy() for k, v in controls.items()})
                failure = self._wrong_with(answer, len(inputs))
            except _NoAnswerError:
                failure = f"did not answer within {self.timeout:g} s"
            except Exception as error:
                # whatever a laboratory's own code raises is a failure of the laboratory
                failure = f"raised {type(error).__name__}: {error}"
            if not failure:
                self._shape = answer.shape[1:]
                return answer
            self.n_failures += 1
        times = "once" if self.retries == 0 else f"{self.retries + 1} times"
        raise HardwareError(f"the box {failure}; it was asked {times}.")

    def _answer(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        answers: queue.Queue[tuple[Any, Exception | None]] = queue.Queue(1)

        def ask() -> None:
            try:
                answers.put((self.apply(inputs, controls), None))
            except Exception as error:
                answers.put((None, error))

        # a thread that the process does not wait for at its end, should the box never return
        threading.Thread(target=ask, name="physembed-box", daemon=True).start()
        try:
            answer, error = answers.get(timeout=self.timeout)
        except queue.Empty:
            raise _NoAnswerError from None
        if error is not None:
            raise error
        return np.asarray(answer)

    def _wrong_with(self, answer: NDArray[Any], n_cases: int) -> str:
        if answer.dtype.kind not in "fciub":
            return f"returned no numbers but {shown(answer.dtype)}"
        expected = ("cases", *(self._shape or ("...",)))
        if answer.ndim < 1 or len(answer) != n_cases:
            return f"returned an array of shape {answer.shape} for {n_cases} cases"
        if self._shape is not None and answer.shape[1:] != self._shape:
            return f"returned an array of shape {answer.shape}, where {expected} came before"
        if not np.isfinite(answer).all():
            bad = int((~np.isfinite(answer)).reshape(n_cases, -1).any(axis=1).sum())
            return f"returned NaN or infinity in {bad} of {n_cases} cases"
        return ""
