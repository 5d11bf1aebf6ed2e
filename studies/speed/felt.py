"""What people wait for: many short series, and a long one, beside MiniRocket.

``python -m studies.speed.felt MODEL PART`` measures one part by itself, in this process, with one
thread, and prints it as JSON. Seconds are those of the processor, since a machine may be busy with
other work; memory is the largest resident set less that before.
"""

import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._markdown import markdown_table
from physembed.experiments.grid.effort import measured

ROOT = Path(__file__).parents[2]
MODELS = ("compact", "minirocket")
CASES, POINTS = 50_000, 100
RIVAL_FIT = 5_000
"""Series that MiniRocket is fitted to: of all of them its features alone take four gigabytes in
double precision, and their Gram matrix ten minutes."""
LONG, WINDOW = 1_000_000, 500


def noises(n_cases: int, n_points: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Two classes of noise that differ in how far neighbouring points go together."""
    rng = np.random.default_rng(0)
    labels = np.arange(n_cases) % 2
    X = rng.standard_normal((n_cases, 1, n_points))
    X[:, 0, 1:] += np.where(labels, 0.9, 0.6)[:, None] * X[:, 0, :-1]
    return X, labels


def one_part(model: str, part: str) -> dict[str, Any]:
    """Short series fitted and predicted, or a recording predicted in windows or as one series."""
    if part == "one-series":
        return {"predict": _one_series(model)}
    from physembed.estimators.building import build_classifier

    # what is compiled and loaded is no part of it
    warm = build_classifier(model, random_state=0)
    warm.fit(*noises(60, POINTS)).predict(noises(2_000, POINTS)[0])
    classifier = build_classifier(model, random_state=0)
    if part == "windows":
        classifier.fit(*noises(200, WINDOW)).predict(noises(1_024, WINDOW)[0])
        series = noises(LONG // WINDOW, WINDOW)[0]
        return {"predict": _measured(lambda: classifier.predict(series))}
    X, y = noises(CASES, POINTS)
    n_fitted = CASES if model == MODELS[0] else RIVAL_FIT
    record: dict[str, Any] = {"fitted": n_fitted}
    record["fit"] = _measured(lambda: classifier.fit(X[:n_fitted], y[:n_fitted]))
    record["predict"] = _measured(lambda: classifier.predict(X))
    return record


def _one_series(model: str) -> dict[str, float]:
    """Features of one series of a million points; detectors drawn, as a fit would have chosen."""
    import torch

    rng = np.random.default_rng(0)
    series = rng.standard_normal((1, 1, LONG))
    if model == "minirocket":
        # with thresholds drawn: its fit sorts a million numbers for each of thousands of kernels
        from aeon.transformations.collection.convolution_based import _minirocket as aeons

        dilations, of_each = aeons._fit_dilations(LONG, 10_000, 32)
        n = 84 * len(dilations)
        ones, zeros = np.ones(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
        biases = rng.standard_normal(84 * of_each.sum()).astype(np.float32)
        parameters = (ones, zeros, dilations, of_each, biases)
        kernels = aeons.MiniRocket._indices
        single = series[:, 0].astype(np.float32)
        few = (*parameters[:2], dilations[:1], *parameters[3:])
        # compiles
        aeons._static_transform_uni(single[:, :2_000], few, kernels)
        return _measured(lambda: aeons._static_transform_uni(single, parameters, kernels))
    from physembed.networks import PhysicalEmbeddingNetwork
    from physembed.presets.compact import pool

    whole = PhysicalEmbeddingNetwork(pool(LONG), n_channels=1, n_timepoints=LONG, n_classes=1)
    places = np.sort(rng.choice(whole.head.linear.in_features, 1_120, replace=False))
    network = whole.chosen(places.tolist(), 2)
    x = torch.from_numpy(series)
    with torch.inference_mode():
        network.features(x)
        return _measured(lambda: network.features(x))


def _measured(function: Callable[[], object]) -> dict[str, float]:
    before, wall = time.process_time(), time.perf_counter()
    _, effort = measured(function)
    return {
        "seconds": time.perf_counter() - wall,
        "processor_seconds": time.process_time() - before,
        "peak_bytes": effort.peak_bytes or 0,
    }


def felt_record(report: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Every part of both models, each in a process of its own."""
    from physembed.training.environment import environment_record

    record: dict[str, Any] = {
        "environment": environment_record(),
        "load": os.getloadavg()[0],
        "cases": CASES,
        "points": POINTS,
        "long": LONG,
        "window": WINDOW,
    }
    for part in ("windows", "one-series", "short"):
        for model in MODELS:
            report(f"{part}, {model}")
            command = [sys.executable, "-W", "ignore", "-m", __spec__.name, model, part]
            environment = {**os.environ, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
            done = subprocess.run(
                command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment
            )
            record.setdefault(part, {})[model] = json.loads(done.stdout.splitlines()[-1])
    return record


def felt_table(record: dict[str, Any]) -> str:
    """The record as a table in Markdown."""
    short, windows, one = record["short"], record["windows"], record["one-series"]
    ours, theirs = MODELS
    parts = [
        (f"{LONG:,} points in windows of {WINDOW}: predict", windows, "predict"),
        (f"{LONG:,} points as one series: features", one, "predict"),
        (f"{CASES:,} series of {POINTS} points: predict", short, "predict"),
        (
            f"fit of {short[ours]['fitted']:,} such series (MiniRocket: "
            f"{short[theirs]['fitted']:,})",
            short,
            "fit",
        ),
    ]
    rows = []
    for name, of_part, what in parts:
        numbers = [of_part[model][what] for model in MODELS]
        seconds = (f"{n['processor_seconds']:.1f}" for n in numbers)
        memory = (f"{n['peak_bytes'] / 1e6:.0f}" for n in numbers)
        rows.append((name, *seconds, *memory))
    processor = record["environment"]["processor"]
    lines = [
        markdown_table(
            ("", "compact / s", "MiniRocket / s", "compact / MB", "MiniRocket / MB"), rows
        ),
        "",
        f"Seconds of the processor with one thread on {processor}, at a load of "
        f"{record['load']:.0f} by other work; memory beyond what the process had before.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.stdout.write(json.dumps(one_part(*sys.argv[1:3])))
