"""The better of two convex readouts: ridge, or logistic regression, chosen by cross-validation."""

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.readout.ridge import (
    detected_features,
    fit_readout_to_features,
    fit_ridge,
)

STRENGTHS = np.logspace(-2.5, 1.5, 9)
"""Candidates of C, the inverse of the penalty of logistic regression."""

FOLDS = 5
ROUGHLY = 1e-3
"""Tolerance of the fits that only compare strengths."""


def fit_best_readout(
    network: SeriesNetwork, x: Tensor, y: Tensor, *, seed: int, batch_size: int = 256
) -> str:
    """Solve the head of a network in place by ridge or by logistic regression.

    Both are convex. Ridge needs no iterations and is the better one for few cases; among several
    classes, logistic regression does not mask those that lie between others. The one of the
    higher accuracy in five-fold cross-validation on the training cases is taken, ridge where they
    are equal or a class has fewer cases than there are folds.

    Parameters
    ----------
    network : SeriesNetwork
        Its ``head.linear`` is overwritten.
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64
        Class indices 0 ... n_classes - 1, each present.
    seed : int
        Of the division into folds.
    batch_size : int, default=256

    Returns
    -------
    str
        "ridge" or "logistic".

    References
    ----------
    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), section 4.2, on
    masking.
    """
    features = detected_features(network, x, batch_size=batch_size)
    labels = y.numpy(force=True)
    chosen = None
    if np.bincount(labels).min() >= FOLDS:
        chosen = _chosen_strength(features, labels, seed)
    if chosen is None:
        fit_readout_to_features(network, features, y)
        return "ridge"
    scaler = StandardScaler().fit(features)
    model = _logistic(chosen).fit(scaler.transform(features), labels)
    weights, bias = model.coef_ / scaler.scale_, model.intercept_
    bias = bias - weights @ scaler.mean_
    if len(weights) == 1:
        weights = np.vstack([-weights, weights]) / 2
        bias = np.concatenate([-bias, bias]) / 2
    network.head.assign(torch.from_numpy(weights), torch.from_numpy(bias))
    return "logistic"


def _logistic(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=1000, tol=1e-4)


def _chosen_strength(
    features: NDArray[np.float64], labels: NDArray[np.int64], seed: int
) -> float | None:
    """The C of the highest cross-validated accuracy; None where ridge is as good."""
    right = np.zeros(len(STRENGTHS) + 1)
    divide = StratifiedKFold(FOLDS, shuffle=True, random_state=seed % 2**32)
    for fitted_to, left_out in divide.split(features, labels):
        scaler = StandardScaler().fit(features[fitted_to])
        seen, unseen = scaler.transform(features[fitted_to]), scaler.transform(features[left_out])
        # from the strongest penalty on, each fit begins where the one before it ended
        model = LogisticRegression(max_iter=1000, tol=ROUGHLY, warm_start=True)
        for k, strength in enumerate(STRENGTHS):
            model.set_params(C=float(strength)).fit(seen, labels[fitted_to])
            right[k] += (model.predict(unseen) == labels[left_out]).sum()
        right[-1] += (fit_ridge(seen, labels[fitted_to]).classes(unseen) == labels[left_out]).sum()
    best = int(right[:-1].argmax())
    return float(STRENGTHS[best]) if right[best] > right[-1] else None
