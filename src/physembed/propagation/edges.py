"""How much of a field's energy is near the edges of its window, or of its band."""

import torch
from torch import Tensor

EDGE = 1 / 16
"""Share of the window, and of the band, at each of its ends that counts as its edge."""

TOLERATED = 1e-3
"""Mean energy at an edge, relative to the mean over all, from which a warning is given."""

SMOOTH = 4.0
"""Second difference at the window's edge, in root mean squares of the others, that is smooth."""


def edge_width(n_points: int) -> int:
    """How many points at each end are an edge."""
    return max(1, round(EDGE * n_points))


def intensity_of(field: Tensor) -> Tensor:
    """|E|², without the root that an absolute value takes."""
    if not field.is_complex():
        return field.square()
    return field.real.square() + field.imag.square()


def edge_share(
    field: Tensor, axes: tuple[int, ...], noise: float = 0.0, *, middle: bool = False
) -> Tensor:
    """Mean energy near the ends of any axis, relative to the mean energy, of every case.

    Less twice that of white noise, a mean over few points of which scatters. With ``middle`` the
    field is a spectrum in the order of an FFT, whose ends are next to each other in its middle.
    """
    cases = field.reshape(-1, *field.shape[axes[0] :])
    total = _mean_energy(cases)
    shares = [torch.zeros_like(total)]
    for axis in axes:
        n_points = cases.shape[axis]
        width = edge_width(n_points)
        if 2 * width >= n_points:
            shares.append(total)
        elif middle:
            ends = cases.narrow(axis, (n_points + 1) // 2 - width, 2 * width)
            shares.append(_mean_energy(ends))
        else:
            both = [cases.narrow(axis, start, width) for start in (0, n_points - width)]
            shares.append(_mean_energy(torch.cat(both, dim=axis)))
    edge = (torch.stack(shares).amax(dim=0) - 2 * noise).clamp(min=0)
    return edge / torch.where(total > 0, total, 1.0)


def _mean_energy(cases: Tensor) -> Tensor:
    """The mean |E|² of every case, in one pass over memory."""
    numbers = torch.view_as_real(cases.resolve_conj()) if cases.is_complex() else cases
    norm = torch.linalg.vector_norm(numbers, dim=tuple(range(1, numbers.ndim)))
    return norm.square() / cases[0].numel()


def goes_on_across_the_edge(field: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Whether the second difference at the window's edge is like those elsewhere, of every case."""
    cases = field.reshape(-1, *field.shape[axes[0] :])
    rounding = 1e-10 * intensity_of(cases).flatten(1).mean(dim=1)
    smooth = torch.ones_like(rounding, dtype=torch.bool)
    for axis in axes:
        bend = intensity_of(cases.roll(1, axis) - 2 * cases + cases.roll(-1, axis))
        bend = bend.movedim(axis, 1).reshape(len(cases), cases.shape[axis], -1).mean(dim=2)
        edge = torch.maximum(bend[:, 0], bend[:, -1])
        smooth &= edge <= SMOOTH**2 * bend[:, 1:-1].mean(dim=1) + rounding
    return smooth
