"""The closed-form readout against scikit-learn's own ridge and leave-one-out."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge as RidgeModel
from sklearn.linear_model import RidgeClassifierCV, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelBinarizer, StandardScaler

from physembed.networks.baselines import LinearNetwork
from physembed.training.readout.left_out import PENALTIES
from physembed.training.readout.ridge import detected_features, fit_readout, fit_ridge


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
    ridge = make_pipeline(StandardScaler(), RidgeClassifierCV(alphas=PENALTIES.numpy()))
    expected = ridge.fit(features, y.numpy()).predict(features)
    with torch.inference_mode():
        logits = network(x)
    np.testing.assert_array_equal(logits.argmax(dim=1).numpy(), expected)
    probabilities = torch.softmax(logits, dim=1)
    # calibrated: the mean confidence is near the accuracy on the cases themselves
    accuracy = float((logits.argmax(dim=1) == y).float().mean())
    assert float(probabilities.amax(dim=1).mean()) == pytest.approx(accuracy, abs=0.15)


@pytest.mark.parametrize("n_features", [12, 200])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_ridge_and_left_out_scores_are_scikit_learns(
    n_features: int, n_classes: int, weighted: bool
) -> None:
    """RidgeCV, and every case by a ridge that is fitted without it, also with weights."""
    rng = np.random.default_rng(0)
    labels = np.arange(90) % n_classes
    features = rng.normal(size=(90, n_features)) * rng.uniform(0.1, 9, n_features) + 2
    features += rng.normal(size=(n_classes, n_features))[labels]
    features[:, 3] = 7.0  # a dark detector
    weights = rng.uniform(0.2, 5, 90) if weighted else None
    ridge = fit_ridge(features, labels, weights)
    standard = StandardScaler().fit_transform(features)
    targets = LabelBinarizer(neg_label=-1).fit_transform(labels)
    model = RidgeCV(alphas=PENALTIES.numpy(), scoring="neg_mean_squared_error")
    model.fit(standard, targets, sample_weight=weights)
    scores = features @ ridge.weights.T + ridge.bias
    np.testing.assert_allclose(scores, model.predict(standard).reshape(scores.shape), atol=1e-9)
    for left_out in range(0, 90, 9):
        others = np.arange(90) != left_out
        without = RidgeModel(alpha=model.alpha_).fit(
            standard[others],
            targets[others],
            sample_weight=None if weights is None else weights[others],
        )
        expected = without.predict(standard[[left_out]]).ravel()
        np.testing.assert_allclose(ridge.left_out[left_out], expected, atol=1e-8)
    assert ridge.error == pytest.approx(-model.best_score_, rel=1e-9)


def test_two_cases_and_a_single_class_have_a_readout() -> None:
    two = fit_ridge(np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([0, 1]))
    assert two.classes(np.array([[-1.0, 1.0], [2.0, 1.0]])).tolist() == [0, 1]
    one = fit_ridge(np.random.default_rng(0).normal(size=(5, 2)), np.zeros(5, dtype=int))
    assert one.classes(np.ones((3, 2))).tolist() == [0, 0, 0]
