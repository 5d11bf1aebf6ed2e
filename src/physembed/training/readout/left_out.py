"""Ridge regression in closed form, its exact leave-one-out error, and the gradient of that.

Everything is batched over an axis of its own, because a search compares many media at once.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.training.readout.left_out_groups import left_out_of_groups
from physembed.training.readout.smoother import (
    RidgeProblem,
    at_penalty,
    best_penalty,
    lifted,
    solve,
)

PENALTIES = torch.from_numpy(np.logspace(-3, 6, 19))
"""Candidates of the ridge penalty on standardised features."""


@dataclass(frozen=True)
class LeftOut:
    """What ridge regression says of cases that it was not fitted on.

    Parameters
    ----------
    loss : Tensor of shape (starts,)
        Mean squared left-out error over the variance of the targets: 1 is what a constant reaches.
    scores : Tensor of shape (starts, cases, targets)
        The prediction for each case by the ridge fitted without it.
    penalty : Tensor of shape (starts,)
        The penalty of the least left-out error.
    coefficients : Tensor of shape (starts, features, targets) or None
        Of the ridge fitted to all cases, on standardised features; where they were asked for.
    """

    loss: Tensor
    scores: Tensor
    penalty: Tensor
    coefficients: Tensor | None = None


def leave_one_out(
    features: Tensor,
    targets: Tensor,
    *,
    penalties: Tensor = PENALTIES,
    groups: Tensor | None = None,
    weights: Tensor | None = None,
    with_coefficients: bool = False,
) -> LeftOut:
    r"""Ridge on standardised features, with an intercept that is not penalised.

    .. math:: e_i = (y_i - \hat y_i) / (1 - h_{ii}), \quad
              H = 1/n + X (X^T X + \lambda)^{-1} X^T

    The penalty is the candidate of the least error. It is chosen without a gradient, through an
    eigendecomposition or, on a GPU, a factor for each; the error at that penalty is then computed
    anew through a Cholesky factor of X^T X + lambda, or of X X^T + lambda where there are more
    features than cases, whose gradient exists also where eigenvalues coincide. At the best penalty
    the gradient of the least error is that at a fixed penalty, up to the spacing of the candidates.

    With weights every case is multiplied by the root of its own, after the weighted mean is taken
    off, which is the same regression; 1/n becomes the outer product of the roots of the shares.

    Parameters
    ----------
    features : Tensor of shape (starts, cases, features)
        Computed with in float64. The standardisation is part of the gradient.
    targets : Tensor of shape (cases, targets)
        +-1 for each class, or any real numbers.
    penalties : Tensor of shape (penalties,), default=PENALTIES
        Positive.
    groups : Tensor of shape (cases,), integer, optional
        Leave out all cases of one value at a time (one speaker, one machine) instead of one case.
    weights : Tensor of shape (cases,), optional
        How much each case's squared error counts; positive, and not for groups.
    with_coefficients : bool, default=False
        Whether the ridge itself is wanted.

    Returns
    -------
    LeftOut
        In float64. The loss is NaN for starts whose features are not all finite.

    Raises
    ------
    InvalidInputError
        If shapes do not agree, there are fewer than two cases, a penalty is not positive, or
        there are fewer than two groups.

    References
    ----------
    Golub, Heath and Wahba, Technometrics 21, 215 (1979); Golub and Pereyra, SIAM J. Numer. Anal.
    10, 413 (1973), for the elimination of the linear parameters.
    """
    _check(features, targets, penalties, groups)
    x, y = standardise(features.double()), targets.double()
    # a medium may have lost its field; the eigenvalues of all starts would fail for that of one
    lost = ~x.detach().isfinite().flatten(1).all(dim=1)
    x = x.masked_fill(lost[:, None, None], 0.0)
    shares = torch.full_like(y[:, 0], 1 / len(y)) if weights is None else weights / weights.sum()
    centred = y - shares @ y
    root = None if weights is None else weights.double().sqrt()[:, None]
    if root is not None:
        x, centred = root * (x - (shares @ x)[:, None]), root * centred
    gram = lifted(x @ x.mT, shares) if x.shape[2] > x.shape[1] else x.mT @ x
    problem = RidgeProblem(x, gram, centred, shares)
    if x.device != penalties.device:
        penalties = _candidates_on(x.device) if penalties is PENALTIES else penalties.to(x.device)
    with torch.no_grad():
        penalty = best_penalty(problem.detached(), penalties, groups)
    residual, influence = at_penalty(problem, penalty, with_blocks=groups is not None)
    if groups is None:
        errors = residual / influence[..., None]
    else:
        errors = left_out_of_groups(residual, influence, groups)
    variance = centred.square().mean()
    loss = errors.square().mean(dim=(1, 2)) / torch.where(variance > 0, variance, 1.0)
    loss = loss.masked_fill(lost, torch.nan)
    scores = y - (errors if root is None else errors / root)
    coefficients = solve(problem, penalty) if with_coefficients else None
    return LeftOut(loss, scores, penalty, coefficients)


# a copy to a GPU waits for the host, and cannot be recorded in a CUDA graph
@lru_cache(maxsize=8)
def _candidates_on(device: torch.device) -> Tensor:
    with torch.inference_mode(False):
        return PENALTIES.to(device)


def standardise(features: Tensor) -> Tensor:
    """Zero mean and unit deviation over the cases; a feature that never changes becomes zero."""
    mean, deviation = mean_and_deviation(features)
    return (features - mean) / deviation


def mean_and_deviation(features: Tensor) -> tuple[Tensor, Tensor]:
    """Of every feature over the cases; the deviation of one that never changes is infinite."""
    mean = features.mean(dim=-2, keepdim=True)
    variance = (features - mean).square().mean(dim=-2, keepdim=True)
    scale = features.detach().square().mean(dim=-2, keepdim=True)
    constant = variance <= 1e-14 * scale
    # no root of zero, whose gradient is infinite
    deviation = torch.where(constant, 1.0, variance).sqrt()
    return mean, torch.where(constant, torch.inf, deviation)


def signed_targets(labels: Tensor, n_classes: int) -> Tensor:
    """+1 for a case's own class and -1 for the others, (cases, classes); two classes share one."""
    if n_classes == 2:
        return (2.0 * labels - 1.0)[:, None].double()
    return 2.0 * torch.nn.functional.one_hot(labels, n_classes).double() - 1.0


