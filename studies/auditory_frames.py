"""Spoken Digits by two spectrograms at once, and frame by frame.

``python -m studies.auditory_frames DATA_DIR results/spoken-digits`` writes ``frames.json``: the
presets' accuracies on each speaker left out of the training cases of the official split, by which
they were designed, on that split's test cases, and on each speaker left out of all cases. The
official split's cases are in the order of digit, speaker and recording.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import physembed as pe
from physembed.data import load_dataset
from studies.fit_records import Records, run_from_command_line
from studies.spoken_digits import speakers

PRESETS = ("auditory", "auditory-frames")
N_SPEAKERS = 6
OF_TRAINING = "a speaker left out of the training cases"
OF_ALL = "a speaker left out of all cases"
OFFICIAL = "the official split"


def measure(data_dir: Path, out: Path) -> None:
    """Both presets, on all three."""
    records = Records(out / "frames.json")
    for preset in PRESETS:
        for fold in range(N_SPEAKERS):
            for tested in (OF_TRAINING, OF_ALL):
                key = {"tested on": tested, "model": preset, "fold": fold}
                records.add(key, partial(_fitted, data_dir, preset, fold, tested))
        key = {"tested on": OFFICIAL, "model": preset, "fold": 0}
        records.add(key, partial(_fitted, data_dir, preset, 0, OFFICIAL))


def _fitted(data_dir: Path, preset: str, fold: int, tested: str) -> dict[str, Any]:
    if tested == OF_ALL:
        data = load_dataset("SpokenDigits", data_dir, split="leave-one-speaker-out", fold=fold)
    else:
        data = load_dataset("SpokenDigits", data_dir)
    X, y, X_test, y_test = data.X_train, data.y_train, data.X_test, data.y_test
    if tested == OF_TRAINING:
        out = speakers(len(X), N_SPEAKERS).numpy() == fold
        X, y, X_test, y_test = X[~out], y[~out], X[out], y[out]
    classifier = pe.PhysicalEmbeddingClassifier(preset, random_state=0).fit(X, y)
    accuracy = float(np.mean(classifier.predict(X_test) == y_test))
    return {"accuracy": accuracy, **classifier.parameter_counts_}


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
