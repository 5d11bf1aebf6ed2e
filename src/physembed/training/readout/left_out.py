"""Ridge regression in closed form, its exact leave-one-out error, and the gradient of that.

Everything is batched over an axis of its own, because a search compares many media at once.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.training.readout.left_out_groups import left_out_of_groups
from physembed.training.readout.ridge import PENALTIES as CANDIDATES

PENALTIES = torch.from_numpy(CANDIDATES)
"""Candidates of the ridge penalty on standardised features: those of the final readout."""


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
    """

    loss: Tensor
    scores: Tensor
    penalty: Tensor


def leave_one_out(
    features: Tensor,
    targets: Tensor,
    *,
    penalties: Tensor = PENALTIES,
    groups: Tensor | None = None,
) -> LeftOut:
    r"""Ridge on standardised features, with an intercept that is not penalised.

    .. math:: e_i = (y_i - \hat y_i) / (1 - h_{ii}), \quad
              H = 1/n + X (X^T X + \lambda)^{-1} X^T

    The penalty is the candidate of the least error. It is chosen without a gradient through an
    eigendecomposition; the error at that penalty is then computed anew through a Cholesky factor
    of X^T X + lambda, or of X X^T + lambda where there are more features than cases, whose
    gradient exists also where eigenvalues coincide. At the best penalty the gradient of the least
    error is that at a fixed penalty, up to the spacing of the candidates.

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

    Returns
    -------
    LeftOut
        In float64.

    Raises
    ------
    InvalidInputError
        If shapes do not agree, there are fewer than three cases, a penalty is not positive, or
        there are fewer than two groups.

    References
    ----------
    Golub, Heath and Wahba, Technometrics 21, 215 (1979); Golub and Pereyra, SIAM J. Numer. Anal.
    10, 413 (1973), for the elimination of the linear parameters.
    """
    _check(features, targets, penalties, groups)
    x = standardise(features.double())
    centred = targets.double() - targets.double().mean(dim=0)
    dual = x.shape[2] > x.shape[1]
    gram = _lifted(x @ x.mT) if dual else x.mT @ x
    penalties = penalties.to(x.device)
    with torch.no_grad():
        penalty = _best_penalty(x.detach(), gram.detach(), centred, penalties, groups)
    residual, influence = _at_penalty(x, gram, centred, penalty, with_blocks=groups is not None)
    if groups is None:
        errors = residual / influence[..., None]
    else:
        errors = left_out_of_groups(residual, influence, groups)
    variance = centred.square().mean()
    loss = errors.square().mean(dim=(1, 2)) / torch.where(variance > 0, variance, 1.0)
    return LeftOut(loss, targets.double() - errors, penalty)


def standardise(features: Tensor) -> Tensor:
    """Zero mean and unit deviation over the cases; a feature that never changes becomes zero."""
    centred = features - features.mean(dim=-2, keepdim=True)
    variance = centred.square().mean(dim=-2, keepdim=True)
    scale = features.detach().square().mean(dim=-2, keepdim=True)
    constant = variance <= 1e-14 * scale
    return torch.where(constant, 0.0, centred / torch.where(constant, 1.0, variance).sqrt())


def signed_targets(labels: Tensor, n_classes: int) -> Tensor:
    """+1 for a case's own class and -1 for the others, (cases, classes); two classes share one."""
    if n_classes == 2:
        return (2.0 * labels - 1.0)[:, None].double()
    return 2.0 * torch.nn.functional.one_hot(labels, n_classes).double() - 1.0


def accuracy(scores: Tensor, labels: Tensor) -> Tensor:
    """Share of the cases whose own class has the highest score, (starts,)."""
    chosen = (scores[..., 0] > 0).long() if scores.shape[-1] == 1 else scores.argmax(dim=-1)
    return (chosen == labels).double().mean(dim=-1)


def _lifted(gram: Tensor) -> Tensor:
    """X X^T with its null vector, the constant, lifted to the mean of the other eigenvalues.

    The intercept removes the constant anyway; without the lift 1 - h_ii would be the small
    difference of numbers near 1/n.
    """
    n_cases = gram.shape[-1]
    level = gram.detach().diagonal(dim1=-2, dim2=-1).mean(dim=-1)
    return gram + (level / n_cases)[:, None, None]


