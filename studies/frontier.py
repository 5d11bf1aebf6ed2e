"""Accuracy against the number of detectors, with and without a demand that they bear noise.

``python -m studies.frontier DATA_DIR [OUT]`` writes ``frontier.json``: one record for each set,
with the accuracy at every number of detectors and of bits, on the test cases as they are and with
sensor noise; and ``rivals.json``, MiniRocket (aeon) on the same cases. Test cases are counted,
never chosen by. A study that was stopped goes on.
"""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import physembed as pe
from physembed.data import Dataset, load_dataset
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.presets.compact import pool, pool_gains
from physembed.training.readout.ridge import detected_features
from physembed.training.selection.minirocket_teacher import fit_minirocket
from physembed.training.selection.reliability import with_noise
from physembed.training.selection.student import MOST_FORWARD, Lesson, choose, learn, prepare_lesson
from physembed.training.selection.train import targets_of
from studies.few_detectors import SETS
from studies.fit_records import Records, as_tensors, run_from_command_line

Numbers = NDArray[np.float64]

DETECTORS = (16, 56, 288, 1120)
BITS = (4, 8, 32)
ROBUSTNESS = (0.0, 0.03)
NOISE = (0.01, 0.03, 0.1)
MOST_NOISY = 300
"""Test cases that noise is added to, spread evenly over them."""


def measure(
    data: Dataset,
    *,
    detectors: Sequence[int] = DETECTORS,
    bits: Sequence[int] = BITS,
    noise: Sequence[float] = NOISE,
    with_minirocket: bool = False,
) -> dict[str, Any]:
    """Students of all sizes on one set; whether MiniRocket teaches them too."""
    x_train, y_train, x_test, y_test = as_tensors(data)
    _, n_channels, n_timepoints = x_train.shape
    labels, n_classes = y_train.numpy(), int(y_train.max()) + 1
    fibres = pool(n_timepoints)
    network = PhysicalEmbeddingNetwork(
        fibres, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=n_classes
    )
    network.prepare(x_train, seed=0)
    detected: dict[bytes, Numbers] = {}

    def features_of(x: Numbers) -> Numbers:
        # both lessons ask for the same training and pseudo-cases
        key = sha256(x.data).digest()
        if key not in detected:
            detected[key] = detected_features(network, torch.from_numpy(x).float())
        return detected[key]

    tests = with_and_without_noise(x_test.double().numpy(), y_test.numpy(), noise)
    tested = {level: (features_of(x), y) for level, (x, y) in tests.items()}
    targets = targets_of(y_train, n_classes)
    second = None
    if with_minirocket:
        second = fit_minirocket(x_train.double().numpy(), targets, seed=0)
    lessons = []
    for robustness in ROBUSTNESS:
        lesson = prepare_lesson(
            features_of,
            pool_gains(fibres, n_timepoints, n_channels),
            x_train.double().numpy(),
            targets,
            labels=labels,
            seed=0,
            robustness=robustness,
            score_by=None if second is None else second.scores,
            beside=second is not None,
        )
        lessons.append(
            {
                "robustness": robustness,
                "usable": lesson.n_usable,
                "left_out_error": float(np.square(lesson.left_out - targets).mean()),
                "ratio": lesson.ratio,
                "students": students(lesson, tested, n_classes, detectors, bits),
            }
        )
    return {
        "pool": tested[0.0][0].shape[1],
        "classes": n_classes,
        "train_cases": len(labels),
        "lessons": lessons,
    }


def with_and_without_noise(
    test: Numbers, labels: NDArray[Any], noise: Sequence[float] = NOISE
) -> dict[float, tuple[Numbers, NDArray[Any]]]:
    """All test cases as they are, and some with each level of noise; the same for every model."""
    tests = {0.0: (test, labels)}
    spread = np.unique(np.linspace(0, len(test) - 1, MOST_NOISY).astype(int))
    generator = np.random.default_rng(1)
    for level in noise:
        tests[level] = (with_noise(test[spread], level, generator), labels[spread])
    return tests


def students(
    lesson: Lesson,
    tested: dict[float, tuple[Numbers, NDArray[np.int64]]],
    n_classes: int,
    detectors: Sequence[int],
    bits: Sequence[int],
) -> list[dict[str, Any]]:
    """Of every size and every number of bits, what they say of features and classes."""
    measured = []
    # fewer than that are chosen forward, from all; more, backward, from the larger choice
    places = None
    for n_detectors in sorted(detectors, reverse=True):
        places = choose(lesson, n_detectors, among=places if n_detectors > MOST_FORWARD else None)
        for weight_bits in bits:
            student = learn(lesson, places, weight_bits=weight_bits)
            accuracies = {}
            for level, (features, labels) in tested.items():
                scores = student.scores(features)
                accuracies[f"{level:g}"] = accuracy(scores, labels)
            features, labels = tested[0.0]
            limited = student.scores(lesson.scaling.limited(features))
            measured.append(
                {
                    "detectors": len(student.places),
                    "asked": n_detectors,
                    "bits": weight_bits,
                    "weights": max(1, n_classes - 1) * (len(student.places) + 1),
                    "accuracy": accuracies,
                    "limited": accuracy(limited, labels),
                }
            )
    return measured


def accuracy(scores: Numbers, labels: NDArray[np.int64]) -> float:
    """Of the class of the highest score, or of the sign of the only one."""
    said = scores.argmax(axis=1) if scores.shape[1] > 1 else (scores[:, 0] > 0).astype(int)
    return float((said == labels).mean())


def measure_rival(data: Dataset) -> dict[str, Any]:
    """MiniRocket and a ridge classifier on one set."""
    x_train, y_train, x_test, y_test = as_tensors(data)
    rival = pe.BaselineClassifier("minirocket", random_state=0)
    rival.fit(x_train.double().numpy(), y_train.numpy())
    tests = with_and_without_noise(x_test.double().numpy(), y_test.numpy())
    return {
        "model": "minirocket",
        "weights": rival.parameter_counts_["readout"],
        "accuracy": {
            f"{level:g}": float((rival.predict(x) == labels).mean())
            for level, (x, labels) in tests.items()
        },
    }


def measure_all(data_dir: Path, out: Path) -> None:
    """Every set that the records lack, small ones first."""
    records, rivals = Records(out / "frontier.json"), Records(out / "rivals.json")
    for name in smallest_first(data_dir):
        data = load_dataset(name, data_dir)
        records.add({"dataset": name}, partial(measure, data))
        rivals.add({"dataset": name}, partial(measure_rival, data))


def smallest_first(data_dir: Path) -> list[str]:
    """All sets, by the numbers in their series."""

    def numbers_in(name: str) -> int:
        data = load_dataset(name, data_dir)
        return (len(data.X_train) + len(data.X_test)) * int(data.X_train[0].shape[-1])

    return sorted(SETS, key=numbers_in)


if __name__ == "__main__":
    run_from_command_line(__doc__, measure_all)
