"""The errors of a linear smoother when whole groups of cases are left out."""

import torch
from torch import Tensor


def left_out_of_groups(residual: Tensor, influence: Tensor, groups: Tensor) -> Tensor:
    r"""Errors of each group by the ridge fitted without it.

    .. math:: e_G = (1 - H_{GG})^{-1} (y - \hat y)_G

    Parameters
    ----------
    residual : Tensor of shape (starts, cases, targets)
    influence : Tensor of shape (starts, cases, cases)
        1 - H.
    groups : Tensor of shape (cases,), integer

    Returns
    -------
    Tensor of shape (starts, cases, targets)
    """
    parts, places = [], []
    for group in groups.unique():
        cases = (groups == group).nonzero()[:, 0]
        block = influence[:, cases[:, None], cases]
        parts.append(torch.linalg.solve(block, residual[:, cases]))
        places.append(cases)
    order = torch.cat(places)
    return torch.cat(parts, dim=1).index_select(1, order.argsort())
