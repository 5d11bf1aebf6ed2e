"""Tables of exponents that are sums of coefficients times functions, for the CPU in complex64."""

from array import array

import torch
from torch import Tensor

from physembed.propagation.kernels import pool, team

SMALLEST_UNIT = 2048
"""Entries of a table below which a thread of its own is not worth while."""


def tabulate(coefficients: Tensor, basis: Tensor, *, is_transfer: bool) -> Tensor:
    """exp(sum of coefficients times terms), or V within half a turn and s.

    The terms are summed in double precision; each step also corrects for how the steps before it
    were rounded, so that the rounding of many equal steps does not add up.

    Parameters
    ----------
    coefficients : float64 Tensor of shape (steps, members, terms)
    basis : float64 Tensor of shape (terms, points, 2)
        The parts of every term of an exponent, or its V and s.
    is_transfer : bool

    Returns
    -------
    complex64 Tensor of shape (steps, members, points) or float32 Tensor (steps, members, points, 2)
    """
    n_terms, n_points, _ = basis.shape
    n_steps, n_members, _ = coefficients.shape
    table = pool.empty((n_steps, n_members, n_points))
    size = team.team_size(table.numel() * team.SMALLEST_SHARE // SMALLEST_UNIT)
    scratch = torch.empty(size, 4 * team.TILE, dtype=torch.float64)
    arrays = [tensor.data_ptr() for tensor in (coefficients, basis, table, scratch)]
    counts = [0, size, is_transfer, n_steps, n_members, n_terms, n_points]
    task = array("q", [*counts, *arrays])
    from physembed.propagation.kernels import tabulation

    team.run(tabulation.tabulate.address, task.buffer_info()[0], size)
    return table if is_transfer else torch.view_as_real(table)
