"""The better of two convex readouts."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from physembed.networks.baselines import LinearNetwork
from physembed.training.readout.logistic import STRENGTHS, fit_best_readout
from physembed.training.readout.ridge import detected_features, fit_readout


def in_a_row(n_classes: int, n_cases: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Classes side by side along a line: ridge masks those in the middle."""
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(n_cases) % n_classes
    x = 0.5 * torch.randn(n_cases, 1, 6, generator=generator, dtype=torch.float64)
    x[:, 0, :2] += 3.0 * y[:, None]
    return x, y


def accuracy(network: LinearNetwork, x: torch.Tensor, y: torch.Tensor) -> float:
    with torch.inference_mode():
        return float((network(x).argmax(dim=1) == y).float().mean())


@pytest.mark.parametrize("n_classes", [3, 5])
def test_logistic_regression_sees_what_ridge_masks(n_classes: int) -> None:
    x, y = in_a_row(n_classes, 150)
    # z-scores would take the line away
    network = LinearNetwork(n_channels=1, n_timepoints=6, n_classes=n_classes)
    network.features = lambda x: x.flatten(1).float()  # type: ignore[method-assign]
    fit_readout(network, x, y)
    masked = accuracy(network, x, y)
    assert fit_best_readout(network, x, y, seed=0) == "logistic"
    assert accuracy(network, x, y) > masked + 0.05
    # it is scikit-learn's own, at one of the candidates
    features = detected_features(network, x)
    with torch.inference_mode():
        probabilities = torch.softmax(network(x), dim=1).numpy()
    errors = []
    for strength in STRENGTHS:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000))
        errors.append(
            np.abs(model.fit(features, y.numpy()).predict_proba(features) - probabilities).max()
        )
    assert min(errors) < 1e-3


def test_two_classes_and_few_cases() -> None:
    x, y = in_a_row(2, 60)
    network = LinearNetwork(n_channels=1, n_timepoints=6, n_classes=2)
    assert fit_best_readout(network, x[:8], y[:8], seed=0) == "ridge"
    fit_best_readout(network, x, y, seed=0)
    first = network.head.linear.weight.clone()
    fit_best_readout(network, x, y, seed=0)
    assert torch.equal(first, network.head.linear.weight)
    assert accuracy(network, x, y) > 0.6