def accuracy(scores: Tensor, labels: Tensor) -> Tensor:
    """Share of the cases whose own class has the highest score, (starts,)."""
    chosen = (scores[..., 0] > 0).long() if scores.shape[-1] == 1 else scores.argmax(dim=-1)
    return (chosen == labels).double().mean(dim=-1)


def _check(features: Tensor, targets: Tensor, penalties: Tensor, groups: Tensor | None) -> None:
    if features.ndim != 3:
        raise InvalidInputError(
            f"features must have shape (starts, cases, features), got {tuple(features.shape)}."
        )
    n_cases = features.shape[1]
    if n_cases < 2:
        raise InvalidInputError(f"features must hold at least two cases, got {n_cases}.")
    if targets.ndim != 2 or targets.shape[0] != n_cases:
        raise InvalidInputError(
            f"targets must have shape ({n_cases}, targets), got {tuple(targets.shape)}."
        )
    if penalties.ndim != 1 or not bool((penalties > 0).all()):
        raise InvalidInputError(f"penalties must be positive numbers, got {penalties.tolist()}.")
    if groups is not None:
        if groups.shape != (n_cases,):
            raise InvalidInputError(
                f"groups must have shape ({n_cases},), got {tuple(groups.shape)}."
            )
        if len(groups.unique()) < 2:
            raise InvalidInputError("groups must hold at least two different values, got one.")
