"""Where in its window a series lies, and how it is laid there."""

from collections.abc import Callable

import torch
from torch import Tensor


def left(field: Tensor, window: int) -> Tensor:
    """First point of the window that the series takes: 0 for every case."""
    return torch.zeros(field.shape[0], dtype=torch.long, device=field.device)


def centre(field: Tensor, window: int) -> Tensor:
    """The start at which the middle of the series lies at the middle of the window."""
    return torch.full_like(left(field, window), window // 2 - field.shape[-1] // 2)


def energy_centroid(field: Tensor, window: int) -> Tensor:
    """The start at which the centroid of the case's energy lies at the middle of the window.

    All channels of a case move together; a case without energy is centred.
    """
    n_points = field.shape[-1]
    energy = (field.abs() ** 2).sum(dim=1)
    total = energy.sum(dim=-1)
    points = torch.arange(n_points, dtype=energy.dtype, device=energy.device)
    middle = torch.full_like(total, n_points // 2)
    moment = (energy * points).sum(dim=-1)
    centroid = torch.where(total > 0, moment / torch.where(total > 0, total, 1.0), middle)
    return window // 2 - centroid.round().long()


ALIGNMENTS: dict[str, Callable[[Tensor, int], Tensor]] = {
    "left": left,
    "centre": centre,
    "energy-centroid": energy_centroid,
}
"""Every alignment by its name; each gives the starts of (cases, channels, points) in a window."""

PADDINGS = ("zeros", "edge")
"""What stands in the guard band: nothing, or the series' last and first values."""


def lay_into_window(
    field: Tensor, window: int, starts: Tensor | None, *, padding: str = "zeros"
) -> Tensor:
    """Lay each case into a periodic window, from its own start on.

    Parameters
    ----------
    field : Tensor of shape (cases, channels, points)
    window : int
        Number of points of the window, at least ``points``.
    starts : Tensor of shape (cases,), integer, or None
        Where the first point of each case goes; what passes the end comes in at the beginning.
        None: at the window's first point.
    padding : {"zeros", "edge"}, default="zeros"
        "edge" continues a series by copies of its last value over half of the guard band, and
        before it by copies of its first value over the rest: no edge spreads into the series.

    Returns
    -------
    Tensor of shape (cases, channels, window)
    """
    n_points = field.shape[-1]
    if starts is None:
        if padding == "zeros":
            return torch.nn.functional.pad(field, (0, window - n_points))
        after = (window - n_points) // 2
        sides = field[..., -1:], field[..., :1]
        lengths = after, window - n_points - after
        beside = [s.expand(*s.shape[:-1], n) for s, n in zip(sides, lengths, strict=True)]
        return torch.cat([field, *beside], dim=-1)
    # what every point of the window is of the series, laid from the window's first point on
    source = torch.arange(window, device=field.device)
    if padding == "edge":
        after = n_points + (window - n_points) // 2
        source = torch.where(source < after, source.clamp(max=n_points - 1), 0)
    else:
        field = torch.nn.functional.pad(field, (0, window - n_points))
    # one pass over what is read: to reckon with every point of every case takes many times that
    from_every_start = torch.cat([source, source[:-1]]).unfold(0, window, 1)
    source = from_every_start[-starts % window]
    return field.gather(-1, source[:, None, :].expand(-1, field.shape[1], -1))
