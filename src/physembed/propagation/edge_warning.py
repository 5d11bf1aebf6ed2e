"""Warnings where a field has reached the edge of its window or of its band."""

import numpy as np
import torch
from torch import Tensor

from physembed.physics import Grid
from physembed.propagation.edges import TOLERATED, edge_share, goes_on_across_the_edge
from physembed.propagation.field_numbers import FieldNumbers, field_numbers
from physembed.propagation.sampling_warning import give_warning

FILLED = 0.1
"""The same ratio from which the field fills the window, rather than reaches its edge by a tail."""

FIRST_LOOKS = (1, 8)
"""Of the cases whose spectrum is in doubt: one is transformed, then seven, and then the rest."""


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
