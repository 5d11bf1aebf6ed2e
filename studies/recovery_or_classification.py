"""Do the coefficients of a classifier tell the medium that made the data? And does recovery?

``python -m studies.recovery_or_classification FOLDER`` writes
``classification.json``; a minute or two.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from physembed._files import write_json_atomically
from physembed._markdown import markdown_table
from physembed._version import __version__
from physembed.explain.recovery.least_squares_fit import recover
from physembed.training.environment import environment_record
from studies.simulated_channels import CHANNELS, SimulatedChannel

SEEDS = (0, 1, 2)
N_PAIRS = 100
TRUTHS = (
    {"alpha": 0.2, "beta2": -1.0, "gamma": 1.5},
    {"alpha": 0.2, "beta2": 0.6, "gamma": 1.5},
)
"""Two classes of series: what left a fibre of anomalous dispersion, and one of normal."""


def study() -> dict[str, Any]:
    """Train the paper's network to tell two fibres apart, and recover both from the same data.

    Returns
    -------
    dict
        The true coefficients, the recovered ones of each class with standard errors, and of each
        seed the accuracy and the sums of the trained coefficients over the layers, in the units of
        the truth.
    """
    from physembed.estimators import PhysicalEmbeddingClassifier
    from physembed.networks import Medium, PhysicalEmbeddingNetwork

    reference = CHANNELS["nlse"]
    pairs = [
        SimulatedChannel(reference.equation, truth, reference.grid).pairs(
            2 * N_PAIRS, decibels=30.0, seed=100 + k
        )
        for k, truth in enumerate(TRUTHS)
    ]
    recovered = [
        recover(inputs[:N_PAIRS], outputs[:N_PAIRS], reference.equation, reference.grid,
                list(TRUTHS[0]))
        for inputs, outputs in pairs
    ]  # fmt: skip
    # a classifier sees real series: the intensity that a photodiode shows
    series = [outputs.abs().square().numpy()[:, None, :] for _, outputs in pairs]
    X = np.concatenate([s[:N_PAIRS] for s in series])
    X_test = np.concatenate([s[N_PAIRS:] for s in series])
    y = np.repeat([0, 1], N_PAIRS)
    spacing = reference.grid.spacing
    runs = []
    for seed in SEEDS:
        classifier = PhysicalEmbeddingClassifier(preset="nlse", random_state=seed).fit(X, y)
        assert isinstance(classifier.network_, PhysicalEmbeddingNetwork)
        medium = classifier.network_.media[0]
        assert isinstance(medium, Medium)
        with torch.no_grad():
            physical = {k: float(v.sum()) for k, v in medium.physical().items()}
        # the network counts time in timepoints
        physical["beta2"] *= spacing**2
        runs.append(
            {
                "seed": seed,
                "accuracy": float(classifier.score(X_test, y)),
                "sums": {name: physical[name] for name in TRUTHS[0]},
            }
        )
    return {
        "truths": TRUTHS,
        "recovered": [
            {"values": f.values, "standard_errors": f.standard_errors} for f in recovered
        ],
        "classifiers": runs,
    }


def table(record: dict[str, Any]) -> str:
    """The study as Markdown."""
    names = list(record["truths"][0])
    rows = []
    for k, (truth, recovered) in enumerate(zip(record["truths"], record["recovered"], strict=True)):
        rows.append((f"fibre {k + 1}, true", *(f"{truth[n]:g}" for n in names), ""))
        cells = [
            f"{recovered['values'][n]:.4f} ± {recovered['standard_errors'][n]:.4f}" for n in names
        ]
        rows.append((f"fibre {k + 1}, recovered from {N_PAIRS} pairs", *cells, ""))
    for run in record["classifiers"]:
        cells = [f"{run['sums'][n]:.3g}" for n in names]
        title = f"classifier, seed {run['seed']}: sums over its layers"
        rows.append((title, *cells, f"{100 * run['accuracy']:.1f}"))
    return markdown_table(("", *names, "accuracy / %"), rows)


if __name__ == "__main__":
    write_json_atomically(
        Path(sys.argv[1]) / "classification.json",
        {"physembed": __version__, "environment": environment_record(), **study()},
    )
