"""The readout of a network whose features are fixed: a ridge, solved exactly."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.readout.left_out import (
    leave_one_out,
    mean_and_deviation,
    signed_targets,
)

NUMBERS_AT_ONCE = 2**22
"""In the series, or the features, of cases that are worked on together: of long ones there are
fewer, since each is a field and a spectrum."""


@dataclass(frozen=True)
class Ridge:
    """A ridge regression on features as they are, and what it says of cases it was fitted without.

    Parameters
    ----------
    weights : ndarray of shape (targets, features)
    bias : ndarray of shape (targets,)
    left_out : ndarray of shape (cases, targets)
        Every case's scores by the ridge fitted without it.
    error : float
        The mean squared left-out error.
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    left_out: NDArray[np.float64]
    error: float

    def classes(self, features: NDArray[np.float64]) -> NDArray[np.int64]:
        """The class of each case: that of the highest score, or the sign of the only one."""
        scores = features @ self.weights.T + self.bias
        if scores.shape[1] == 1:
            return (scores[:, 0] > 0).astype(np.int64)
        return scores.argmax(axis=1)


def fit_ridge(
    features: NDArray[np.float64],
    labels: NDArray[np.int64] | NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> Ridge:
    """Ridge on +-1 targets of each class, or on real targets; two classes have one target.

    Features are standardised, which is folded into the weights; the penalty is that of the least
    squared left-out error.

    Parameters
    ----------
    features : ndarray of shape (cases, features)
    labels : ndarray of shape (cases,), integer; or (cases,) or (cases, targets), float
        Classes 0 ... n_classes - 1; or real numbers, which are the targets themselves.
    weights : ndarray of shape (cases,), optional
        How much each case's squared error counts.
    """
    x, y = torch.from_numpy(features), torch.from_numpy(labels)
    targets = y.reshape(len(y), -1) if y.is_floating_point() else _signed(y)
    of_cases = None if weights is None else torch.from_numpy(weights)
    solved = leave_one_out(x[None], targets, weights=of_cases, with_coefficients=True)
    assert solved.coefficients is not None
    _, deviation = mean_and_deviation(x)
    shares = np.full(len(x), 1 / len(x)) if weights is None else weights / weights.sum()
    folded = (solved.coefficients[0] / deviation.mT).mT.numpy()
    bias = shares @ targets.numpy() - folded @ (shares @ features)
    left_out = solved.scores[0].numpy()
    error = float(np.square(left_out - targets.numpy()).mean(axis=1) @ shares)
    return Ridge(folded, bias, left_out, error)


def _signed(labels: Tensor) -> Tensor:
    # where there is a single class, the other of two is missing
    return signed_targets(labels, max(int(labels.max()) + 1, 2))


def fit_readout(
    network: SeriesNetwork,
    x: Tensor,
    y: Tensor,
    *,
    batch_size: int = 256,
    case_weights: Tensor | None = None,
) -> None:
    """Solve the head of a network in place: ridge regression on +-1 targets of each class.

    The penalty is chosen by leave-one-out error. The logits are scaled so that their softmax is
    calibrated on the training cases' leave-one-out scores, which changes no prediction.
    Standardisation is folded into the head's weights.

    Parameters
    ----------
    network : SeriesNetwork
        Its ``head.linear`` is overwritten.
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64, or (cases,) or (cases, targets), float
        Class indices 0 ... n_classes - 1, each present; or real numbers, which are regressed.
    batch_size : int, default=256
        Cases whose features are computed at a time.
    case_weights : Tensor of shape (cases,), optional
        How much the squared error of each case counts; positive.
    """
    features = detected_features(network, x, batch_size=batch_size)
    fit_readout_to_features(network, features, y, case_weights=case_weights)


def fit_readout_to_features(
    network: SeriesNetwork,
    features: NDArray[np.float64],
    y: Tensor,
    *,
    case_weights: Tensor | None = None,
) -> None:
    """:func:`fit_readout` for features that are known already."""
    labels = y.numpy(force=True)
    of_cases = None if case_weights is None else case_weights.double().numpy(force=True)
    if y.is_floating_point():
        ridge = fit_ridge(features, labels, of_cases)
        network.head.assign(torch.from_numpy(ridge.weights), torch.from_numpy(ridge.bias))
        return
    ridge = fit_ridge(features, labels, of_cases)
    weights, bias, left_out = ridge.weights, ridge.bias, ridge.left_out
    if len(weights) == 1:
        # the score of the second class, of which the first has the opposite
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        left_out = np.hstack([-left_out, left_out])
    temperature = calibrated_scale(left_out, labels)
    network.head.assign(
        torch.from_numpy(weights * temperature), torch.from_numpy(bias * temperature)
    )


def detected_features(
    network: SeriesNetwork, x: Tensor, *, batch_size: int = 256
) -> NDArray[np.float64]:
    """The network's features for all cases, shape (cases, features), computed in batches."""
    was_training = network.training
    device = network.head.linear.weight.device
    network.eval()
    with torch.inference_mode():
        at_once = max(1, min(batch_size, NUMBERS_AT_ONCE // math.prod(x.shape[1:])))
        parts = [network.features(part.to(device)) for part in x.split(at_once)]
    network.train(was_training)
    return torch.cat(parts).double().numpy(force=True)


def calibrated_scale(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The factor on the scores whose softmax has the least cross-entropy."""

    def cross_entropy(log_scale: float) -> float:
        log_probability = log_softmax(np.exp(log_scale) * scores, axis=1)
        return -float(log_probability[np.arange(len(labels)), labels].mean())

    best = minimize_scalar(cross_entropy, bounds=(-3.0, 5.0), method="bounded")
    return float(np.exp(best.x))