def _constant_share(gram: Tensor, penalty: Tensor) -> Tensor:
    """What the lifted constant leaves of 1 - h_ii, for penalties of shape (starts, ...)."""
    level = gram.detach().sum(dim=(-2, -1)) / gram.shape[-1]
    level = level.reshape(-1, *([1] * (penalty.ndim - 1)))
    return penalty / (penalty + level) / gram.shape[-1]


def _at_penalty(
    x: Tensor, gram: Tensor, y: Tensor, penalty: Tensor, *, with_blocks: bool
) -> tuple[Tensor, Tensor]:
    """Residuals, and 1 - H: its diagonal, or all of it where groups are left out."""
    n_cases = x.shape[1]
    shift = penalty[:, None, None] * torch.eye(gram.shape[-1], dtype=x.dtype, device=x.device)
    factor = torch.linalg.cholesky(gram + shift)
    if x.shape[2] > n_cases:
        identity = torch.eye(n_cases, dtype=x.dtype, device=x.device).expand_as(gram)
        half = torch.linalg.solve_triangular(factor, identity, upper=False)
        scale = penalty[:, None, None]
        residual = scale * (half.mT @ (half @ y))
        constant = _constant_share(gram, penalty)[:, None]
        kept = penalty[:, None] * half.square().sum(dim=-2)
        full = scale * (half.mT @ half) if with_blocks else None
    else:
        half = torch.linalg.solve_triangular(factor, x.mT, upper=False)
        constant = torch.full_like(penalty, 1 / n_cases)[:, None]
        residual = y - half.mT @ (half @ y)
        kept = 1 - half.square().sum(dim=-2)
        full = -(half.mT @ half) if with_blocks else None
        if full is not None:
            full = full + torch.eye(n_cases, dtype=x.dtype, device=x.device)
    return residual, kept - constant if full is None else full - constant[..., None]


def _best_penalty(
    x: Tensor, gram: Tensor, y: Tensor, penalties: Tensor, groups: Tensor | None
) -> Tensor:
    """The penalty of the least left-out error, (starts,)."""
    if groups is not None:
        errors = []
        for candidate in penalties:
            penalty = candidate.expand(x.shape[0])
            found = _at_penalty(x, gram, y, penalty, with_blocks=True)
            errors.append(left_out_of_groups(*found, groups).square().mean(dim=(1, 2)))
        return penalties[torch.stack(errors, dim=-1).argmin(dim=-1)]
    values, vectors = torch.linalg.eigh(gram)
    values = values.clamp(min=0)[..., None]
    n_starts, n_cases, n_features = x.shape
    if n_features > n_cases:
        weight = penalties / (values + penalties)
        kept = vectors.square() @ weight
        constant = _constant_share(gram, penalties.expand(n_starts, -1))[:, None]
        amplitudes, offset = vectors.mT @ y, torch.zeros_like(y)
    else:
        vectors = x @ vectors
        weight = 1 / (values + penalties)
        kept = 1 - vectors.square() @ weight
        constant = torch.full_like(kept, 1 / n_cases)
        amplitudes, offset = -(vectors.mT @ y), y
    weighted = weight[..., None] * amplitudes[..., None, :]
    n_values = weighted.shape[1]
    residual = (vectors @ weighted.reshape(n_starts, n_values, -1)).reshape(
        n_starts, n_cases, len(penalties), -1
    )
    residual = residual + offset[:, None, :]
    left_out = residual / (kept - constant)[..., None]
    return penalties[left_out.square().mean(dim=(1, 3)).argmin(dim=-1)]


def _check(features: Tensor, targets: Tensor, penalties: Tensor, groups: Tensor | None) -> None:
    if features.ndim != 3:
        raise InvalidInputError(
            f"features must have shape (starts, cases, features), got {tuple(features.shape)}."
        )
    n_cases = features.shape[1]
    if n_cases < 3:
        raise InvalidInputError(f"features must hold at least three cases, got {n_cases}.")
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
