"""A black box that is asked again where it fails, and named where it goes on failing."""

import queue
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_integer, check_number, shown
from physembed.errors import HardwareError, InvalidInputError

Apply = Callable[[NDArray[Any], dict[str, NDArray[np.float64]]], Any]
"""Inputs (cases, ...) and controls by name to outputs (cases, ...)."""

TIMEOUT = 60.0
"""Seconds to wait for an answer where nobody says."""


class Link(ABC):
    """An ``apply`` that keeps the time itself: it answers or raises within ``timeout`` seconds."""

    def __init__(self, timeout: float) -> None:
        check_number("timeout", timeout, above=0)
        self.timeout = float(timeout)

    @abstractmethod
    def __call__(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]: ...


class Kind(NamedTuple):
    """What an answer is like: the shape of a case, and whether its numbers are complex."""

    shape: tuple[int, ...]
    is_complex: bool

    def __str__(self) -> str:
        numbers = "complex" if self.is_complex else "real"
        return f"{numbers} numbers of shape ({', '.join(['cases', *map(str, self.shape)])})"


class _NoAnswerError(Exception):
    """Nothing came within the time."""


class BlackBox:
    """A laboratory behind a function, a socket or a folder; never called twice at once.

    Parameters
    ----------
    apply : callable
        ``apply(inputs, controls)``: an array of shape (cases, ...) and a dict of arrays to an array
        of real or complex numbers of shape (cases, ...), which is copied.
    timeout : float or None, default=None
        Seconds to wait for an answer; None: 60, or the link's own. The late answer of a function
        is not used, but waited for before it is called again.
    retries : int, default=2
        How often it is asked again.

    Attributes
    ----------
    n_calls, n_failures : int

    Examples
    --------
    >>> import numpy as np
    >>> from physembed.hardware import BlackBox
    >>> box = BlackBox(lambda inputs, controls: inputs * controls["gain"])
    >>> box(np.ones((1, 4)), {"gain": np.array(2.0)})
    array([[2., 2., 2., 2.]])
    >>> box.n_calls
    1
    """

    def __init__(self, apply: Apply, *, timeout: float | None = None, retries: int = 2) -> None:
        if not callable(apply):
            raise InvalidInputError(f"apply must be callable, got {apply!r}.")
        check_number("timeout", timeout, above=0, optional=True)
        check_integer("retries", retries, least=0)
        if isinstance(apply, Link) and timeout is not None:
            raise InvalidInputError(
                f"timeout is given to the link, {type(apply).__name__}(..., timeout={timeout:g}), "
                "not to the box behind it."
            )
        self.apply, self.retries = apply, int(retries)
        self.timeout = TIMEOUT if timeout is None else float(timeout)
        self.n_calls = self.n_failures = 0
        self._before: Kind | None = None
        self._late: tuple[threading.Thread, float] | None = None

    @property
    def kind(self) -> Kind | None:
        """What its answers are like, as far as there were any."""
        return self._before

    def __call__(
        self,
        inputs: NDArray[Any],
        controls: Mapping[str, NDArray[np.float64]],
        *,
        expected: Kind | None = None,
    ) -> NDArray[Any]:
        """An answer of finite numbers: of the kind expected, or else that came before.

        Whole numbers come as float64.

        Raises
        ------
        HardwareError
            If it fails every time, the last failure is named; or if it is still busy with a call
            that was given up.
        """
        failure = ""
        for _ in range(self.retries + 1):
            self._wait_for_the_late()
            self.n_calls += 1
            try:
                # copies: a box that writes into what it is given changes nothing here
                answer = self._answer(inputs.copy(), {k: v.copy() for k, v in controls.items()})
                failure = self._wrong_with(answer, len(inputs), expected)
            except _NoAnswerError:
                failure = f"did not answer within {self.timeout:g} s"
            except Exception as error:
                # whatever a laboratory's own code raises is a failure of the laboratory
                failure = f"raised {type(error).__name__}: {error}"
            if not failure:
                self._before = Kind(answer.shape[1:], np.iscomplexobj(answer))
                return answer
            self.n_failures += 1
        times = "once" if self.retries == 0 else f"{self.retries + 1} times"
        raise HardwareError(f"the box {failure}; it was asked {times}.")

    def _wait_for_the_late(self) -> None:
        """Until the call that was given up has returned: one instrument does one thing at a time.

        Raises
        ------
        HardwareError
            If it does not return within the time.
        """
        if self._late is None:
            return
        thread, since = self._late
        thread.join(self.timeout)
        if thread.is_alive():
            self.n_failures += 1
            started = time.strftime("%H:%M:%S", time.localtime(since))
            raise HardwareError(
                f"the box is still busy since {started}, with a call that did not return within "
                f"{self.timeout:g} s, and is not called a second time beside it."
            )
        self._late = None

    def _asked(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        # a copy: a box may return the buffer into which it writes the next time
        answer = np.array(self.apply(inputs, controls))
        return answer.astype(float) if answer.dtype.kind in "iub" else answer

    def _answer(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        if isinstance(self.apply, Link):
            return self._asked(inputs, controls)
        answers: queue.Queue[NDArray[Any] | Exception] = queue.Queue(1)

        def ask() -> None:
            try:
                answers.put(self._asked(inputs, controls))
            except Exception as error:
                answers.put(error)

        # a thread that the process does not wait for at its end, should the box never return
        thread = threading.Thread(target=ask, name="physembed-box", daemon=True)
        since = time.time()
        thread.start()
        try:
            answer = answers.get(timeout=self.timeout)
        except queue.Empty:
            self._late = (thread, since)
            raise _NoAnswerError from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _wrong_with(self, answer: NDArray[Any], n_cases: int, expected: Kind | None) -> str:
        if answer.dtype.kind not in "fc":
            return f"returned no numbers but {shown(answer.dtype)}"
        if answer.ndim < 1 or len(answer) != n_cases:
            return f"returned an array of shape {answer.shape} for {n_cases} cases"
        kind, wanted = Kind(answer.shape[1:], np.iscomplexobj(answer)), expected or self._before
        if wanted is not None and kind != wanted:
            whose = "came before" if expected is None else "come of the model"
            return f"returned {kind}, where {wanted} {whose}"
        if not np.isfinite(answer).all():
            bad = int((~np.isfinite(answer)).reshape(n_cases, -1).any(axis=1).sum())
            return f"returned NaN or infinity in {bad} of {n_cases} cases"
        return ""
