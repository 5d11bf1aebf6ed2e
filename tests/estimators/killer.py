"""Who kills workers of a Ray cluster while they are at work."""

import contextlib
import threading
import time

import psutil


class Killer(threading.Thread):
    """Kills workers at one kind of task, one after another, until so many are dead or it is told
    to stop."""

    def __init__(self, most: int, task: str = "ray::_sum_in_worker") -> None:
        super().__init__(daemon=True)
        self.most, self.killed, self.stop = most, set(), threading.Event()
        self.task = task

    def run(self) -> None:
        while len(self.killed) < self.most and not self.stop.is_set():
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    is_at_it = "".join(process.cmdline()[:1]).startswith(self.task)
                    if is_at_it and process.pid not in self.killed:
                        process.kill()
                        self.killed.add(process.pid)
                        break
            time.sleep(0.02)
