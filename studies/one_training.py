"""A fit of a preset in a process of its own, by whichever code is first on the path; prints JSON.

``python -P studies/one_training.py '{"preset": "tiny", "seed": 0, "data_dir": "..."}'``: it knows
of the library what every revision has. With a ``fold`` the official test cases are not looked at.
"""

import json
import sys
import time
import warnings
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import torch
from sklearn.model_selection import StratifiedKFold

from physembed.data import load_dataset
from physembed.estimators import PhysicalEmbeddingClassifier
from physembed.presets import PRESETS
from physembed.training.method import limited

DATASET = "SpokenDigits"
FOLDS = 3
TRANSFORMS = 16, 10240
"""Cases and points of the Fourier transforms that tell how fast the core is at the time."""
COMPILED_BY = 40
"""Cases of a first fit, in which loops are compiled or loaded."""


def transform_us() -> float:
    """Microseconds of the processor for a transform: more beside other work than by itself."""
    field, times = torch.randn(*TRANSFORMS, dtype=torch.complex64), []
    for _ in range(41):
        started = time.process_time()
        torch.fft.fft(field)
        times.append(time.process_time() - started)
    return 1e6 * median(times) / TRANSFORMS[0]


def fit(asked: dict[str, Any]) -> dict[str, Any]:
    """Seconds of the processor of a fit with one thread, and the accuracy on cases not seen.

    Parameters
    ----------
    asked : dict
        ``preset``, ``seed``, ``data_dir``; ``fold`` of the training cases or None; ``settings`` in
        which the preset's training is changed.
    """
    torch.set_num_threads(1)
    data = load_dataset(DATASET, asked["data_dir"])
    seen, unseen = (data.X_train, data.y_train), (data.X_test, data.y_test)
    if asked.get("fold") is not None:
        division = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        parts = list(division.split(np.zeros(len(seen[1])), seen[1]))[asked["fold"]]
        seen, unseen = ((data.X_train[part], data.y_train[part]) for part in parts)
    few = slice(None, None, len(seen[1]) // COMPILED_BY)
    first = limited(PRESETS[asked["preset"]].training, 1)
    PhysicalEmbeddingClassifier(asked["preset"], training=first).fit(*(part[few] for part in seen))
    settings: Any = PRESETS[asked["preset"]].training
    classifier = PhysicalEmbeddingClassifier(
        asked["preset"],
        training=replace(settings, **asked.get("settings", {})),
        random_state=asked["seed"],
    )
    before, started = transform_us(), time.process_time()
    classifier.fit(*seen)
    seconds = time.process_time() - started
    return {
        "fit_s": seconds,
        "transform_us": (before + transform_us()) / 2,
        "accuracy": float(classifier.score(*unseen)),
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(fit(json.loads(sys.argv[1]))))
