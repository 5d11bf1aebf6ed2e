"""More waves than a sample holds, and what a ridge of all of them in memory says."""

import numpy as np
import torch

import physembed as pe
from physembed.training.readout.left_out import leave_one_out, mean_and_deviation
from physembed.training.readout.ridge import detected_features

N, T, SAMPLE = 240, 24, 80


def waves(seed: int, n: int = N) -> tuple[np.ndarray, np.ndarray]:
    """Three classes of noisy waves, which nobody tells apart without mistakes."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=n)
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    series = np.sin(np.arange(T) * (0.3 + 0.1 * labels[:, None]) + phase)
    return series + rng.normal(0, 0.9, (n, T)), np.array(["slow", "middle", "fast"])[labels]


X, Y = waves(0)
X_TEST, Y_TEST = waves(1, 600)
PIECES = [(X[a:b], Y[a:b]) for a, b in ((0, 100), (100, 101), (101, N))]


def classifier(preset: str = "lattice", **options) -> pe.PhysicalEmbeddingClassifier:
    return pe.PhysicalEmbeddingClassifier(preset, random_state=0, **options)


def scores_in_memory(fitted, targets: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Scores of the test cases by a ridge on the same detectors, from all cases at once."""
    features = torch.from_numpy(detected_features(fitted.network_, torch.from_numpy(X[:, None])))
    solved = leave_one_out(
        features[None],
        torch.from_numpy(targets),
        groups=torch.from_numpy(folds),
        with_coefficients=True,
    )
    assert solved.coefficients is not None
    mean, deviation = mean_and_deviation(features)
    tested = detected_features(fitted.network_, torch.from_numpy(X_TEST[:, None]))
    standard = (torch.from_numpy(tested) - mean) / deviation
    return (standard @ solved.coefficients[0] + torch.from_numpy(targets).mean(dim=0)).numpy()
