"""What a million series cost: fit and predict in pieces, each size in a process of its own.

``python -m studies.speed.scale fit FOLDER CASES DETECTORS`` prints one size as JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.data import load_dataset
from physembed.experiments.grid.effort import measured
from studies.speed.scale_rival import rival

ROOT = Path(__file__).parents[2]
"""From where ``python -m`` finds studies."""

DATASET = "MedicalImages"
"""Whose training series are the parents of all others: 99 timepoints, 10 classes."""
POINTS, DETECTORS, CLASSES = 100, 288, 10
SIZES = (10_000, 100_000, 1_000_000)
RIVAL_CASES, TAUGHT = 50_000, 12_000
LONG, WINDOW = 10_000_000, 500
TESTED = 10_000
AT_ONCE = 10_000
KNOTS, BENDING, NOISE = 6, 0.02, 0.15


def make_cases(
    n_cases: int, seed: int, parents: NDArray[np.float64], labels: NDArray[Any]
) -> tuple[NDArray[np.float32], NDArray[Any]]:
    """Series made of others: drawn, resampled to 100 points, warped, with noise.

    A parent is read at times that are moved by N(0, 0.02 T) at six knots, multiplied by
    1 + N(0, 0.1), and gets white noise of 0.15 of its deviation.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(parents), size=n_cases)
    n_points = parents.shape[1]
    knots = np.linspace(0, POINTS - 1, KNOTS)
    shifts = rng.normal(0, BENDING * n_points, (n_cases, KNOTS))
    weights = np.stack([np.interp(np.arange(POINTS), knots, row) for row in np.eye(KNOTS)])
    times = np.linspace(0, n_points - 1, POINTS) + shifts @ weights
    times = times.clip(0, n_points - 1.001)
    left = times.astype(np.int64)
    share = times - left
    rows = chosen[:, None]
    series = (1 - share) * parents[rows, left] + share * parents[rows, left + 1]
    size = series.std(axis=1, keepdims=True)
    series = series * (1 + rng.normal(0, 0.1, (n_cases, 1)))
    series += NOISE * size * rng.standard_normal(series.shape)
    return series.astype(np.float32), labels[chosen]


def write_cases(folder: Path, n_cases: int, data_dir: Path | None = None) -> None:
    """So many cases on the disk as X.npy and y.npy, and others to be tested on."""
    data = load_dataset(DATASET, data_dir)
    parents = np.asarray(data.X_train, dtype=np.float64)[:, 0]
    labels = np.asarray(data.y_train)
    X = np.empty((n_cases, POINTS), dtype=np.float32)
    y = np.empty(n_cases, dtype=labels.dtype)
    for number, first in enumerate(range(0, n_cases, AT_ONCE)):
        part = slice(first, min(first + AT_ONCE, n_cases))
        X[part], y[part] = make_cases(len(y[part]), number, parents, labels)
    np.save(folder / "X.npy", X)
    np.save(folder / "y.npy", y)
    series, labels = make_cases(TESTED, 10**6, parents, labels)
    np.savez(folder / "test.npz", X=series, y=labels)


def one_size(folder: Path, n_cases: int, detectors: int) -> dict[str, Any]:
    """Fit and predict so many of the cases in a folder."""
    from physembed.estimators import PhysicalEmbeddingClassifier, in_pieces

    # what is compiled and loaded is the same for every size
    X, y = np.load(folder / "X.npy", mmap_mode="r"), np.load(folder / "y.npy")
    warm = PhysicalEmbeddingClassifier("compact", detectors=detectors, random_state=0)
    warm.fit(np.array(X[:400]), y[:400]).predict(np.array(X[:AT_ONCE]))
    record: dict[str, Any] = {"cases": n_cases, "points": POINTS, "detectors": detectors}
    model = PhysicalEmbeddingClassifier("compact", detectors=detectors, random_state=0)
    if n_cases < len(y):
        np.save(folder / "some.npy", X[:n_cases])
        source = (folder / "some.npy", y[:n_cases])
    else:
        source = (folder / "X.npy", y)
    del X
    with _timed(in_pieces, "survey") as reading, _timed(in_pieces, "summed") as summing:
        record["fit"] = _measured(lambda: model.fit(source))
    record["fit"] |= {"reading": sum(reading), "summing": sum(summing)}
    record["accuracy"] = _accuracy(model, folder)
    record["predict"] = _measured(lambda: _predict(model, folder, n_cases))
    record["model_bytes"] = model.parameter_counts_["bytes"]
    return record


