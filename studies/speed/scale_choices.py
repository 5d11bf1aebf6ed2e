"""Ways to choose detectors by a sample sooner: what each saves, and what is right afterwards.

``python -m studies.speed.scale_choices FOLDER CASES DETECTORS`` prints them as JSON; the folder has
cases as :mod:`studies.speed.scale_cases` writes them.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import cholesky, lapack

from physembed.training.selection import student, teacher
from physembed.training.selection.teacher import RATIOS, Ridges, Teacher

Numbers = NDArray[np.float64]

JUDGES = 1024
"""Cases that judge penalties and gains, where not all of the sample do."""
SEEDS = (0, 1, 2)
"""Each draws another sample, so that what a way costs is told from the luck of one."""


def single_eigenvalues(x: Numbers) -> tuple[Numbers, Numbers]:
    """Components and energies in single precision, in which a small energy is rounding."""
    wide = x.shape[1] >= x.shape[0]
    given = torch.from_numpy(x).float()
    solved = torch.linalg.eigh(given @ given.T if wide else given.T @ given)
    energies, vectors = (part.double().numpy() for part in solved)
    present = energies > 1e-6 * energies[-1]
    energies, vectors = energies[present], vectors[:, present]
    return (vectors, energies) if wide else (x @ vectors / np.sqrt(energies), energies)


class RidgesByFactors(Ridges):
    """Ridges that are solved by a triangular factor for each penalty, without eigenvalues."""

    def __init__(self, features: Numbers, targets: Numbers, **_: Any) -> None:
        # of cases alike and without groups, as those of this study are
        self._centre, self._offset = features.mean(axis=0), targets.mean(axis=0)
        self._x, self._targets = features - self._centre, targets
        self._y = targets - self._offset
        self._gram = self._x @ self._x.T

    def best(self) -> Teacher:
        """The ridge of the penalty with the least left-out error."""
        badness, ratio, errors = self._least(lambda ratio: self._solved(self._gram, ratio)[0])
        return self.teacher(ratio, badness, errors)

    def teacher(self, ratio: float, badness: float, errors: Numbers | None = None) -> Teacher:
        """The ridge of a penalty that was chosen."""
        left_out, dual = self._solved(self._gram, ratio)
        weights = self._x.T @ dual
        errors = left_out if errors is None else errors
        bias = self._offset - self._centre @ weights
        return Teacher(weights, bias, self._targets - errors, ratio, badness)

    def badness_with(self, features: Numbers, more: Numbers) -> float:
        """What would be minimal if some features counted more or less."""
        changed = features - features.mean(axis=0)
        gram = self._gram + (changed * more) @ changed.T
        return self._least(lambda ratio: self._solved(gram, ratio)[0])[0]

    def _solved(self, gram: Numbers, ratio: float) -> tuple[Numbers, Numbers]:
        """Left-out errors, and what weights are made of."""
        penalty = ratio * np.trace(gram) / len(gram)
        loaded = gram.copy()
        loaded[np.diag_indices_from(loaded)] += penalty
        inverse, _ = lapack.dtrtri(cholesky(loaded, lower=True, overwrite_a=True), lower=1)
        dual = inverse.T @ (inverse @ self._y)
        freedom = penalty * np.square(inverse).sum(axis=0) - 1 / len(gram)
        return penalty * dual / np.maximum(freedom, 1e-9)[:, None], dual


class RidgesJudgedBySome:
    """Ridges whose penalty and gains some of the cases judge; one factor then solves all."""

    def __init__(self, features: Numbers, targets: Numbers, **_: Any) -> None:
        self._step = max(1, len(features) // JUDGES)
        self._some = Ridges(features[:: self._step], targets[:: self._step])
        self._all = RidgesByFactors(features, targets)

    def badness_with(self, features: Numbers, more: Numbers) -> float:
        """As those of some cases say it."""
        return self._some.badness_with(features[:: self._step], more)

    def best(self) -> Teacher:
        """The ridge of all cases, with the penalty that some of them have judged best."""
        judged = self._some.best()
        return self._all.teacher(judged.ratio, judged.badness)


WAYS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "as it is": nullcontext,
    "a triangular factor for each penalty, no eigenvalues": lambda: mock.patch.object(
        student, "Ridges", RidgesByFactors
    ),
    "eigenvalues in single precision": lambda: mock.patch.object(
        teacher, "_components", single_eigenvalues
    ),
    "every third of the penalties": lambda: mock.patch.object(teacher, "RATIOS", RATIOS[::3]),
    f"penalty and gains judged by {JUDGES:,} of 2,048": lambda: mock.patch.object(
        student, "Ridges", RidgesJudgedBySome
    ),
    "100 made series in place of 300": lambda: mock.patch.object(student, "PSEUDO_CASES", 100),
    "half of what the student is shown": lambda: mock.patch.multiple(
        student, PSEUDO_CASES=150, MOST_CASES=350
    ),
}
"""What is tried, and how it differs from what the library does."""


def choices(folder: Path, n_cases: int, detectors: int) -> list[dict[str, Any]]:
    """Seconds of whole fits, of one thread, and what their models are right about, in each way."""
    from physembed.estimators import PhysicalEmbeddingClassifier

    X, y = np.load(folder / "X.npy", mmap_mode="r"), np.load(folder / "y.npy")
    source = (np.array(X[:n_cases]), y[:n_cases])
    with np.load(folder / "test.npz") as test:
        others, labels = test["X"], test["y"]

    def model(seed: int) -> Any:
        return PhysicalEmbeddingClassifier(
            "compact", detectors=detectors, random_state=seed, n_jobs=1
        )

    model(0).fit(source[0][:400], source[1][:400]).predict(others[:4096])
    records = []
    for name, changed in WAYS.items():
        seconds, right = [], []
        for seed in SEEDS:
            before = time.process_time()
            with changed():
                fitted = model(seed).fit(source)
            seconds.append(time.process_time() - before)
            right.append(float((fitted.predict(others) == labels).mean()))
        records.append({"way": name, "cases": n_cases, "seconds": seconds, "accuracies": right})
    return records


if __name__ == "__main__":
    told = choices(Path(sys.argv[1]), *(int(argument) for argument in sys.argv[2:]))
    sys.stdout.write(json.dumps(told))
