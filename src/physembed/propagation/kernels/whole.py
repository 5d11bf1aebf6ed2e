"""Whole cascades of complex64 rows on the CPU, a block of rows at once, and their tables."""

from array import array
from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor

from physembed.propagation.kernels import resources
from physembed.propagation.kernels.transforms import descriptors, transforms_are_at_hand

BLOCK_POINTS = 2**15
"""Points that a thread takes through the cascade together: 256 KiB, and twice that at work."""

ROW_POINTS = 2**16
"""Points of a single row that is not worth being shared by threads."""

LARGEST_KEPT = 2**24
"""Bytes kept for the adjoint beyond which they are written past the caches: they would leave them
before they are read, and what is stored otherwise is first fetched."""

Bases = tuple[Tensor, Tensor]
"""The terms of the exponents of the transfer and of V and s, float64 (terms, points, 2) each."""


def serves(field: Tensor, n_axes: int) -> bool:
    """Whether a field (members, rows, points) is of the kind that these loops are written for.

    Few long rows are better shared point by point than row by row.
    """
    return (
        field.device.type == "cpu"
        and field.dtype == torch.complex64
        and n_axes == 1
        and field.shape[1] >= min(torch.get_num_threads(), resources.LARGEST_TEAM)
        and transforms_are_at_hand()
    )


