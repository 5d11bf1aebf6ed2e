"""The smoother of a ridge regression: residuals, 1 - H, and the penalty of the least error."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.training.readout.left_out_groups import left_out_of_groups

NUMBERS_AT_ONCE = 2**25
"""Of the features at several penalties that a GPU factors together: a quarter of a gigabyte."""


@dataclass(frozen=True)
class RidgeProblem:
    """Standardised features and centred targets, each case times the root of its weight.

    ``gram`` is X^T X, or X X^T with its null vector lifted where there are more features than
    cases; ``shares`` are the cases' weights over their sum.
    """

    x: Tensor
    gram: Tensor
    y: Tensor
    shares: Tensor

    @property
    def is_dual(self) -> bool:
        """Whether there are more features than cases."""
        return self.x.shape[2] > self.x.shape[1]

    def repeated(self, times: int) -> "RidgeProblem":
        """Every start so many times in a row."""
        if times == 1:
            return self
        x, gram = (a.repeat_interleave(times, dim=0) for a in (self.x, self.gram))
        return RidgeProblem(x, gram, self.y, self.shares)

    def detached(self) -> "RidgeProblem":
        """The same without a gradient."""
        return RidgeProblem(self.x.detach(), self.gram.detach(), self.y, self.shares)


def lifted(gram: Tensor, shares: Tensor) -> Tensor:
    """X X^T with its null vector, the constant, lifted to the mean of the other eigenvalues.

    The intercept removes the constant anyway; without the lift 1 - h_ii would be the small
    difference of numbers near 1/n.
    """
    level = gram.detach().diagonal(dim1=-2, dim2=-1).mean(dim=-1)
    return gram + level[:, None, None] * torch.outer(shares.sqrt(), shares.sqrt())


def _constant_share(problem: RidgeProblem, penalty: Tensor) -> Tensor:
    """What the lifted constant leaves of 1 - h_ii, for penalties of shape (starts, ...).

    Shape (starts, cases, ...).
    """
    unit = problem.shares.sqrt()
    level = unit @ problem.gram.detach() @ unit
    level = level.reshape(-1, *([1] * (penalty.ndim - 1)))
    shares = problem.shares.reshape(-1, *([1] * (penalty.ndim - 1)))
    return (penalty / (penalty + level))[:, None] * shares


def _factor(problem: RidgeProblem, penalty: Tensor) -> Tensor:
    """The Cholesky factor of the Gram matrix with its penalty; NaN where there is none."""
    gram = problem.gram
    identity = torch.eye(gram.shape[-1], dtype=gram.dtype, device=gram.device)
    # an error in place of NaN would wait for a GPU, in every step of a search
    factor, failed = torch.linalg.cholesky_ex(gram + penalty[:, None, None] * identity)
    return factor.masked_fill((failed != 0)[:, None, None], torch.nan)


def solve(problem: RidgeProblem, penalty: Tensor) -> Tensor:
    """The coefficients of the ridge fitted to all cases, (starts, features, targets)."""
    factor = _factor(problem, penalty)
    if problem.is_dual:
        y = problem.y.expand(len(penalty), *problem.y.shape)
        return problem.x.mT @ torch.cholesky_solve(y, factor)
    return torch.cholesky_solve(problem.x.mT @ problem.y, factor)


def at_penalty(
    problem: RidgeProblem, penalty: Tensor, *, with_blocks: bool
) -> tuple[Tensor, Tensor]:
    """Residuals, and 1 - H: its diagonal, or all of it where groups are left out."""
    x, y = problem.x, problem.y
    identity = torch.eye(x.shape[1], dtype=x.dtype, device=x.device)
    factor = _factor(problem, penalty)
    if problem.is_dual:
        expanded = identity.expand_as(problem.gram)
        half = torch.linalg.solve_triangular(factor, expanded, upper=False)
        scale = penalty[:, None, None]
        residual = scale * (half.mT @ (half @ y))
        constant = _constant_share(problem, penalty)
        remaining = penalty[:, None] * half.square().sum(dim=-2)
        full = scale * (half.mT @ half) if with_blocks else None
    else:
        half = torch.linalg.solve_triangular(factor, x.mT, upper=False)
        constant = problem.shares.expand(len(penalty), -1)
        residual = y - half.mT @ (half @ y)
        remaining = 1 - half.square().sum(dim=-2)
        full = identity - half.mT @ half if with_blocks else None
    return residual, remaining - constant if full is None else full - constant[..., None]


def best_penalty(problem: RidgeProblem, penalties: Tensor, groups: Tensor | None) -> Tensor:
    """The penalty of the least left-out error, (starts,)."""
    x, y = problem.x, problem.y
    # a GPU has factored all penalties long before it has found the eigenvalues
    if groups is not None or x.device.type == "cuda":
        return best_penalty_by_factors(problem, penalties, groups)
    values, vectors = torch.linalg.eigh(problem.gram)
    values = values.clamp(min=0)[..., None]
    n_starts, n_cases, _ = x.shape
    if problem.is_dual:
        weight = penalties / (values + penalties)
        remaining = vectors.square() @ weight
        constant = _constant_share(problem, penalties.expand(n_starts, -1))
        amplitudes, offset = vectors.mT @ y, torch.zeros_like(y)
    else:
        vectors = x @ vectors
        weight = 1 / (values + penalties)
        remaining = 1 - vectors.square() @ weight
        constant = problem.shares[:, None].expand_as(remaining)
        amplitudes, offset = -(vectors.mT @ y), y
    weighted = weight[..., None] * amplitudes[..., None, :]
    n_values = weighted.shape[1]
    residual = (vectors @ weighted.reshape(n_starts, n_values, -1)).reshape(
        n_starts, n_cases, len(penalties), -1
    )
    residual = residual + offset[:, None, :]
    left_out = residual / (remaining - constant)[..., None]
    return penalties[left_out.square().mean(dim=(1, 3)).argmin(dim=-1)]


def best_penalty_by_factors(
    problem: RidgeProblem, penalties: Tensor, groups: Tensor | None
) -> Tensor:
    """As :func:`best_penalty`, from the errors at every penalty, of several at a time."""
    n_starts = len(problem.x)
    at_once = 1 if groups is not None else max(1, NUMBERS_AT_ONCE // problem.x.numel())
    errors = []
    for some in penalties.split(at_once):
        one = problem.repeated(len(some))
        # of each start all penalties in turn
        penalty = some.repeat(n_starts)
        residual, influence = at_penalty(one, penalty, with_blocks=groups is not None)
        if groups is None:
            left_out = residual / influence[..., None]
        else:
            left_out = left_out_of_groups(residual, influence, groups)
        errors.append(left_out.square().mean(dim=(1, 2)).reshape(n_starts, -1))
    # where a matrix has no factor there is no error either
    return penalties[torch.cat(errors, dim=-1).nan_to_num(nan=torch.inf).argmin(dim=-1)]
