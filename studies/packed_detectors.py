"""Chosen detectors in bytes: how many they take, and what that costs in accuracy.

``python -m studies.packed_detectors DATA_DIR [OUT]`` writes ``packed.json``: one record for each
set, with the accuracy of students of weights of 4 and 8 bits, whose pool was rounded before
anything was learnt, on the test cases as they are and with sensor noise, and the bytes that each is
packed in, in all and by its parts; and what the same would take with eight bytes for each detector,
as it did, squeezed by zlib besides, or in single precision. Test cases are counted, never chosen
by. A study that was stopped goes on.
"""

import zlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.data import Dataset, load_dataset
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.presets.compact import pool, pool_gains
from physembed.training.readout.ridge import detected_features
from physembed.training.selection.calibrated_numbers import round_calibration
from physembed.training.selection.packing import Packed
from physembed.training.selection.place_codes import place_bytes
from physembed.training.selection.quantisation import EXPONENT_BITS
from physembed.training.selection.student import MOST_FORWARD, Lesson, choose, learn, prepare_lesson
from physembed.training.selection.train import targets_of
from studies.fit_records import Records, as_tensors, run_from_command_line
from studies.frontier import ROBUSTNESS, accuracy, smallest_first, with_and_without_noise

Numbers = NDArray[np.float64]

DETECTORS = (16, 56, 288, 352, 1120, 1344)
BITS = (4, 8)


def measure(data: Dataset) -> dict[str, Any]:
    """Students of all sizes on one set."""
    x_train, y_train, x_test, y_test = as_tensors(data)
    _, n_channels, n_timepoints = x_train.shape
    labels, n_classes = y_train.numpy(), int(y_train.max()) + 1
    fibres = pool(n_timepoints)
    network = PhysicalEmbeddingNetwork(
        fibres, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=n_classes
    )
    network.prepare(x_train, seed=0)
    round_calibration(network)

    def features_of(x: Numbers) -> Numbers:
        return detected_features(network, torch.from_numpy(x).float())

    tests = with_and_without_noise(x_test.double().numpy(), y_test.numpy())
    tested = {level: (features_of(x), y) for level, (x, y) in tests.items()}
    lessons = []
    for robustness in ROBUSTNESS:
        lesson = prepare_lesson(
            features_of,
            pool_gains(fibres, n_timepoints, n_channels),
            x_train.double().numpy(),
            targets_of(y_train, n_classes),
            labels=labels,
            seed=0,
            robustness=robustness,
        )
        students = _students(lesson, network, tested, n_classes)
        lessons.append({"robustness": robustness, "students": students})
    return {"pool": tested[0.0][0].shape[1], "classes": n_classes, "lessons": lessons}


def _students(
    lesson: Lesson,
    network: PhysicalEmbeddingNetwork,
    tested: dict[float, tuple[Numbers, NDArray[Any]]],
    n_classes: int,
) -> list[dict[str, Any]]:
    n_pool = tested[0.0][0].shape[1]
    measured, places = [], None
    for n_detectors in sorted(DETECTORS, reverse=True):
        places = choose(lesson, n_detectors, among=places if n_detectors > MOST_FORWARD else None)
        chosen = network.chosen(places.tolist(), n_classes)
        for bits in BITS:
            student = learn(lesson, places, weight_bits=bits)
            assert student.rows is not None
            content = Packed.of(chosen, places, n_pool, student.rows).content
            count, rows = len(places), max(1, n_classes - 1)
            of_places = place_bytes(count, n_pool)
            of_readout = (
                4 + 4 * rows + -(-count * EXPONENT_BITS // 8) + -(-rows * count * bits // 8)
            )
            measured.append(
                {
                    "asked": n_detectors,
                    "detectors": count,
                    "bits": bits,
                    "weights": rows * (count + 1),
                    "accuracy": {
                        f"{level:g}": accuracy(student.scores(features), labels)
                        for level, (features, labels) in tested.items()
                    },
                    "bytes": len(content),
                    "of_places": of_places,
                    "of_records": len(content) - 4 - of_places - of_readout,
                    "of_readout": of_readout,
                    "by_zlib": len(zlib.compress(content, 9)),
                    "as_floats": len(Packed.of(chosen, places, n_pool).content),
                    "eight_each": rows * (-(-count * bits // 8) + 8) + 8 * count,
                }
            )
    return measured


def measure_all(data_dir: Path, out: Path) -> None:
    """Every set that the record lacks, small ones first."""
    records = Records(out / "packed.json")
    for name in smallest_first(data_dir):
        records.add({"dataset": name}, partial(measure, load_dataset(name, data_dir)))


if __name__ == "__main__":
    run_from_command_line(__doc__, measure_all)
