"""A medium that is linear in its coefficients, and its schedule, laid down as arrays."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.physics.coefficient import count_members
from physembed.propagation.device_medium import DeviceMedium, power_of_two
from physembed.propagation.kernels.digit_order import Plan, frequencies, roots_of_unity
from physembed.propagation.linear_law import LinearLaw, law_of
from physembed.propagation.pass_tables import rows_of
from physembed.propagation.schedule import Pass

Values = Mapping[str, Tensor]


def arrange(
    law: LinearLaw,
    names: tuple[str, ...],
    schedule: Sequence[Pass],
    *,
    n_layers: int,
    plan: Plan | None,
    wanted: Collection[str],
) -> DeviceMedium:
    """The arrays of a medium and a schedule, on the CPU; for the gradients of some coefficients."""
    exponents, phases = law.symbol.basis(names), law.phase.basis(names)
    if plan is not None:
        exponents = exponents[:, torch.from_numpy(frequencies(plan.radices))].contiguous()
    n_names = len(names)
    of_symbol = [k for k, name in enumerate(names) if name in law.symbol.among(wanted)]
    of_local = [k for k, name in enumerate(names) if phases[k].any() and name in wanted]
    # a row for every sum of a pass: of each symbol; then of the slope, the same for all points, and
    # of each potential; or, without a plan, of each pair of both
    to_coefficients = [_one(k, 2 * n_names) for k in of_symbol]
    of_potential, of_pair = [], of_local
    if plan is not None:
        of_potential, of_pair = [k for k in of_local if phases[k, :, 0].any()], []
        to_coefficients.append(torch.cat([torch.zeros(n_names).double(), phases[:, 0, 1]]))
    to_coefficients += [_one(n_names + k, 2 * n_names) for k in (*of_potential, *of_pair)]
    n_sums = power_of_two(max(1, len(to_coefficients)))
    to_coefficients += [torch.zeros(2 * n_names).double()] * (n_sums - len(to_coefficients))
    linear_rows, local_rows, linear, local = rows_of(tuple(schedule))
    linear_lengths = _lengths(linear_rows, n_layers)
    # a pass without a local step turns by nothing: one row more, of zeros
    local_lengths = _lengths([*((row,) for row in local_rows), ()], n_layers)
    local = [row if row >= 0 else len(local_rows) for row in local]
    to_layers = torch.stack([linear_lengths[linear], local_lengths[local]], dim=1).flatten(0, 1).T
    return DeviceMedium(
        plan,
        exponents,
        phases.contiguous(),
        torch.view_as_complex(exponents[of_symbol]).to(torch.complex64).view(torch.int64),
        phases[of_potential, :, 0].float().contiguous(),
        phases[of_pair].float().contiguous().view(torch.int64)[..., 0],
        torch.from_numpy(roots_of_unity(0 if plan is None else plan.n_points)),
        torch.tensor(linear, dtype=torch.int32),
        torch.tensor(local, dtype=torch.int32),
        linear_lengths,
        local_lengths,
        torch.stack(to_coefficients),
        to_layers.contiguous(),
        bool(phases[..., 0].any()),
    )


def _one(place: int, length: int) -> Tensor:
    """A one among zeros, float64."""
    row = torch.zeros(length, dtype=torch.float64)
    row[place] = 1
    return row


def _lengths(rows: Sequence[Sequence[tuple[int, float]]], n_layers: int) -> Tensor:
    lengths = torch.zeros(len(rows), n_layers, dtype=torch.float64)
    for k, row in enumerate(rows):
        for layer, length in row:
            lengths[k, layer] += length
    return lengths


def arranged(
    equation: MasterEquation,
    values: Values,
    grid: Grid,
    schedule: Sequence[Pass],
    plan: Plan | None,
) -> tuple[DeviceMedium, Tensor]:
    """The arrays, and the coefficients as float64 (members, layers, names), on the values' device.

    Parameters
    ----------
    equation : MasterEquation
        Linear in its coefficients.
    values : mapping of str to Tensor of shape (), (n_layers,) or (n_members, n_layers or 1)
    grid : TimeGrid
    schedule : sequence of Pass
    plan : Plan or None
    """
    layers = [
        layer for step in schedule for layer, _ in (*step.linear, *filter(None, [step.local]))
    ]
    n_layers = max(
        1 + max(layers), *(value.shape[-1] for value in values.values() if value.ndim), 1
    )
    wanted = tuple(name for name, value in values.items() if value.requires_grad)
    device = next(iter(values.values())).device
    arrays = _arranged(
        equation,
        tuple(values),
        grid,
        tuple(schedule),
        n_layers=n_layers,
        plan=plan,
        wanted=wanted,
        device=device,
    )
    n_members = max(1, count_members(values))
    stacked = torch.stack([_of_members(v, n_members, n_layers) for v in values.values()], dim=-1)
    return arrays, stacked


def _of_members(value: Tensor, n_members: int, n_layers: int) -> Tensor:
    """A coefficient as (members, layers); without a sum on the way back where there is none."""
    if n_members == 1 and value.shape == (n_layers,):
        return value[None]
    return value.expand(n_members, n_layers)


@lru_cache(maxsize=64)
def _arranged(
    equation: MasterEquation,
    names: tuple[str, ...],
    grid: Grid,
    schedule: tuple[Pass, ...],
    *,
    n_layers: int,
    plan: Plan | None,
    wanted: tuple[str, ...],
    device: torch.device,
) -> DeviceMedium:
    with torch.inference_mode(False), torch.no_grad():
        law = law_of(equation, names, grid)
        arrays = arrange(law, names, schedule, n_layers=n_layers, plan=plan, wanted=wanted)
        return arrays.to(device)
