"""A fit of designed physics with a solved readout, as a user has it: by the estimator."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from physembed.data import load_dataset

DATASET = "SpokenDigits"
PRESETS = ("lattice", "homodyne", "compact")
CASES, POINTS = 1000, 500


def designed_records(
    data_dir: Path | None = None,
    *,
    rounds: int = 3,
    report: Callable[[str], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Seconds of fitting 1,000 series of 500 points and of predicting as many (medians).

    The series are pieces out of the middle of recordings; ten classes.

    Parameters
    ----------
    data_dir : Path or None
    rounds : int, default=3
        Beside a first one, which is not counted.
    report : callable
    """
    from physembed.estimators import PhysicalEmbeddingClassifier

    data = load_dataset(DATASET, data_dir)
    start = (data.X_train[0].shape[-1] - POINTS) // 2
    pieces = np.asarray(data.X_train, dtype=np.float64)[..., start : start + POINTS]
    order = np.random.default_rng(0).permutation(len(pieces))
    seen, unseen = order[:CASES], order[-CASES:]
    records = []
    for preset in PRESETS:
        report(f"fit of {preset}")
        times = []
        for _ in range(1 + rounds):
            started = time.perf_counter()
            model = PhysicalEmbeddingClassifier(preset=preset, random_state=0)
            model.fit(pieces[seen], data.y_train[seen])
            fitted = time.perf_counter()
            model.predict(pieces[unseen])
            times.append((fitted - started, time.perf_counter() - fitted))
        fit, predict = (median(part) for part in zip(*times[1:], strict=True))
        records.append(
            {
                "preset": preset,
                "cases": CASES,
                "points": POINTS,
                "fit_s": fit,
                "predict_s": predict,
                "readout": model.parameter_counts_["readout"],
            }
        )
    return records
