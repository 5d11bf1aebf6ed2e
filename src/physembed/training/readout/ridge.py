"""The readout of a network whose features are fixed, found exactly."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import LabelBinarizer, StandardScaler
from torch import Tensor

from physembed.networks import SeriesNetwork

PENALTIES = np.logspace(-3, 6, 19)
"""Candidates of the ridge penalty; the leave-one-out error chooses among them."""


def fit_readout(
    network: SeriesNetwork,
    x: Tensor,
    y: Tensor,
    *,
    batch_size: int = 256,
    class_weights: Tensor | None = None,
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
    class_weights : Tensor of shape (classes,), optional
        How much the squared error of each class's cases counts.
    """
    features = detected_features(network, x, batch_size=batch_size)
    fit_readout_to_features(network, features, y, class_weights=class_weights)


def fit_readout_to_features(
    network: SeriesNetwork,
    features: NDArray[np.float64],
    y: Tensor,
    *,
    class_weights: Tensor | None = None,
) -> None:
    """:func:`fit_readout` for features that are known already."""
    labels = y.numpy(force=True)
    scaler = StandardScaler().fit(features)
    standardised = scaler.transform(features)
    if y.is_floating_point():
        ridge, _ = ridge_with_left_out_scores(standardised, labels)
        weights, bias = np.atleast_2d(ridge.coef_), np.atleast_1d(ridge.intercept_)
        temperature = 1.0
    else:
        of_cases = None if class_weights is None else class_weights.numpy(force=True)[labels]
        ridge, left_out = ridge_with_left_out_scores(standardised, labels, of_cases)
        weights, bias = _one_row_per_class(ridge.coef_, ridge.intercept_)
        temperature = _calibrated_scale(_one_column_per_class(left_out), labels)
    folded = weights / scaler.scale_
    bias = bias - folded @ scaler.mean_
    network.head.assign(
        torch.from_numpy(folded * temperature), torch.from_numpy(bias * temperature)
    )


def detected_features(
    network: SeriesNetwork, x: Tensor, *, batch_size: int = 256
) -> NDArray[np.float64]:
    """The network's features for all cases, shape (cases, features), computed in batches."""
    was_training = network.training
    device = network.head.linear.weight.device
    network.eval()
    with torch.inference_mode():
        parts = [network.features(part.to(device)) for part in x.split(batch_size)]
    network.train(was_training)
    return torch.cat(parts).double().numpy(force=True)


def _one_row_per_class(
    weights: NDArray[np.float64], bias: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A two-class ridge has one row, the score of the second class; the first has its opposite."""
    weights, bias = np.atleast_2d(weights), np.atleast_1d(bias)
    if len(weights) == 1:
        return np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias


def ridge_with_left_out_scores(
    features: NDArray[np.float64],
    labels: NDArray[np.int64] | NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> tuple[RidgeCV, NDArray[np.float64]]:
    """Ridge on +-1 targets of each class, and every case's scores by the ridge fitted without it.

    The penalty is that of the least squared leave-one-out error. Two classes have one target.

    Parameters
    ----------
    features : ndarray of shape (cases, features)
        Standardised.
    labels : ndarray of shape (cases,), integer; or (cases,) or (cases, targets), float
        Real numbers are the targets themselves.
    weights : ndarray of shape (cases,), optional
        How much each case's squared error counts.

    Returns
    -------
    ridge : RidgeCV
    scores : ndarray of shape (cases, targets)
    """
    if labels.dtype.kind == "f":
        targets = labels.reshape(len(labels), -1).astype(np.float64)
    else:
        targets = LabelBinarizer(pos_label=1, neg_label=-1).fit_transform(labels).astype(np.float64)
    n_cases, n_features = features.shape
    ridge = RidgeCV(
        alphas=PENALTIES,
        # with a scoring, the left-out scores themselves are stored, not their errors
        scoring="neg_mean_squared_error",
        store_cv_results=True,
        # the Gram matrix is cheaper to decompose unless there are far more cases than features
        gcv_mode="eigen" if 2 * n_features > n_cases else "svd",
    ).fit(features, targets, sample_weight=weights)
    chosen = int(np.flatnonzero(ridge.alpha_ == PENALTIES)[0])
    return ridge, ridge.cv_results_[..., chosen].reshape(targets.shape)


def _one_column_per_class(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.hstack([-scores, scores]) if scores.shape[1] == 1 else scores


def _calibrated_scale(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The factor on the scores whose softmax has the least cross-entropy."""

    def cross_entropy(log_scale: float) -> float:
        log_probability = log_softmax(np.exp(log_scale) * scores, axis=1)
        return -float(log_probability[np.arange(len(labels)), labels].mean())

    best = minimize_scalar(cross_entropy, bounds=(-3.0, 5.0), method="bounded")
    return float(np.exp(best.x))
