"""FordASubset with at most 13, 40 and 75 trained numbers in all.

``python -m studies.few_numbers DATA_DIR [OUT]`` writes ``ford.json``.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor

from physembed.data import Dataset, load_dataset
from physembed.estimators import PhysicalEmbeddingClassifier
from physembed.networks import SeriesNetwork
from studies.few_detectors import chosen, tuned
from studies.fit_records import Records, as_tensors, outcome, run_from_command_line

BUDGETS = (13, 40, 75)
TUNED_NUMBERS = 5
"""Of a tuned detector: its weight, dispersion, delay, phase and threshold."""


def _chosen(x: Tensor, y: Tensor, seed: int, budget: int) -> SeriesNetwork:
    return chosen(x, y, seed, n_detectors=budget - 1)


def _tuned(x: Tensor, y: Tensor, seed: int, budget: int) -> SeriesNetwork:
    return tuned(x, y, seed, n_detectors=(budget - 1) // TUNED_NUMBERS)


def _lens(x: Tensor, y: Tensor, seed: int, budget: int) -> SeriesNetwork:
    classifier = PhysicalEmbeddingClassifier("lens", readout_weights=budget - 3, random_state=seed)
    return classifier.fit(x.double().numpy(), y.numpy()).network_


MODELS: dict[str, Callable[[Tensor, Tensor, int, int], SeriesNetwork]] = {
    "chosen": _chosen,
    "tuned": _tuned,
    "lens": _lens,
}


def measure(data_dir: Path, out: Path) -> None:
    """Five seeds of each model for each budget."""
    records = Records(out / "ford.json")
    data = load_dataset("FordASubset", data_dir)
    for seed in range(5):
        for budget in BUDGETS:
            for model, make in MODELS.items():
                key = {"budget": budget, "model": model, "seed": seed}
                records.add(key, partial(_measured, data, make, seed, budget))


def _measured(
    data: Dataset,
    make: Callable[[Tensor, Tensor, int, int], SeriesNetwork],
    seed: int,
    budget: int,
) -> dict[str, Any]:
    x, y, unseen, labels = as_tensors(data)
    network = make(x, y, seed, budget)
    return {**outcome(network, unseen, labels), "dataset_digest": data.digest}


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
