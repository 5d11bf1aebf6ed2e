"""FordASubset with at most 13, 40 and 75 trained numbers in all."""

from functools import partial
from pathlib import Path
from typing import Any

from physembed.data import Dataset, load_dataset
from physembed.estimators import PhysicalEmbeddingClassifier
from physembed.experiments.goals.records import Records, as_tensors, outcome

BUDGETS = (13, 40, 75)
PHYSICAL = 3


def measure(data_dir: Path, out: Path) -> None:
    """Five seeds of the preset `tiny` for each budget, and its designed physics."""
    records = Records(out / "ford.json")
    data = load_dataset("FordASubset", data_dir)
    for budget in BUDGETS:
        for training, seeds in (("designed", 1), ("projection", 5)):
            for seed in range(seeds):
                key = {"budget": budget, "model": training, "seed": seed}
                records.add(key, partial(_fit, data, budget, training, seed))


def _fit(data: Dataset, budget: int, training: str, seed: int) -> dict[str, Any]:
    _, _, x, y = as_tensors(data)
    classifier = PhysicalEmbeddingClassifier(
        "tiny", readout_weights=budget - PHYSICAL, training=training, random_state=seed
    ).fit(data.X_train, data.y_train)
    return {
        **outcome(classifier.network_, x, y),
        "composition": classifier.composition(),
        "dataset_digest": data.digest,
    }
