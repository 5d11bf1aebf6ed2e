"""Ctrl-C and killed processes, so that neither leaves work or files behind."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def children_ignore_interrupts() -> Iterator[None]:
    """Processes started in this short block never see Ctrl-C; nor does this one, inside it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # an ignored signal stays ignored in a new program; a blocked one is unblocked by joblib
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def exit_with_parent(*, poll_seconds: float = 0.2) -> None:
    """End this process soon after its parent is gone, even if that was killed."""
    global _watching  # noqa: PLW0603 - one watcher per process
    if _watching:
        return
    _watching = True
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(poll_seconds)
        os._exit(1)

    threading.Thread(target=watch, name="exit-with-parent", daemon=True).start()


_watching = False
