"""Threads of torch and of the libraries below it, also in a process that was forked."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def torch_keeps_its_threads() -> Iterator[None]:
    """Undo what numba's pool does to torch's number of threads: both go by the same OpenMP."""
    import torch

    before = torch.get_num_threads()
    try:
        yield
    finally:
        if torch.get_num_threads() != before:
            torch.set_num_threads(before)


@contextmanager
def limited_threads(n_threads: int | None) -> Iterator[None]:
    """At most so many threads of torch and of numpy's linear algebra; None leaves them, -1 is one
    for each core."""
    if n_threads is None:
        yield
        return
    # libraries of C take no numbers of numpy
    n_threads = int(n_threads) if n_threads >= 0 else os.cpu_count() or 1
    import torch

    with torch_keeps_its_threads(), _limited_libraries(n_threads, ("blas", "openmp")):
        torch.set_num_threads(_at_most(n_threads))
        yield


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """One thread of torch, which is sooner said than what :func:`limited_threads` limits."""
    import torch

    before = torch.get_num_threads()
    if before == 1:
        # of the process: who finds one thread, perhaps another's, has none to give back
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def one_thread_of_linear_algebra() -> Iterator[None]:
    """One thread of the linear algebra below numpy and scipy; torch keeps its own.

    OpenBLAS waits for its threads at full speed, hundreds of times in a factorisation, so that
    beside other work two of them are far slower than one.
    """
    with _limited_libraries(1, ("blas",)):
        yield


class _Limit:
    """What one context asks for, in the thread that entered it."""

    def __init__(self, n_threads: int) -> None:
        self.n_threads = n_threads
        self.thread = threading.get_ident()


class _OfTheProcess:
    """Limits of libraries whose threads are the process's, whichever of its threads sets them.

    Contexts of several threads end in any order: the last that was entered and has not ended
    counts, and where none is left, every library has the threads it had before the first.
    """

    lock = threading.Lock()
    limits: tuple[_Limit, ...] = ()
    before: dict[str, tuple[Any, int]] = {}  # noqa: RUF012

    @classmethod
    def enter(cls, limit: _Limit, libraries: list[Any]) -> None:
        with cls.lock:
            for library in libraries:
                # one that was loaded meanwhile as well
                if library.filepath not in cls.before:
                    cls.before[library.filepath] = library, library.get_num_threads()
            cls.limits = (*cls.limits, limit)
            cls._apply()

    @classmethod
    def leave(cls, limit: _Limit) -> None:
        with cls.lock:
            cls.limits = tuple(other for other in cls.limits if other is not limit)
            cls._apply()

    @classmethod
    def _apply(cls) -> None:
        for library, before in cls.before.values():
            n_threads = cls.limits[-1].n_threads if cls.limits else before
            if library.get_num_threads() != n_threads:
                _set_whoever_did_before(library, n_threads)
        if not cls.limits:
            cls.before = {}

    @classmethod
    def in_a_forked_child(cls) -> None:
        """Other threads stay with the parent, and with them a lock that one holds, and its limits:
        what they have limited stays so, to one thread as torch is there."""
        cls.lock = threading.Lock()
        cls.limits = tuple(each for each in cls.limits if each.thread == threading.get_ident())
        if not cls.limits:
            cls.before = {}


def _set_whoever_did_before(library: Any, n_threads: int) -> None:
    """threadpoolctl, from 3.8, heeds one thread alone, until that one gives up."""
    give_up = getattr(library, "clear_controlling_thread", None)
    if give_up is not None:
        give_up(force=True)
    library.set_num_threads(n_threads)
    if give_up is not None:
        give_up(force=True)


@contextmanager
def _limited_libraries(n_threads: int, kinds: tuple[str, ...]) -> Iterator[None]:
    """At most so many threads of the libraries of threadpoolctl's kinds."""
    from threadpoolctl import ThreadpoolController

    libraries = [one for one in ThreadpoolController().lib_controllers if one.user_api in kinds]
    # OpenMP counts for every thread by itself, also below OpenBLAS
    of_thread = [
        (library, library.get_num_threads())
        for library in libraries
        if library.user_api == "openmp" or getattr(library, "threading_layer", "") == "openmp"
    ]
    apart = {library.filepath for library, _ in of_thread}
    limit = _Limit(n_threads)
    _OfTheProcess.enter(limit, [one for one in libraries if one.filepath not in apart])
    try:
        for library, _ in of_thread:
            library.set_num_threads(n_threads)
        yield
    finally:
        for library, before in of_thread:
            library.set_num_threads(before)
        _OfTheProcess.leave(limit)


MANY_CASES = 4096
"""Cases up to which one thread of linear algebra is enough: half a minute for their eigenvalues."""
SMALL_WORK = 500_000
"""Numbers in all series below which one thread fits a model sooner than several that wait for each
other, above all beside other work."""


def suitable_threads(asked: int | None, n_numbers: int) -> int | None:
    """The threads that are asked for; one for small work where nobody asks; else None."""
    if asked is not None or n_numbers >= SMALL_WORK:
        return asked
    import torch

    return 1 if torch.get_num_threads() > 1 else None


@contextmanager
def threads_of_a_fit(asked: int | None, n_cases: int, n_numbers: int) -> Iterator[None]:
    """The threads that are asked for, or those that suit so many cases and numbers in them."""
    n_threads = suitable_threads(asked, n_numbers)
    if n_threads is None and n_cases <= MANY_CASES:
        with one_thread_of_linear_algebra():
            yield
    else:
        with limited_threads(n_threads):
            yield


def wait_without_spinning() -> None:
    """Let threads that wait give up their core, unless the environment says otherwise.

    OpenMP's own way is to wait at full speed, for which a busy machine has no core to spare. To be
    called before torch is loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # GNU's and LLVM's own names of the same
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    os.environ.setdefault("KMP_BLOCKTIME", "0")


class _Forked:
    """What a fork has left behind; in a process that was not forked, nothing."""

    one_thread = False
    numba_has_no_pool = False


def _at_most(n_threads: int) -> int:
    return 1 if _Forked.one_thread else n_threads


def _in_a_forked_child() -> None:
    """Use one thread: those of a pool stay with the parent, and would be waited for for ever."""
    _OfTheProcess.in_a_forked_child()
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "set_num_threads"):
        _Forked.one_thread = True
        torch.set_num_threads(1)
    pool = sys.modules.get("numba.np.ufunc.parallel")
    if getattr(pool, "_is_initialized", False):
        _Forked.numba_has_no_pool = True


def compile_without_a_lost_pool(module: ModuleType) -> None:
    """In a forked child, compile anew what a module has compiled for numba's pool of threads.

    GNU's OpenMP ends a process that enters a pool of its parent's. Elsewhere nothing is done.
    """
    if not _Forked.numba_has_no_pool:
        return
    import numba
    from numba.core.dispatcher import Dispatcher

    for name, function in list(vars(module).items()):
        if isinstance(function, Dispatcher) and function.targetoptions.get("parallel"):
            options = {**function.targetoptions, "parallel": False}
            setattr(module, name, numba.jit(**options)(function.py_func))


# a fork that is none of ours, such as a web server's workers or joblib's "multiprocessing"
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_a_forked_child)