def teachers(folder: Path, n_cases: int) -> list[dict[str, Any]]:
    """What a teacher of all cases is worth beside one of the sample, and takes."""
    from physembed.estimators import PhysicalEmbeddingClassifier

    X, y = np.load(folder / "X.npy", mmap_mode="r"), np.load(folder / "y.npy")
    source = (np.array(X[:n_cases]), y[:n_cases])
    records = []
    for taught_by in ("all", "sample"):
        model = PhysicalEmbeddingClassifier("compact", detectors=DETECTORS, random_state=0)
        before = time.process_time()
        model.fit(source, taught_by=taught_by)
        seconds = time.process_time() - before
        told = {"cases": n_cases, "taught_by": taught_by, "processor_seconds": seconds}
        records.append(told | {"accuracy": _accuracy(model, folder)})
    return records


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


def scale_records(
    data_dir: Path | None = None,
    *,
    sizes: tuple[int, ...] = SIZES,
    rival_cases: int | None = RIVAL_CASES,
    record: dict[str, Any] | None = None,
    report: Callable[[str], None] = lambda _: None,
    write: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Time and memory of every size, and of a rival at the most that it stands.

    What is measured is handed to ``write`` after every step, and what a ``record`` has is not
    measured again: a stop loses one step.
    """
    from physembed.training.environment import environment_record

    record = {} if record is None else record
    record |= {
        "made_of": DATASET,
        "sizes": list(sizes),
        "environment": environment_record(),
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report("making cases")
        write_cases(folder, max(*sizes, rival_cases or 0), data_dir)
        steps: dict[str, Callable[[], Any]] = {
            f"fit {size}": partial(_in_process, "fit", folder, size, DETECTORS) for size in sizes
        }
        steps["planned"] = partial(planned_seconds, sizes)
        steps["taught"] = partial(_in_process, "taught", folder, TAUGHT)
        steps["kills"] = partial(_in_process_of, "studies.speed.kills_on_ray")
        steps["ray"] = partial(_in_process_of, "studies.speed.scale_on_ray")
        if rival_cases is not None:
            steps[f"fit {rival_cases}"] = partial(
                _in_process, "fit", folder, rival_cases, DETECTORS
            )
            steps["rival"] = partial(_in_process, "rival", folder, rival_cases)
        steps["long"] = partial(_in_process, "long", folder, LONG)
        steps["one"] = partial(_in_process, "one", folder, LONG)
        for step, measure in steps.items():
            if step not in record:
                report(step)
                record[step] = measure()
                record.setdefault("loads", {})[step] = os.getloadavg()[1]
                write(record)
    return record


def planned_seconds(sizes: tuple[int, ...]) -> list[float]:
    """What ``physembed plan`` says of a fit of each size, in seconds of one thread."""
    from physembed.estimators.planning import Demand, measure, plan

    demands = [Demand(size, POINTS, DETECTORS, classes=CLASSES) for size in sizes]
    costs = measure(demands[-1])
    told = [plan(demand, costs) for demand in demands]
    return [one.preparing + one.summing + one.solving for one in told]


def _in_process(*arguments: object) -> Any:
    return _in_process_of(__spec__.name, *arguments)


def _in_process_of(module: str, *arguments: object) -> Any:
    command = [sys.executable, "-W", "ignore::RuntimeWarning:runpy", "-m", module]
    done = subprocess.run(
        [*command, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    place, numbers = Path(sys.argv[2]), [int(argument) for argument in sys.argv[3:]]
    measure_one: dict[str, Callable[..., Any]] = {
        "fit": one_size,
        "rival": partial(rival, measured=_measured),
        "taught": teachers,
        "long": long_recording,
        "one": one_long_series,
    }
    told = measure_one[sys.argv[1]](place, *numbers)
    sys.stdout.write(json.dumps(told))
