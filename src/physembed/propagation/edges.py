"""How much of a field's energy is near the edges of its window, or of its band, and warnings of it.

What is asked of every field is read in one compiled sweep, :func:`field_numbers`; where there is
none, and where a spectrum is in doubt, by plain operations, :func:`edge_share`.
"""

import math
from array import array
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.physics import Grid, TimeGrid
from physembed.physics.transforms import is_transformed
from physembed.propagation.kernels import resources
from physembed.propagation.sampling_warning import give_warning

Numbers = NDArray[np.float64]

EDGE = 1 / 16
"""Share of the window, and of the band, at each of its ends that counts as its edge."""

TOLERATED = 1e-3
"""Mean energy at an edge, relative to the mean over all, from which a warning is given."""

SMOOTH = 4.0
"""Second difference at the window's edge, in root mean squares of the others, that is smooth."""

FILLED = 0.1
"""The same ratio from which the field fills the window, rather than reaches its edge by a tail."""

FIRST_LOOKS = (1, 8)
"""Of the cases whose spectrum is in doubt: one is transformed, then seven, and then the rest."""

FEWEST_POINTS = 32
"""Below, the eighth difference is as long as the window."""


ENERGY, PEAK, WINDOW, ROUGH, BAND = range(5)
"""The order of a field's numbers."""


@dataclass(frozen=True, eq=False)
class FieldNumbers:
    """Of every case of a field on a grid of time, float64 arrays of shape (cases,).

    Parameters
    ----------
    field : Tensor of shape (cases, n_points)
    energy : ndarray
        Σ |E|².
    peak : ndarray
        The largest |E|².
    window_share : ndarray
        Mean energy at the window's edges, relative to the mean.
    rough : ndarray
        Σ |δ⁸E|² / 2¹⁶ with the eighth difference, relative to Σ |E|²: the share of the energy
        behind a filter sin¹⁶(ω/2).
    most_band_share : ndarray
        What the mean energy at the band's edges, relative to the mean, is at most.
    most : list of float
        The largest of each of the five.
    """

    field: Tensor
    energy: Numbers
    peak: Numbers
    window_share: Numbers
    rough: Numbers
    most_band_share: Numbers
    most: list[float]


def field_numbers(field: Tensor, grid: Grid) -> FieldNumbers | None:
    """The numbers of a field of shape (..., n_points), where there are loops for it; else None."""
    kinds = (torch.complex64, torch.complex128)
    if not (
        isinstance(grid, TimeGrid)
        and grid.n_points >= FEWEST_POINTS
        and field.device.type == "cpu"
        and field.dtype in kinds
        and field.numel()
        and not is_transformed()
    ):
        return None
    rows = field.detach().resolve_conj().reshape(-1, grid.n_points).contiguous()
    n_cases, n = rows.shape
    of_cases = np.empty((5, n_cases))
    units = min(n_cases, resources.team_size(rows.numel()))
    width = edge_width(n)
    task = array("q", [0, units, n_cases, n, width, rows.data_ptr(), of_cases.ctypes.data])
    resources.run(_sweep(field.dtype), task.buffer_info()[0], units)
    # sin¹⁶(ω/2) where the edge of the band begins, and a little less for rounding
    least_seen = 0.99 * math.sin(math.pi * ((n + 1) // 2 - width) / n) ** 16
    of_cases[WINDOW] *= n / (2 * width)
    np.multiply(of_cases[ROUGH], n / (2 * width) / least_seen, out=of_cases[BAND])
    energy, peak, in_window, rough, in_band = of_cases
    most = of_cases.max(axis=1).tolist()
    return FieldNumbers(rows, energy, peak, in_window, rough, in_band, most)


@cache
def _sweep(dtype: torch.dtype) -> int:
    """The address of the loop for fields of a type."""
    from physembed.propagation.kernels import sweep

    return (sweep.single if dtype == torch.complex64 else sweep.double).address


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


def warn_of_field(
    field: Tensor,
    grid: Grid,
    when: str,
    *,
    entered: Tensor | None = None,
    driven: bool = False,
    noise: float = 0.0,
    resonates: bool = False,
    numbers: FieldNumbers | None = None,
) -> None:
    """Warn where energy has reached the edge of the window or of the band.

    A field that fills the window and goes on smoothly across its edge, such as a tone or a
    continuous wave, is periodic on purpose. ``entered``, the field before the medium, tells a
    pulse that has spread to the edge from one that began there; a ``driven`` medium fills the
    window by itself, and so does white ``noise``, whose mean |n|² that is. Where the steps
    resonate, what stands at the band's edge is not aliased, and a finer grid makes it worse.
    ``numbers`` are the field's, where they are known already.
    """
    if not field.numel():
        return
    if (
        numbers is not None
        and not noise
        and max(numbers.most[WINDOW], numbers.most[BAND]) <= TOLERATED
    ):
        return
    with torch.no_grad():
        axes = tuple(range(-len(grid.shape), 0))
        if noise:
            numbers = None
        elif numbers is None:
            numbers = field_numbers(field, grid)
        if numbers is None:
            share = edge_share(field, axes, noise)
        else:
            share = torch.from_numpy(numbers.window_share)
        reached = share > TOLERATED
        # what tells a pulse from what fills the window is looked at where there is something
        if entered is None and bool((share > FILLED).any()):
            reached &= ~((share > FILLED) & goes_on_across_the_edge(field, axes))
        elif entered is not None and bool(reached.any()):
            reached &= edge_share(entered, axes) <= TOLERATED
        if not driven and bool(reached.any()):
            give_warning(
                f"the field {when} reaches the edge of the window, where it wraps round",
                "enlarge the window (more points at the same spacing) if it should not",
                "window",
            )
        if resonates:
            return
        if _reaches_the_bands_edge(field, axes, noise, numbers):
            give_warning(
                f"the spectrum of the field {when} reaches the edge of the band, where it is "
                "aliased",
                "reduce the grid's spacing",
                "spacing",
            )


def _reaches_the_bands_edge(
    field: Tensor, axes: tuple[int, ...], noise: float, numbers: FieldNumbers | None
) -> bool:
    if numbers is None:
        rows = [field]
    else:
        # the roughest cases first: they tell most often, and what is smooth needs no transform
        most = numbers.most_band_share
        order = np.argsort(-most)[: int((most > TOLERATED).sum())]
        rows = [
            numbers.field[torch.from_numpy(some)]
            for some in np.split(order, FIRST_LOOKS)
            if len(some)
        ]
    for some in rows:
        spectrum = torch.fft.fftn(some, dim=axes, norm="ortho")
        if bool((edge_share(spectrum, axes, noise, middle=True) > TOLERATED).any()):
            return True
    return False
