"""What a million series cost: fit and predict in pieces, each size in a process of its own.

``python -m studies.speed.scale fit FOLDER CASES DETECTORS`` prints one size as JSON.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from physembed.experiments.grid.effort import measured
from studies.speed.scale_cases import AT_ONCE, POINTS
from studies.speed.scale_rival import rival

DETECTORS = 288
WAYS = (
    (DETECTORS, "sample", 2048),
    (DETECTORS, "sample", 4096),
    (1120, "sample", 2048),
    (DETECTORS, "all", 2048),
    (1120, "all", 2048),
    (4096, "sample", 2048),
)
"""Detectors, who chooses them, and cases of the sample: ways to be as accurate as the rival. The
last one has all that the pool can use."""
WINDOW = 500


def one_size(folder: Path, n_cases: int, detectors: int) -> dict[str, Any]:
    """Fit and predict so many of the cases in a folder."""
    from physembed.estimators import in_pieces

    record: dict[str, Any] = {"cases": n_cases, "points": POINTS, "detectors": detectors}
    model, source = _warm_model(folder, n_cases, detectors)
    with _timed(in_pieces, "survey") as reading, _timed(in_pieces, "summed") as summing:
        record["fit"] = _measured(lambda: model.fit(source))
    record["fit"] |= {"reading": sum(reading), "summing": sum(summing)}
    record["accuracy"] = _accuracy(model, folder)
    record["predict"] = _measured(lambda: _predict(model, folder, n_cases))
    record["model_bytes"] = model.parameter_counts_["bytes"]
    return record


def one_way(folder: Path, n_cases: int, detectors: int, way: int) -> dict[str, Any]:
    """Fit so many of the cases in a folder in one of :data:`WAYS`."""
    _, taught_by, sample_cases = WAYS[way]
    model, source = _warm_model(folder, n_cases, detectors)
    told = {"cases": n_cases, "detectors": detectors, "taught_by": taught_by}
    told |= {"sample_cases": sample_cases}
    options: Any = {"taught_by": taught_by, "sample_cases": sample_cases}
    fit = _measured(lambda: model.fit(source, **options))
    built = model.network_.head.linear.in_features
    return told | {"built": built, "fit": fit, "accuracy": _accuracy(model, folder)}


def one_sample(folder: Path, n_cases: int, detectors: int, sample_cases: int) -> dict[str, Any]:
    """Fit so many of the cases in a folder, the detectors chosen by a sample of some size."""
    model, source = _warm_model(folder, n_cases, detectors)
    fit = _measured(lambda: model.fit(source, sample_cases=sample_cases))
    told = {"cases": n_cases, "sample_cases": sample_cases}
    return told | {"fit": fit, "accuracy": _accuracy(model, folder)}


def _warm_model(folder: Path, n_cases: int, detectors: int) -> tuple[Any, Any]:
    """A model to be fitted, and a source of so many cases; what is loaded once is there already."""
    from physembed.estimators import PhysicalEmbeddingClassifier

    # what is compiled and loaded is the same for every size
    X, y = np.load(folder / "X.npy", mmap_mode="r"), np.load(folder / "y.npy")
    warm = PhysicalEmbeddingClassifier("compact", detectors=detectors, random_state=0)
    warm.fit(np.array(X[:400]), y[:400]).predict(np.array(X[:AT_ONCE]))
    if n_cases < len(y):
        np.save(folder / "some.npy", X[:n_cases])
        source = (folder / "some.npy", y[:n_cases])
    else:
        source = (folder / "X.npy", y)
    return PhysicalEmbeddingClassifier("compact", detectors=detectors, random_state=0), source


def long_recording(folder: Path, n_points: int) -> dict[str, Any]:
    """Predict the windows of a recording that is mapped from the disk."""
    from physembed.estimators import PhysicalEmbeddingClassifier
    from physembed.estimators.windows import predict_windows

    rng = np.random.default_rng(0)
    y = rng.integers(2, size=200)
    phase = rng.uniform(0, 6, (200, 1))
    X = np.sin(np.arange(WINDOW) * (0.05 + 0.02 * y[:, None]) + phase)
    X += 0.5 * rng.standard_normal(X.shape)
    model = PhysicalEmbeddingClassifier("compact", detectors=DETECTORS, random_state=0).fit(X, y)
    model.predict(X)
    noise = rng.standard_normal(n_points, dtype=np.float32)
    np.save(folder / "long.npy", np.sin(np.arange(n_points) * 0.06, dtype=np.float32) + noise / 2)
    del noise
    record: dict[str, Any] = {"points": n_points, "window": WINDOW, "detectors": DETECTORS}
    record["predict"] = _measured(
        lambda: predict_windows(model, np.load(folder / "long.npy", mmap_mode="r"))
    )
    return record


@contextmanager
def _timed(module: Any, name: str) -> Iterator[list[float]]:
    """Seconds of the processor of every call of a module's function."""
    function, seconds = getattr(module, name), []

    def timed(*given: Any, **options: Any) -> Any:
        before = time.process_time()
        result = function(*given, **options)
        seconds.append(time.process_time() - before)
        return result

    setattr(module, name, timed)
    try:
        yield seconds
    finally:
        setattr(module, name, function)


def one_long_series(folder: Path, n_points: int) -> dict[str, Any]:
    """Scores of one series, mapped from the disk; detectors drawn, as a fit would have chosen."""
    from physembed.networks import PhysicalEmbeddingNetwork
    from physembed.presets.compact import pool

    rng = np.random.default_rng(0)
    np.save(folder / "one.npy", rng.standard_normal((1, 1, n_points), dtype=np.float32))
    whole = PhysicalEmbeddingNetwork(
        pool(n_points), n_channels=1, n_timepoints=n_points, n_classes=1
    )
    places = np.sort(rng.choice(whole.head.linear.in_features, DETECTORS, replace=False))
    network = whole.chosen(places.tolist(), 2)
    del whole

    def scores(given: Any) -> None:
        with torch.inference_mode():
            network(torch.from_numpy(np.array(given, dtype=np.float64)))

    # compiles
    scores(np.load(folder / "one.npy"))
    record: dict[str, Any] = {"points": n_points, "detectors": DETECTORS}
    record["predict"] = _measured(lambda: scores(np.load(folder / "one.npy", mmap_mode="r")))
    return record


def _predict(model: Any, folder: Path, n_cases: int) -> None:
    for first in range(0, n_cases, AT_ONCE):
        # mapped anew: pages that were read count as memory while a map lasts
        X = np.load(folder / "X.npy", mmap_mode="r")
        model.predict(np.array(X[first : min(first + AT_ONCE, n_cases)]))


def _accuracy(model: Any, folder: Path) -> float:
    with np.load(folder / "test.npz") as test:
        return float((model.predict(test["X"]) == test["y"]).mean())


def _measured(work: Callable[[], Any]) -> dict[str, float]:
    before = time.process_time()
    _, effort = measured(work)
    return {
        "seconds": effort.seconds,
        "processor_seconds": time.process_time() - before,
        "peak_bytes": effort.peak_bytes or 0,
    }


if __name__ == "__main__":
    place, numbers = Path(sys.argv[2]), [int(argument) for argument in sys.argv[3:]]
    measure_one: dict[str, Callable[..., Any]] = {
        "fit": one_size,
        "rival": partial(rival, measured=_measured),
        "way": one_way,
        "sample": one_sample,
        "long": long_recording,
        "one": one_long_series,
    }
    told = measure_one[sys.argv[1]](place, *numbers)
    sys.stdout.write(json.dumps(told))
