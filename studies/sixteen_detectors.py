"""Sixteen detectors: of `tiny`, whose physics is tuned, and of `compact`, out of a larger pool.

``python -m studies.sixteen_detectors DATA_DIR results/frontier`` writes
``sixteen_detectors.json``: accuracy on test cases as they are and with noise in the sensor, and
what a window takes on a small processor, as it is told from the plan
(:func:`physembed.deploy.footprint`). Test cases are counted, never chosen by.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import physembed as pe
from physembed.data import Dataset, load_dataset
from physembed.deploy import footprint, lower
from studies.fit_records import Records, run_from_command_line
from studies.frontier import smallest_first, with_and_without_noise

MODELS = {
    "tiny, designed": pe.PhysicalEmbeddingClassifier("tiny", training="designed", random_state=0),
    "compact": pe.PhysicalEmbeddingClassifier(detectors=16, random_state=0),
    "compact, bears no noise": pe.PhysicalEmbeddingClassifier(
        detectors=16, robustness=0.0, random_state=0
    ),
    "tiny": pe.PhysicalEmbeddingClassifier("tiny", random_state=0),
}


def measure(data_dir: Path, out: Path) -> None:
    """Every model on every set, small ones and what is quick to fit first."""
    records = Records(out / "sixteen_detectors.json")
    names = smallest_first(data_dir)
    for model, classifier in MODELS.items():
        for name in names:
            data = load_dataset(name, data_dir)
            records.add({"dataset": name, "model": model}, partial(_measured, classifier, data))


def _measured(classifier: pe.PhysicalEmbeddingClassifier, data: Dataset) -> dict[str, Any]:
    # series as a user gives them: rounded to single precision, other detectors are the best by the
    # seventh digit of a left-out error
    x_train, x_test = data.arrays()
    classifier.fit(x_train, data.y_train)
    tests = with_and_without_noise(x_test, data.y_test)
    told = footprint(lower(classifier))
    return {
        **classifier.parameter_counts_,
        "stored_bytes": told.stored_bytes,
        "flash_bytes": told.flash_bytes,
        "ram_bytes": told.ram_bytes,
        "operations": told.operations,
        "accuracy": {
            f"{level:g}": float(np.mean(classifier.predict(x) == labels))
            for level, (x, labels) in tests.items()
        },
    }


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
