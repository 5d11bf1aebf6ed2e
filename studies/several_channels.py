"""`compact` and MiniRocket (aeon) on sets of several channels, in their official division.

``python -m studies.several_channels DATA_DIR results/frontier`` writes ``several_channels.json``.
Two of the sets are bundled with aeon; the others lie in ``DATA_DIR/uea``.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import physembed as pe
from physembed.data import Dataset, load_dataset
from studies.fit_records import Records, run_from_command_line

SETS = (
    *("ERing", "Libras", "BasicMotions", "RacketSports"),
    *("JapaneseVowels", "Handwriting", "PenDigits", "LSST"),
)
DETECTORS = (64, 288, 1120)
POOL = "differences beside channels"
"""What the pool of `compact` looks at, as the record calls it. Of "channels alone" are those of
before differences of neighbouring channels were in it."""
WITHIN_A_GOAL = {"JapaneseVowels": 620}
"""Detectors whose readout has at most 5,000 weights."""
SHORTEST = 9
"""Timepoints of MiniRocket's kernels, of which series must have as many."""


def measure(data_dir: Path, out: Path) -> None:
    """All sizes and the rival on every set."""
    records = Records(out / "several_channels.json")
    for name in SETS:
        data = load_dataset(name, data_dir)
        for n_detectors in (*DETECTORS, *([WITHIN_A_GOAL[name]] if name in WITHIN_A_GOAL else [])):
            key = {"dataset": name, "model": "compact", "detectors": n_detectors, "pool": POOL}
            records.add(key, partial(_measured, data, compact(n_detectors)))
        key = {"dataset": name, "model": "minirocket", "detectors": None}
        rival = pe.BaselineClassifier("minirocket", random_state=0)
        if np.shape(data.X_train[0])[-1] >= SHORTEST:
            records.add(key, partial(_measured, data, rival))


def compact(n_detectors: int) -> pe.PhysicalEmbeddingClassifier:
    """The default with so many detectors in all, whatever the number of channels."""
    return pe.PhysicalEmbeddingClassifier(detectors=n_detectors, random_state=0)


def _measured(data: Dataset, model: Any) -> dict[str, Any]:
    model.fit(data.X_train, data.y_train)
    said = model.predict(data.X_test)
    return {
        "accuracy": float((said == np.asarray(data.y_test)).mean()),
        "weights": model.parameter_counts_["readout"],
    }


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
