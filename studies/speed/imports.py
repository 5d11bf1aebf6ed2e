"""How long it takes to import an estimator, against what it stands on."""

import resource
import subprocess
import sys

FOUNDATION = "import torch, sklearn.base, aeon.classification.base"
ESTIMATOR = "from physembed import PhysicalEmbeddingClassifier"


def import_record(rounds: int = 5) -> dict[str, float]:
    """Least processor seconds of fresh processes that take turns.

    Processor time, which whatever else the machine does prolongs little.
    """
    times: dict[str, list[float]] = {FOUNDATION: [], ESTIMATOR: []}
    for _ in range(1 + rounds):
        for statement, taken in times.items():
            taken.append(_processor_seconds(statement))
    # the first may have compiled Python's own files
    foundation, estimator = (min(taken[1:]) for taken in times.values())
    return {"foundation_s": foundation, "estimator_s": estimator}


def _processor_seconds(statement: str) -> float:
    before = _children()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return _children() - before


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
