"""Where gradient training starts: the scale of the coefficients that reads best before training."""

import warnings

import numpy as np
import torch
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.convex_readout import detected_features, ridge_with_left_out_scores

MOST_CASES = 500
"""Training cases that the search looks at; more would cost more than they tell."""


def scale_start(
    network: SeriesNetwork, x: Tensor, y: Tensor, scales: tuple[float, ...], *, seed: int
) -> float:
    """Multiply the coefficients of a network, in place, by the scale that reads best untrained.

    For every scale the readout is solved in closed form on the training cases, and its
    leave-one-out squared error compared. Far from the dispersion that spreads a series out, the
    gradient does not lead there; this finds the neighbourhood.

    Parameters
    ----------
    network : SeriesNetwork
        Its embedding parameters are multiplied by the scale chosen.
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64
    scales : tuple of float
        Candidates; with fewer than two, or no embedding parameter, nothing is done.
    seed : int
        Which cases are looked at where there are many.

    Returns
    -------
    float
        The scale chosen, 1 where nothing was done.
    """
    parameters = network.embedding_parameters()
    if len(scales) < 2 or not parameters:
        return 1.0
    cases = some_cases(y, seed)
    starts = [p.detach().clone() for p in parameters]
    errors = []
    for scale in scales:
        _assign(parameters, starts, scale)
        errors.append(leave_one_out_error(network, x[cases], y[cases]))
    best = scales[int(np.argmin(errors))]
    _assign(parameters, starts, best)
    return best


def _assign(parameters: list[torch.nn.Parameter], starts: list[Tensor], scale: float) -> None:
    with torch.no_grad():
        for parameter, start in zip(parameters, starts, strict=True):
            parameter.copy_(start * scale)


def some_cases(y: Tensor, seed: int, *, most: int = MOST_CASES) -> Tensor:
    """Indices of at most ``most`` cases, stratified by class where that can be."""
    everything = np.arange(len(y))
    if len(y) <= most:
        return torch.from_numpy(everything)
    labels = y.numpy(force=True)
    counts = np.unique(labels, return_counts=True)[1]
    # a class of a single case cannot be divided, nor can more classes than cases be kept
    divisible = counts.min() >= 2 and len(counts) <= min(most, len(y) - most)
    some, _ = train_test_split(
        everything,
        train_size=most,
        stratify=labels if divisible else None,
        random_state=seed,
    )
    return torch.from_numpy(np.sort(some))


def leave_one_out_error(network: SeriesNetwork, x: Tensor, y: Tensor) -> float:
    """Mean squared leave-one-out error of the closed-form readout of a network as it is."""
    features = StandardScaler().fit_transform(detected_features(network, x))
    with warnings.catch_warnings():
        # a dark detector has nothing to standardise
        warnings.simplefilter("ignore", RuntimeWarning)
        ridge, _ = ridge_with_left_out_scores(features, y.numpy(force=True))
    return -float(ridge.best_score_)
