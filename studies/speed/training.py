"""A whole training of the paper's network, by plain autograd and as it is done by default."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from physembed.data import load_dataset
from physembed.networks import Medium, PhysicalEmbeddingNetwork, SeriesEncoder, Trainable
from physembed.presets import PRESETS
from physembed.training import TrainingSettings

DATASET = "SpokenDigits"
GRADIENTS = ("autograd", "auto")
BETA2 = 0.32
"""Start of beta2 per layer, in natural units of a window of twice the series."""


def training_record(
    data_dir: Path | None = None,
    *,
    dataset: str = DATASET,
    epochs: int = 10,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Seconds of a training of six layers and 18 coefficients, and the accuracy on the test cases.

    The preset ``nlse`` on a window of twice the series' length, from one start and one seed.
    """
    from physembed.training.gradient.train import train_by_gradient

    data = load_dataset(dataset, data_dir)
    classes = np.unique(data.y_train)
    inputs = torch.from_numpy(np.asarray(data.X_train, dtype=np.float64))
    labels = torch.from_numpy(np.searchsorted(classes, data.y_train))
    tests = torch.from_numpy(np.asarray(data.X_test, dtype=np.float64))
    preset = PRESETS["nlse"]
    assert isinstance(preset.training, TrainingSettings)
    settings = replace(preset.training, max_epochs=epochs, min_steps=0, start_scales=())
    (fibre,) = preset.fibres(inputs.shape[-1])
    coefficients = {**fibre.coefficients, "beta2": Trainable(BETA2)}
    fibre = replace(fibre, encoder=SeriesEncoder(guard_band=1.0), coefficients=coefficients)

    def network(gradient: str) -> PhysicalEmbeddingNetwork:
        made = PhysicalEmbeddingNetwork(
            [fibre],
            n_channels=inputs.shape[1],
            n_timepoints=inputs.shape[2],
            n_classes=len(classes),
        )
        for medium in made.media:
            assert isinstance(medium, Medium)
            medium.gradient = gradient
        return made

    record: dict[str, Any] = {
        "dataset": dataset,
        "digest": data.digest,
        "cases": len(inputs),
        "points": inputs.shape[-1],
        "window": fibre.grid(inputs.shape[-1]).n_points,
        "epochs": epochs,
    }
    for gradient in GRADIENTS:
        report(f"training by {gradient}")
        start = time.perf_counter()
        trained, _ = train_by_gradient(
            lambda gradient=gradient: network(gradient),  # type: ignore[misc]
            inputs,
            labels,
            settings,
            seed=0,
            device="cpu",
            progress=False,
            callbacks=None,
        )
        record[f"{gradient}_s"] = time.perf_counter() - start
        with torch.inference_mode():
            predicted = torch.cat([trained(part).argmax(dim=1) for part in tests.split(64)])
        correct = classes[predicted.numpy()] == data.y_test
        record[f"{gradient}_accuracy"] = float(correct.mean())
    return record
