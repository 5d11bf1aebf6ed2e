"""FordASubset with at most 13, 40 and 75 trained numbers in all."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from physembed.data import Dataset, load_dataset
from physembed.estimators import PhysicalEmbeddingClassifier
from physembed.experiments.goals.records import Records, as_tensors, outcome

BUDGETS = (13, 40, 75)
MODELS: dict[str, tuple[str, str, Callable[[int], int]]] = {
    "chosen": ("tiny", "designed", lambda budget: budget),
    "tuned": ("tiny", "projection", lambda budget: (budget - 1) // 5 + 1),
    "lens": ("lens", "projection", lambda budget: budget - 3),
}
"""Preset, way of training, and the readout weights that are left of a budget: beside each weight
of a tuned detector stand its dispersion, delay, phase and threshold."""


def measure(data_dir: Path, out: Path) -> None:
    """Five seeds of each model for each budget."""
    records = Records(out / "ford.json")
    data = load_dataset("FordASubset", data_dir)
    for seed in range(5):
        for budget in BUDGETS:
            for model in MODELS:
                key = {"budget": budget, "model": model, "seed": seed}
                records.add(key, partial(_fit, data, budget, model, seed))


def _fit(data: Dataset, budget: int, model: str, seed: int) -> dict[str, Any]:
    preset, training, weights = MODELS[model]
    _, _, x, y = as_tensors(data)
    classifier = PhysicalEmbeddingClassifier(
        preset, readout_weights=weights(budget), training=training, random_state=seed
    ).fit(data.X_train, data.y_train)
    return {
        **outcome(classifier.network_, x, y),
        "dataset_digest": data.digest,
    }
