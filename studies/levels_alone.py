"""Classes that differ in level alone, which normalisation takes away.

``python -m studies.levels_alone DATA_DIR results/frontier`` writes ``levels_alone.json``: the
accuracy of models on series of white noise about one of two or three levels, a deviation apart and
far from zero, of five seeds. No data set is read.
"""

from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import physembed as pe
from studies.fit_records import Records, run_from_command_line

CASES, POINTS, SEEDS = 240, 100, 5
CLASSES = (2, 3)
APART = 1.0
"""Deviations of the noise between two levels; a mean of a hundred points is sure to a tenth."""
FAR = 100.0
MODELS = {
    "`compact`, 16 detectors": partial(pe.PhysicalEmbeddingClassifier, detectors=16),
    "`compact`, 56 detectors": partial(pe.PhysicalEmbeddingClassifier, detectors=56),
    "`compact` without levels": partial(pe.PhysicalEmbeddingClassifier, detectors=56, levels=False),
    "`homodyne`": partial(pe.PhysicalEmbeddingClassifier, "homodyne"),
    "MiniRocket": partial(pe.BaselineClassifier, "minirocket"),
}


def measure(data_dir: Path, out: Path) -> None:
    """Every model, for every seed."""
    records = Records(out / "levels_alone.json")
    for model, n_classes, seed in product(MODELS, CLASSES, range(SEEDS)):
        key = {"model": model, "classes": n_classes, "seed": seed}
        records.add(key, partial(_measured, model, n_classes, seed))


def _measured(model: str, n_classes: int, seed: int) -> dict[str, Any]:
    return {"accuracy": accuracy_of_levels(MODELS[model], n_classes, seed)}


def accuracy_of_levels(make: Callable[..., Any], n_classes: int, seed: int) -> float:
    """What a model has right of series of one draw, whose other half it was fitted to."""
    generator = np.random.default_rng(seed)
    labels = np.arange(CASES) % n_classes
    levels = FAR + APART * labels[:, None, None]
    series = levels + generator.standard_normal((CASES, 1, POINTS))
    half = CASES // 2
    fitted = make(random_state=seed).fit(series[:half], labels[:half])
    return float(fitted.score(series[half:], labels[half:]))


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