def forward(
    field: Tensor,
    tables: tuple[Tensor, Tensor],
    linear: Sequence[int],
    local: Sequence[int],
    *,
    keep: bool,
    overwrite: bool = False,
) -> list[Tensor]:
    """The field that leaves and, with ``keep``, the spectra and fields that the adjoint needs.

    With ``overwrite`` the field that leaves takes the place of the one that enters.
    """
    _, units, block = _shares(field)
    n_kept = (sum(row >= 0 for row in linear), sum(row >= 0 for row in local))
    stored = [resources.empty((n, *field.shape)) if keep else None for n in n_kept]
    out = field if overwrite else resources.empty(field.shape)
    work = resources.empty((units * block * field.shape[-1],))
    n_bytes = 8 * sum(n_kept) * field.numel()
    streams = keep and n_bytes >= LARGEST_KEPT and field.shape[-1] % (resources.LINE // 8) == 0
    flag = 2 if streams else int(keep)
    _run("forward", field, tables, linear, local, flag, [field, out, *stored, work])
    return [out, *(kept for kept in stored if kept is not None)]


def adjoint(
    grad: Tensor,
    stored: Sequence[Tensor],
    tables: tuple[Tensor, Tensor],
    linear: Sequence[int],
    local: Sequence[int],
    sums: Sequence[Tensor],
    *,
    to_field: bool,
    bases: Bases | None = None,
) -> Tensor:
    """The gradient of the field; those of the tables are added to ``sums``.

    Sums are of the shape of the tables, (steps, parts, members, points or points x 2), or with
    ``bases``, the terms of the exponents, (steps, parts, members, terms).
    """
    _, units, block = _shares(grad)
    out = torch.empty_like(grad) if to_field else grad
    work = resources.empty((units * block * grad.shape[-1],))
    scratch = torch.empty(units * 2 * resources.TILE)
    arrays = [grad, out, *stored, work, *sums, scratch]
    _run("adjoint", grad, tables, linear, local, to_field, arrays, bases)
    return out


def reversed_adjoint(
    pair: Tensor,
    known: Tensor | None,
    tables: tuple[Tensor, Tensor],
    linear: Sequence[int],
    local: Sequence[int],
    sums: Sequence[Tensor],
    *,
    to_field: bool,
    bases: Bases | None = None,
) -> Tensor:
    """The field and its gradient, stacked, before the passes from those after them, in place.

    A block of rows is read before it is written.
    """
    field, grad = pair
    _, units, block = _shares(field)
    work = resources.empty((2 * units * block * field.shape[-1],))
    scratch = torch.empty(units * 2 * resources.TILE)
    arrays = [field, grad, field, grad, known, work, *sums, scratch]
    _run("reversed_adjoint", field, tables, linear, local, to_field, arrays, bases)
    return pair


def n_parts(field: Tensor) -> int:
    """The number of partial sums that an adjoint over ``field`` writes for each member."""
    return _shares(field)[0]


def _shares(field: Tensor) -> tuple[int, int, int]:
    """The units of a member, those of all members, and the rows of a block.

    Units and blocks are those of a member alone, so that its sums do not depend on the others.
    """
    members, rows, n_points = field.shape
    parts = min(resources.team_size(rows * n_points), rows)
    return parts, members * parts, max(1, min(BLOCK_POINTS // n_points, -(-rows // parts)))


def _run(
    name: str,
    field: Tensor,
    tables: tuple[Tensor, Tensor],
    linear: Sequence[int],
    local: Sequence[int],
    flag: int,
    arrays: Sequence[Tensor | None],
    bases: Bases | None = None,
) -> None:
    parts, units, block = _shares(field)
    n_members, n_rows, n = field.shape
    transforms = descriptors(n, block)
    steps = array("q", [*linear, *local])
    address = steps.buffer_info()[0]
    # in the order of cascade_task.HEADER, and then the arrays of the function
    task = array(
        "q",
        [
            *(0, units, 0, n_members * n_rows, n_rows, n, block),
            *(len(linear), len(tables[0]), len(tables[1]), flag, parts),
            *(transform.address for transform in transforms),
            *(address, address + 8 * len(linear)),
            *(table.data_ptr() for table in tables),
            *((-1, -1, 0, 0) if bases is None else map(len, bases)),
            *(() if bases is None else (basis.data_ptr() for basis in bases)),
            *(0 if tensor is None else tensor.data_ptr() for tensor in arrays),
        ],
    )
    size = min(resources.team_size(field.numel()), units)
    function, status = _loops(name)
    resources.run(function, task.buffer_info()[0], size)
    if task[status]:
        raise RuntimeError(f"the Fourier transform failed (DFTI {task[status]}).")


@cache
def _loops(name: str) -> tuple[int, int]:
    """The address of a loop over a cascade, and the place of its status."""
    # numba is loaded only where a cascade is run
    from physembed.propagation.kernels import cascade_loops, cascade_task

    return getattr(cascade_loops, name).address, cascade_task.STATUS


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
    table = resources.empty((n_steps, n_members, n_points))
    size = resources.team_size(table.numel() * resources.SMALLEST_SHARE // SMALLEST_UNIT)
    scratch = torch.empty(size, 4 * resources.TILE, dtype=torch.float64)
    # in the order of the places that tabulation names
    arrays = [tensor.data_ptr() for tensor in (coefficients, basis, table, scratch)]
    counts = [0, size, is_transfer, n_steps, n_members, n_terms, n_points]
    task = array("q", [*counts, *arrays])
    resources.run(_tabulation(), task.buffer_info()[0], size)
    return table if is_transfer else torch.view_as_real(table)


@cache
def _tabulation() -> int:
    # as above
    from physembed.propagation.kernels import tabulation

    return tabulation.tabulate.address


def distance_of_row(
    field: Tensor,
    other: Tensor,
    exponents: Sequence[tuple[Tensor, Tensor]],
    linear: Sequence[int],
    local: Sequence[int],
) -> float:
    """How far a row that has gone through a cascade is from another.

    All by one call: of a single row the calls cost more than what is computed.

    Parameters
    ----------
    field, other : complex64 Tensor of shape (points,)
    exponents : two of (float64 Tensor of shape (steps, 1, terms), float64 Tensor)
        Of the transfer and of the turn, what :func:`tabulate` takes.
    linear, local : sequence of int
        For every pass the row of its linear and of its local step; -1 is the identity.

    Returns
    -------
    float
        ‖field - other‖ / ‖other‖, but for a phase of the whole; infinite where one overflows.
    """
    n, n_steps = len(field), [len(sums) for sums, _ in exponents]
    row = resources.empty((n,)).copy_(field)
    room = resources.empty((sum(n_steps), n))
    scratch, found = np.empty(4 * resources.TILE), np.empty(1)
    steps = array("q", [*linear, *local])
    address = steps.buffer_info()[0]
    # in the order of the places that single_row names
    task = array(
        "q",
        [
            *(0, n, len(linear), *n_steps, *(len(basis) for _, basis in exponents)),
            *(descriptors(n, 1)[3].address, address, address + 8 * len(linear)),
            *(sums.data_ptr() for sums, _ in exponents),
            *(basis.data_ptr() for _, basis in exponents),
            *(row.data_ptr(), other.data_ptr(), room.data_ptr()),
            *(scratch.ctypes.data, found.ctypes.data),
        ],
    )
    resources.run(_comparison(), task.buffer_info()[0], 1)
    if task[0]:
        raise RuntimeError(f"the Fourier transform failed (DFTI {task[0]}).")
    return float(found[0])


@cache
def _comparison() -> int:
    # as above
    from physembed.propagation.kernels import single_row

    return single_row.compare.address
