"""A fit of designed physics with a solved readout, as a user has it: by the estimator."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.data import load_dataset
from physembed.networks.light_path import LightPath
from studies.speed.timing import median_times

DATASET = "SpokenDigits"
PRESETS = ("lattice", "homodyne", "compact")
CASES, POINTS = 1000, 500
DETECTORS = 288
"""Of a small model, whose prediction was to take 0.1 s on two cores."""


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

    seen, unseen, y = _pieces(data_dir)
    records = []
    for preset in PRESETS:
        report(f"fit of {preset}")
        times = []
        for _ in range(1 + rounds):
            started = time.perf_counter()
            model = PhysicalEmbeddingClassifier(preset=preset, random_state=0)
            model.fit(seen, y)
            fitted = time.perf_counter()
            model.predict(unseen)
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


def chosen_record(data_dir: Path | None = None, *, rounds: int = 10) -> dict[str, Any]:
    """A fit of 288 chosen detectors, and a prediction by them (medians).

    Seconds of the processor with one thread, beside those of the Fourier transforms in a
    prediction, one for each arm that is read and case: its floor. And seconds on the clock with two
    threads, as people wait for them.
    """
    from physembed.estimators import PhysicalEmbeddingClassifier
    from physembed.networks.sweep import inverse

    seen, unseen, y = _pieces(data_dir)
    model = PhysicalEmbeddingClassifier(detectors=DETECTORS, random_state=0)
    functions = {"fit": lambda: model.fit(seen, y), "predict": lambda: model.predict(unseen)}
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        model.fit(seen, y)
        paths = [m for m in model.network_.modules() if isinstance(m, LightPath)]
        noise = [torch.randn(path.n_ends, path.n_points, dtype=torch.complex64) for path in paths]

        def transform() -> None:
            for field in noise:
                work, descriptor = torch.empty_like(field), inverse(field.shape[-1], len(field))
                for _ in range(CASES):
                    # again and again in its place it would fade to what is not normal
                    descriptor.backward(work.copy_(field))

        times = median_times(
            functions | {"transforms": transform}, rounds=rounds, repeats=1, clock=time.process_time
        )
        seconds = {f"{name}_s": milliseconds / 1e3 for name, milliseconds in times.items()}
        torch.set_num_threads(2)
        load = os.getloadavg()[0]
        waited = median_times(functions, rounds=rounds, repeats=1)
    finally:
        torch.set_num_threads(threads)
    seconds |= {f"{name}_clock_s": milliseconds / 1e3 for name, milliseconds in waited.items()}
    return {"cases": CASES, "points": POINTS, "detectors": DETECTORS, "load": load, **seconds}


def _pieces(data_dir: Path | None) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Pieces of recordings, others, and the classes of the first."""
    data = load_dataset(DATASET, data_dir)
    start = (data.X_train[0].shape[-1] - POINTS) // 2
    pieces = np.asarray(data.X_train, dtype=np.float64)[..., start : start + POINTS]
    order = np.random.default_rng(0).permutation(len(pieces))
    return pieces[order[:CASES]], pieces[order[-CASES:]], data.y_train[order[:CASES]]
