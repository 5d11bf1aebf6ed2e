"""Records as runs leave them, with nothing behind them."""

from collections.abc import Sequence
from typing import Any


def record(model: str, accuracy: float, **changes: Any) -> dict[str, Any]:
    return {
        "dataset": "FordASubset",
        "model": model,
        "seed": 0,
        "fold": 0,
        "split": "official",
        "accuracy": accuracy,
        "embedding_parameters": 18,
        "readout_parameters": 1002,
        "total_parameters": 1020,
        "fit_seconds": 2.0,
        "predict_seconds": 0.01,
        "peak_memory_bytes": 3_000_000,
        "n_train": 1320,
        "n_test": 577,
        "n_classes": 2,
        "classes": ["-1", "1"],
        "confusion_matrix": [[1, 0], [0, 1]],
        "settings": {"preset": "nlse"},
        "composition": {"network": "a"},
        "dataset_digest": "0123456789abcdef0123",
        "versions": {"torch": "2.9"},
        "machine": {"processor": "a processor", "threads": 1, "device": "cpu"},
        "physembed_version": "1.2.3",
        "started": "now",
    } | changes


def seeds(model: str, accuracies: Sequence[float], **changes: Any) -> list[dict[str, Any]]:
    return [record(model, a, seed=seed, **changes) for seed, a in enumerate(accuracies)]


def archive(records: Sequence[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    datasets = {"Ford Engine": "FordASubset"}
    return {"quick": False, "datasets": datasets, "records": list(records)} | changes
