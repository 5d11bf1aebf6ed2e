"""About 250, 1,200 and 4,600 weights on five divisions of every set, and rivals on the same.

``python -m studies.resamples DATA_DIR results/frontier`` writes ``resamples.json``, one record for
each set and division, and ``resampled_rivals.json``: MiniRocket (aeon) with all of its kernels, and
with as many of its features as we have detectors, chosen and read out by the recipe that chooses
detectors. Division 0 is the official one, the others are aeon's resamples. Test cases are counted,
never chosen by. A study that was stopped goes on.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.data import Dataset, load_dataset
from physembed.data.resampling import resampled
from physembed.networks.baselines import MiniRocketNetwork
from physembed.training.readout.ridge import detected_features, fit_ridge
from physembed.training.selection.student import prepare_lesson
from physembed.training.selection.train import targets_of
from studies.fit_records import Records, as_tensors, run_from_command_line
from studies.frontier import measure, smallest_first, students

DETECTORS = (56, 352, 1344)
"""Of sets of 4.4 classes, which is their mean, about 200, 1,200 and 4,600 weights."""
BITS = (8, 32)
DIVISIONS = 5


def measure_resamples(data_dir: Path, out: Path) -> None:
    """Every division of every set that the records lack, small sets first."""
    records, rivals = Records(out / "resamples.json"), Records(out / "resampled_rivals.json")
    names = smallest_first(data_dir)
    ours = partial(measure, detectors=DETECTORS, bits=BITS, noise=())
    # the frontier has the official division of ours, so that rivals are what is missing there
    for name in names:
        data = load_dataset(name, data_dir)
        rivals.add({"dataset": name, "fold": 0}, partial(measure_rival, data))
    for name in names:
        for fold in range(DIVISIONS):
            data = resampled(load_dataset(name, data_dir), fold)
            key = {"dataset": name, "fold": fold}
            records.add(key, partial(ours, data))
            rivals.add(key, partial(measure_rival, data))


def measure_rival(data: Dataset) -> dict[str, Any]:
    """MiniRocket's features on one set: all of them by a ridge, and few by our recipe."""
    x_train, y_train, x_test, y_test = as_tensors(data)
    labels, n_classes = y_train.numpy(), int(y_train.max()) + 1
    network = MiniRocketNetwork(
        n_channels=x_train.shape[1], n_timepoints=x_train.shape[2], n_classes=n_classes
    )
    network.prepare(x_train, seed=0)

    def features_of(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return detected_features(network, torch.from_numpy(x).float())

    train, test = x_train.double().numpy(), features_of(x_test.double().numpy())
    ridge = fit_ridge(features_of(train), labels)
    lesson = prepare_lesson(
        features_of,
        np.ones(test.shape[1]),
        train,
        targets_of(y_train, n_classes),
        labels=labels,
        seed=0,
    )
    tested = {0.0: (test, y_test.numpy())}
    return {
        "classes": n_classes,
        "minirocket": float((ridge.classes(test) == y_test.numpy()).mean()),
        "students": students(lesson, tested, n_classes, DETECTORS, (max(BITS),)),
    }


if __name__ == "__main__":
    run_from_command_line(__doc__, measure_resamples)
