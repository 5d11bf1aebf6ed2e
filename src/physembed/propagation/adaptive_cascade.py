"""A field through a cascade with steps of its own choosing: what :func:`propagate` does at an
``rtol``, and what it took."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from physembed._checks import check_number
from physembed.errors import InvalidInputError
from physembed.physics import FieldEquation, Grid, MasterEquation
from physembed.physics.coefficient import count_members, of_member
from physembed.physics.transforms import inverse_transform, is_transformed, transform
from physembed.propagation.adaptive import Stretch
from physembed.propagation.gradients.replayed import run_adaptively
from physembed.propagation.noise import Noise


class StepsTaken(NamedTuple):
    """What steps of their own choosing took, each an int64 Tensor of the shape of the cases.

    Parameters
    ----------
    steps : Tensor
        How many were taken; those tried and rejected are not counted.
    evaluations : Tensor
        How often the local law was computed, rejected steps included.
    """

    steps: Tensor
    evaluations: Tensor


@dataclass(frozen=True)
class AdaptiveResult:
    """The fields that were asked for, and what they took.

    Parameters
    ----------
    fields : list of Tensor
        At the end of every stretch, of the shape of the field that entered.
    taken : StepsTaken
    """

    fields: list[Tensor]
    taken: StepsTaken


def check_adaptive_options(
    rtol: float,
    field: Tensor,
    equation: MasterEquation,
    *,
    scheme: str,
    steps_per_layer: int,
    inverse: bool,
) -> None:
    """Refuse an ``rtol`` that is none, or beside what it replaces.

    Raises
    ------
    InvalidInputError
    """
    check_number("rtol", rtol, above=0, below=1)
    if isinstance(equation, FieldEquation):
        raise InvalidInputError(
            f"rtol must be None for {type(equation).__name__}, which is no equation of one complex "
            'field; take scheme="etdrk4".'
        )
    least = torch.finfo(field.dtype).eps
    if rtol < least:
        raise InvalidInputError(
            f"rtol must be at least {least:.2g} for a field of {field.dtype}, got {rtol!r}; "
            "a field of complex128 may have less."
        )
    if scheme != "lie" or steps_per_layer != 1:
        raise InvalidInputError(
            "scheme and steps_per_layer must be left out with rtol, which chooses the steps; got "
            f"scheme={scheme!r}, steps_per_layer={steps_per_layer!r}."
        )
    if inverse:
        raise InvalidInputError(
            "inverse must be False with rtol: only steps of a splitting can be undone exactly."
        )
    if is_transformed():
        raise InvalidInputError(
            "rtol must be None under torch.func, torch.compile and torch.export: how many steps "
            "there are depends on the field."
        )


def run_adaptive_cascade(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    stretches: Sequence[Stretch],
    *,
    rtol: float,
    gradient: str = "auto",
    noise: Noise | None = None,
) -> AdaptiveResult:
    """The field at the end of every stretch of a cascade.

    Parameters
    ----------
    field : Tensor of shape (..., *grid), or (n_members, ..., *grid) for an ensemble
        Of coupled modes (..., channels, *grid): the channels are one case.
    equation : MasterEquation
    values : mapping of str to float64 Tensor of shape (), (n_layers,) or (n_members, n_layers)
    grid : Grid
    stretches : sequence of (int, float)
        The layer and the length of each.
    rtol : float
        See :func:`~physembed.propagate`.
    gradient : {"auto", "autograd", "stored", "reversible"}
    noise : Noise or None, default=None
        Added at the end of every stretch.
    """
    if count_members(values):
        members = [
            run_adaptive_cascade(
                one, equation, of_member(values, k), grid, stretches,
                rtol=rtol, gradient=gradient, noise=noise,
            )
            for k, one in enumerate(field)
        ]  # fmt: skip
        return AdaptiveResult(
            [torch.stack(fields) for fields in zip(*(m.fields for m in members), strict=True)],
            StepsTaken(
                *(torch.stack(each) for each in zip(*(m.taken for m in members), strict=True))
            ),
        )
    n_axes = len(grid.shape)
    of_cases = field.shape[: field.ndim - n_axes - equation.needs_channels]
    n_cases = math.prod(of_cases)
    generator = None if noise is None else noise.generator()
    spectrum = transform(field.reshape(n_cases, *field.shape[len(of_cases) :]), n_axes)
    # noise comes between the stretches, each of which is then a walk of its own
    walks = [stretches] if noise is None else [[stretch] for stretch in stretches]
    fields: list[Tensor] = []
    steps = torch.zeros(n_cases, dtype=torch.int64)
    evaluations = torch.zeros(n_cases, dtype=torch.int64)
    for part in walks:
        way = run_adaptively(spectrum, equation, values, grid, part, rtol=rtol, gradient=gradient)
        ends = [inverse_transform(end, n_axes).reshape(field.shape) for end in way.spectra]
        if noise is not None and generator is not None:
            ends = [ends[-1] + noise.sample(ends[-1], grid, generator)]
            spectrum = transform(ends[-1].reshape(spectrum.shape), n_axes)
        fields += ends
        steps += torch.from_numpy(way.steps)
        evaluations += torch.from_numpy(way.evaluations)
    taken = StepsTaken(steps.reshape(of_cases), evaluations.reshape(of_cases))
    return AdaptiveResult(fields, taken)
