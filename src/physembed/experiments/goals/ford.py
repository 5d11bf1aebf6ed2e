"""FordASubset with at most 13, 40 and 75 trained numbers in all, by the preset `tiny`."""

from functools import partial
from pathlib import Path
from typing import Any

from physembed.data import Dataset, load_dataset
from physembed.estimators import PhysicalEmbeddingClassifier
from physembed.experiments.goals.records import Records, as_tensors, outcome

BUDGETS = (13, 40, 75)
NUMBERS_PER_DETECTOR = {"designed": 1, "projection": 5}
"""A readout weight; tuned, also dispersion, delay, phase and threshold."""


def measure(data_dir: Path, out: Path) -> None:
    """Five seeds for each budget: many detectors as they are chosen, or fewer that are tuned."""
    records = Records(out / "ford.json")
    data = load_dataset("FordASubset", data_dir)
    for budget in BUDGETS:
        for training, numbers in NUMBERS_PER_DETECTOR.items():
            weights = (budget - 1) // numbers + 1
            for seed in range(5):
                key = {"budget": budget, "model": training, "seed": seed}
                records.add(key, partial(_fit, data, weights, training, seed))


def _fit(data: Dataset, weights: int, training: str, seed: int) -> dict[str, Any]:
    _, _, x, y = as_tensors(data)
    classifier = PhysicalEmbeddingClassifier(
        "tiny", readout_weights=weights, training=training, random_state=seed
    ).fit(data.X_train, data.y_train)
    return {
        **outcome(classifier.network_, x, y),
        "composition": classifier.composition(),
        "dataset_digest": data.digest,
    }
