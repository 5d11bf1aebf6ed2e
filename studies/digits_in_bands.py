"""Spoken Digits, few bands out of many: what choosing, and another readout, would bring.

``python -m studies.digits_in_bands DATA_DIR results/frontier`` writes ``digits_in_bands.json``: on
the official split, in ten folds and on speakers that were left out, the accuracy of the bands of
`auditory` under logistic regression; of five more lenslet arrays beside its own, 656 bands, under
a ridge; and of 143 and 554 of them that reproduce the ridge's scores, read out by their own
weights or by logistic regression. Nothing was set by these accuracies: the penalty of the
regression is one number for all.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from physembed.data import Dataset, load_dataset
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.presets.auditory import AUDITORY, lenslets
from physembed.training.readout.ridge import detected_features
from physembed.training.selection.scaling import Scaling
from physembed.training.selection.student import Lesson, choose, learn
from physembed.training.selection.teacher import Ridges
from physembed.training.selection.train import targets_of
from studies.fit_records import Records, as_tensors, run_from_command_line

Numbers = NDArray[np.float64]

SPLITS = {"official": 1, "leave-one-speaker-out": 6, "10-fold": 10}
MORE = (
    (2, 24, "alternating"),
    (4, 24, "alternating"),
    (8, 16, "direct"),
    (16, 8, "direct"),
    (8, 16, "alternating"),
)
"""Cells, bands and coupling of arrays beside those of `auditory`."""
DETECTORS = (554, 143)
"""At most 5,000 and 1,300 weights of nine rows."""
FIRMNESS = 0.03
"""C of the logistic regression, on standardised features."""


def measure(data_dir: Path, out: Path) -> None:
    """Every fold of every split."""
    records = Records(out / "digits_in_bands.json")
    for split, n_folds in SPLITS.items():
        for fold in range(n_folds):
            data = load_dataset("SpokenDigits", data_dir, split=split, fold=fold)
            records.add({"split": split, "fold": fold}, partial(_measured, data))


def _measured(data: Dataset) -> dict[str, Any]:
    x, y, x_test, y_test = as_tensors(data)
    n_timepoints, n_classes = x.shape[2], int(y.max()) + 1
    fibres = [*AUDITORY.fibres(n_timepoints), *(lenslets(n_timepoints, *one) for one in MORE)]
    network = PhysicalEmbeddingNetwork(
        fibres, n_channels=1, n_timepoints=n_timepoints, n_classes=n_classes
    )
    features, unseen = (detected_features(network, part, batch_size=64) for part in (x, x_test))
    n_auditory = sum(fibre.n_features(n_timepoints) for fibre in AUDITORY.fibres(n_timepoints))
    labels = y.numpy()

    def right(said: NDArray[np.int64]) -> float:
        return float((said == y_test.numpy()).mean())

    def logistic(places: NDArray[np.int64]) -> float:
        model = make_pipeline(
            StandardScaler(), LogisticRegression(C=FIRMNESS, max_iter=200, tol=1e-3)
        )
        return right(model.fit(features[:, places], labels).predict(unseen[:, places]))

    scaling = Scaling.of(features, np.ones(features.shape[1]))
    scaled = scaling(features)
    teacher = Ridges(scaled, targets_of(torch.from_numpy(labels), n_classes)).best()
    scores = teacher.scores(scaled)
    lesson = Lesson(scaling, scaled, scores, None, teacher.left_out, teacher.ratio)
    accuracies = {
        "auditory, logistic": logistic(np.arange(n_auditory)),
        "all bands": right(teacher.scores(scaling(unseen)).argmax(axis=1)),
    }
    for n_detectors in DETECTORS:
        places = choose(lesson, n_detectors)
        student = learn(lesson, places)
        accuracies[f"{n_detectors} of them"] = right(student.scores(unseen).argmax(axis=1))
        accuracies[f"{n_detectors} of them, logistic"] = logistic(places)
    return {"accuracy": accuracies}


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
