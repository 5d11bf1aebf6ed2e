"""The adjoint of steps that were chosen on the way: those that were accepted are taken again.

The lengths of the steps are held fixed, so that what is differentiated is a composition of smooth
maps, whatever was tried and rejected. Backwards, from one kept spectrum to the next, the steps are
computed once more with PyTorch's own gradient.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.adaptive import Accepted, Stretch, Walk, walk
from physembed.propagation.interaction_picture import InteractionPicture

STORAGE = {"auto": 2**30, "stored": 2**62, "reversible": 2**20}
"""Bytes of spectra that each way to compute a gradient may keep."""


class Medium:
    """What a walk goes through, with its coefficients left open.

    Parameters
    ----------
    equation : MasterEquation
    names : sequence of str
        Of the coefficients, in the order of their values.
    grid : Grid
    stretches : sequence of (int, float)
        See :func:`~physembed.propagation.adaptive.walk`.
    """

    def __init__(
        self,
        equation: MasterEquation,
        names: Sequence[str],
        grid: Grid,
        stretches: Sequence[Stretch],
    ) -> None:
        self.equation, self.names, self.grid, self.stretches = equation, names, grid, stretches

    def layer(self, stretch: int, values: Sequence[Tensor], dtype: torch.dtype) -> Any:
        """The medium of one stretch."""
        named = dict(zip(self.names, values, strict=True))
        return InteractionPicture(
            self.equation, named, self.stretches[stretch][0], self.grid, dtype
        )


def run_adaptively(
    spectrum: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    stretches: Sequence[Stretch],
    *,
    rtol: float,
    gradient: str = "auto",
) -> Walk:
    """A walk whose spectra carry gradients to the field that enters and to the coefficients.

    Parameters
    ----------
    spectrum : Tensor of shape (cases, ..., *grid), complex
    equation : MasterEquation
    values : mapping of str to float64 Tensor of shape () or (n_layers,)
    grid : Grid
    stretches : sequence of (int, float)
    rtol : float
    gradient : {"auto", "autograd", "stored", "reversible"}
        "autograd" is right to any order and keeps everything; "stored" keeps the spectrum before
        every step, "reversible" as few as fit into a megabyte, but two, and "auto" a gigabyte.
    """
    medium = Medium(equation, tuple(values), grid, stretches)
    is_wanted = torch.is_grad_enabled() and (
        spectrum.requires_grad or any(value.requires_grad for value in values.values())
    )
    if not is_wanted:
        return walk(spectrum, equation, values, grid, stretches, rtol=rtol)
    if gradient == "autograd":
        way = walk(spectrum.detach(), equation, values, grid, stretches, rtol=rtol)
        ends: list[Tensor] = []
        for stretch in range(len(stretches)):
            steps = [step for step in way.accepted if step.stretch == stretch]
            spectrum = _replay(spectrum, medium, tuple(values.values()), steps)
            ends.append(spectrum)
        way.spectra = ends
        return way
    told: list[Walk] = []
    outputs = _Replayed.apply(  # type: ignore[no-untyped-call]
        medium, rtol, STORAGE[gradient], told, spectrum, *values.values()
    )
    way = told[0]
    way.spectra = list(outputs)
    return way


def _replay(
    spectrum: Tensor, medium: Medium, values: Sequence[Tensor], steps: Sequence[Accepted]
) -> Tensor:
    """The spectrum after accepted steps, taken again."""
    for step in steps:
        layer = medium.layer(step.stretch, values, spectrum.dtype)
        start = spectrum[step.cases]
        end, _ = layer.step(start, layer.local_rate(start), step.lengths)
        spectrum = spectrum.index_copy(0, step.cases, end)
    return spectrum


class _Replayed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> tuple[Tensor, ...]:
        medium, rtol, storage, told, spectrum, *values = inputs
        named = dict(zip(medium.names, values, strict=True))
        way = walk(
            spectrum, medium.equation, named, medium.grid, medium.stretches,
            rtol=rtol, storage=storage,
        )  # fmt: skip
        told.append(way)
        ctx.medium, ctx.accepted, ctx.before = medium, way.accepted, way.before
        ctx.save_for_backward(*values)
        return tuple(end.clone() for end in way.spectra)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        values = [value.detach().requires_grad_() for value in ctx.saved_tensors]
        totals = [torch.zeros_like(value) for value in values]
        gradient = torch.zeros_like(gradients[-1])
        stop = len(ctx.accepted)
        for start in sorted(ctx.before, reverse=True):
            with torch.enable_grad():
                spectrum = ctx.before[start].detach().requires_grad_()
                # where a stretch ends in between, a gradient comes in
                ends, incoming = [], []
                point = spectrum
                for number in range(start, stop):
                    point = _replay(point, ctx.medium, values, [ctx.accepted[number]])
                    last = number + 1 == len(ctx.accepted)
                    after = len(gradients) if last else ctx.accepted[number + 1].stretch
                    here = ctx.accepted[number].stretch
                    ends += [point] * (after - here)
                    incoming += list(gradients[here:after])
                if stop < len(ctx.accepted):
                    ends.append(point)
                    incoming.append(gradient)
                wanted = (spectrum, *values)
                gradient, *of_values = torch.autograd.grad(
                    ends, wanted, incoming, allow_unused=True, materialize_grads=True
                )
            totals = [total + new for total, new in zip(totals, of_values, strict=True)]
            stop = start
        return (None, None, None, None, gradient, *totals)
