"""A whole training step, and whole fits, on a GPU."""

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from physembed.data import load_dataset
from physembed.estimators import PhysicalEmbeddingClassifier, build_classifier
from physembed.networks import (
    Amplitude,
    Fibre,
    PhysicalEmbeddingNetwork,
    SeriesEncoder,
    Trainable,
)
from physembed.physics import NonlinearSchrodinger
from physembed.training import TrainingSettings
from physembed.training.gradient.batches import batches
from physembed.training.gradient.recorded import RecordedTraining
from physembed.training.placement import place_of_training
from studies.gpu.timing import microseconds

STEPS = ((64, 1024), (256, 1024))
"""Cases and points."""

BATCHES = 32
"""In an epoch, of which the step is a share."""


class Fit(NamedTuple):
    """A preset on a data set from a seed; with a guard band that is not its own, or None."""

    preset: str
    data: str
    seed: int
    guard_band: float | None = None


FITS = (
    *(Fit("nlse", "FordASubset", seed) for seed in range(5)),
    # a window of 2,048 points, which stays on the chip
    *(Fit("nlse", "FordASubset", seed, guard_band=3.096) for seed in range(5)),
    *(Fit("lens", "FordASubset", seed) for seed in range(2)),
    Fit("tiny", "FordASubset", 0),
    *(Fit("nlse", "SpokenDigits", seed) for seed in range(3)),
)
"""The first of a kind compiles."""

PLACED = (
    *(Fit(preset, "FordASubset", 0) for preset in ("homodyne", "lens", "gpe", "cnn")),
    Fit("nlse", "SpokenDigits", 0),
)
"""What the rule of ``device="auto"`` is held against, on both devices."""
ON_GPU_ALONE = {("nlse", "SpokenDigits"), ("gpe", "FordASubset")}
"""Whose fits take a CPU too long, and have their records."""


def training_step(n_cases: int, n_points: int) -> dict[str, Any]:
    """Microseconds of a step on so many cases, as it is replayed in training."""
    torch.manual_seed(0)
    fibre = Fibre(
        NonlinearSchrodinger(),
        {"alpha": Trainable(0.0), "beta2": Trainable(0.3), "gamma": Trainable(0.1)},
        encoder=SeriesEncoder(guard_band=0.0),
        detector=Amplitude(),
    )
    network = PhysicalEmbeddingNetwork(
        [fibre], n_channels=1, n_timepoints=n_points, n_classes=10
    ).cuda()
    n_all = BATCHES * n_cases
    x = torch.randn(n_all, 1, n_points)
    y = torch.randint(10, (n_all,))
    settings = TrainingSettings(batch_size=n_cases, max_epochs=100)
    training = batches(x, y, n_cases, generator=torch.Generator())
    step = RecordedTraining(
        network, settings, training, None, class_weights=None, n_epochs=settings.max_epochs
    )

    order = torch.arange(n_all, device="cuda")

    def epoch() -> None:
        step.restart(order)
        step.replay()

    return {"cases": n_cases, "points": n_points, "step": microseconds(epoch) / BATCHES}


def place(of: Fit, folder: Path) -> dict[str, Any]:
    """Seconds to fit and to predict on either device, what the rule takes, and what agrees."""
    cases = load_dataset(of.data, folder)
    n_outputs = len(set(cases.y_train.tolist()))
    record: dict[str, Any] = {"preset": of.preset, "data": of.data, "seed": of.seed}
    estimator: Any = build_classifier(of.preset, random_state=of.seed)
    X = np.asarray(cases.X_train)
    recipe = estimator.recipe((*X.shape[1:], n_outputs), seed=of.seed)
    rule = place_of_training(recipe, len(X), X.shape[1] * X.shape[2])
    record |= {"rule": rule.device, "why": rule.why}
    for device in ("cpu", "cuda"):
        if device == "cpu" and (of.preset, of.data) in ON_GPU_ALONE:
            continue
        started = time.perf_counter()
        estimator.set_params(device=device).fit(cases.X_train, cases.y_train)
        record[f"fit, {device} / s"] = time.perf_counter() - started
    told = {}
    for device in ("cpu", "cuda"):
        estimator.set_params(device=device).predict(cases.X_test)
        # the first compiles, or copies constants
        started = time.perf_counter()
        told[device] = estimator.predict_proba(cases.X_test)
        record[f"predict, {device} / s"] = time.perf_counter() - started
    record["largest difference"] = float(np.abs(told["cpu"] - told["cuda"]).max())
    return record


def fit(of: Fit, folder: Path) -> dict[str, Any]:
    """Seconds to fit and to predict, and the accuracy, of one seed."""
    cases = load_dataset(of.data, folder)
    estimator = PhysicalEmbeddingClassifier(
        of.preset, device="cuda", guard_band=of.guard_band, random_state=of.seed
    )
    started = time.perf_counter()
    estimator.fit(cases.X_train, cases.y_train)
    fitted = time.perf_counter()
    accuracy = estimator.set_params(device="cpu").score(cases.X_test, cases.y_test)
    return {
        "preset": of.preset,
        "data": of.data,
        "seed": of.seed,
        "guard band": of.guard_band,
        "fit / s": fitted - started,
        "predict / s": time.perf_counter() - fitted,
        "accuracy": float(accuracy),
    }
