"""The closed-form readout against scikit-learn's own ridge and leave-one-out."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import RidgeClassifier, RidgeClassifierCV
from sklearn.model_selection import LeaveOneOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from physembed.networks.baselines import LinearNetwork
from physembed.training.readout.ridge import (
    PENALTIES,
    detected_features,
    fit_readout,
    ridge_with_left_out_scores,
)


def blobs(n_classes: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(90) % n_classes
    centres = torch.randn(n_classes, 1, 12, generator=generator, dtype=torch.float64)
    noise = torch.randn(90, 1, 12, generator=generator, dtype=torch.float64)
    return centres[y] + noise, y


@pytest.mark.parametrize("n_classes", [2, 4])
def test_decisions_are_those_of_scikit_learns_ridge(n_classes: int) -> None:
    x, y = blobs(n_classes)
    network = LinearNetwork(n_channels=1, n_timepoints=12, n_classes=n_classes)
    fit_readout(network, x, y)
    features = detected_features(network, x)
    ridge = make_pipeline(StandardScaler(), RidgeClassifierCV(alphas=PENALTIES))
    expected = ridge.fit(features, y.numpy()).predict(features)
    with torch.inference_mode():
        logits = network(x)
    np.testing.assert_array_equal(logits.argmax(dim=1).numpy(), expected)
    probabilities = torch.softmax(logits, dim=1)
    # calibrated: the mean confidence is near the accuracy on the cases themselves
    accuracy = float((logits.argmax(dim=1) == y).float().mean())
    assert float(probabilities.amax(dim=1).mean()) == pytest.approx(accuracy, abs=0.15)


def test_left_out_scores_are_those_of_refitting() -> None:
    x, y = blobs(3)
    features = StandardScaler().fit_transform(x.flatten(1).numpy())
    labels = y.numpy()
    ridge, left_out_scores = ridge_with_left_out_scores(features, labels)
    for kept, left_out in list(LeaveOneOut().split(features))[:10]:
        model = RidgeClassifier(alpha=ridge.alpha_).fit(features[kept], labels[kept])
        refitted = model.decision_function(features[left_out])
        np.testing.assert_allclose(left_out_scores[left_out], refitted, atol=1e-9)
