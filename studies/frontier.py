"""Accuracy against the number of detectors, with and without a demand that they bear noise.

``python -m studies.frontier DATA_DIR [OUT]`` writes ``frontier.json``: one record for each set and
pool, with the accuracy at every number of detectors and of bits, on the test cases as they are and
with sensor noise. Test cases are counted, never chosen by. A study that was stopped goes on.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.data import load_dataset
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.presets.compact import pool, pool_gains
from physembed.training.readout.ridge import detected_features
from physembed.training.selection.reliability import with_noise
from physembed.training.selection.student import Lesson, learn, prepare_lesson
from studies.few_detectors import SETS
from studies.fit_records import Records, as_tensors, run_from_command_line

Numbers = NDArray[np.float64]

DETECTORS = (16, 56, 288, 1120)
BITS = (4, 8, 32)
ROBUSTNESS = (0.0, 0.03)
NOISE = (0.01, 0.03, 0.1)
MOST_NOISY = 300
"""Test cases that noise is added to, spread evenly over them."""


def measure(data_dir: Path, name: str, robustness: float) -> dict[str, Any]:
    """Students of all sizes on one set."""
    x_train, y_train, x_test, y_test = as_tensors(load_dataset(name, data_dir))
    _, n_channels, n_timepoints = x_train.shape
    labels, n_classes = y_train.numpy(), int(y_train.max()) + 1
    fibres = pool(n_timepoints)
    network = PhysicalEmbeddingNetwork(
        fibres, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=n_classes
    )
    network.prepare(x_train, seed=0)

    def features_of(x: Numbers) -> Numbers:
        return detected_features(network, torch.from_numpy(x).float())

    signs = 2.0 * np.eye(n_classes)[labels] - 1
    targets = signs if n_classes > 2 else signs[:, 1:]
    lesson = prepare_lesson(
        features_of,
        pool_gains(fibres, n_timepoints, n_channels),
        x_train.double().numpy(),
        targets,
        labels=labels,
        seed=0,
        robustness=robustness,
    )
    tested = {0.0: (features_of(x_test.double().numpy()), y_test.numpy())}
    spread = np.unique(np.linspace(0, len(x_test) - 1, MOST_NOISY).astype(int))
    generator = np.random.default_rng(1)
    for level in NOISE:
        noisy = with_noise(x_test[spread].double().numpy(), level, generator)
        tested[level] = (features_of(noisy), y_test.numpy()[spread])
    return {
        "pool": len(lesson.scaling.factor),
        "usable": lesson.n_usable,
        "classes": n_classes,
        "train_cases": len(labels),
        "left_out_error": float(np.square(lesson.left_out - targets).mean()),
        "ratio": lesson.ratio,
        "students": _students(lesson, tested, n_classes),
    }


def _students(
    lesson: Lesson, tested: dict[float, tuple[Numbers, NDArray[np.int64]]], n_classes: int
) -> list[dict[str, Any]]:
    found = []
    for n_detectors in DETECTORS:
        for bits in BITS:
            student = learn(lesson, n_detectors, weight_bits=bits)
            accuracies = {}
            for level, (features, labels) in tested.items():
                scores = student.scores(features)
                said = scores.argmax(axis=1) if n_classes > 2 else (scores[:, 0] > 0).astype(int)
                accuracies[f"{level:g}"] = float((said == labels).mean())
            found.append(
                {
                    "detectors": len(student.places),
                    "asked": n_detectors,
                    "bits": bits,
                    "weights": max(1, n_classes - 1) * (len(student.places) + 1),
                    "accuracy": accuracies,
                }
            )
    return found


def measure_all(data_dir: Path, out: Path) -> None:
    """Every set and pool that the records lack."""
    records = Records(out / "frontier.json")
    for name in ("FordASubset", "GunPoint", *SETS):
        for robustness in ROBUSTNESS:
            key = {"dataset": name, "robustness": robustness}
            records.add(key, partial(measure, data_dir, name, robustness))


if __name__ == "__main__":
    run_from_command_line(__doc__, measure_all)
