"""A medium that is linear in its coefficients as arrays on a GPU: tables and gradients in a few
launches, none of which waits for the host."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.physics.coefficient import count_members
from physembed.propagation.kernels.digit_order import Plan, frequencies, roots_of_unity
from physembed.propagation.linear_law import LinearLaw, law_of
from physembed.propagation.pass_tables import rows_of
from physembed.propagation.schedule import Pass

TILE = 128
"""Points of a table that one program makes."""

ROWS = 64
"""Cases whose sums a program adds up at a time."""

Values = Mapping[str, Tensor]


@dataclass(frozen=True)
class DeviceMedium:
    """A medium and its schedule as arrays on a device, all of them fixed.

    Parameters
    ----------
    plan : Plan or None
        Of the transforms on the chip; None: tables are in the order of an FFT.
    exponents : float64 Tensor of shape (names, points, 2)
        What the coefficients multiply in log H, in the order of the plan.
    phases : float64 Tensor of shape (names, points, 2)
        What they multiply in V and s.
    symbols : int64 Tensor of shape (symbols, points)
        Those exponents that are not zero and whose coefficient is wanted, as complex64.
    potentials : float32 Tensor of shape (potentials, points)
        With a plan: what the wanted coefficients multiply in V.
    pairs : int64 Tensor of shape (pairs, points)
        Without: what they multiply in V and in s, two float32 each.
    roots : float64 Tensor of shape (2 points,)
        For the twiddles; empty without a plan.
    linear, local : int32 Tensor of shape (passes,)
        The rows of every pass.
    linear_lengths, local_lengths : float64 Tensor of shape (rows, layers)
    to_coefficients : float64 Tensor of shape (sums, 2 names)
        From the sums of a pass to the gradients of its linear and of its local coefficients.
    to_layers : float64 Tensor of shape (layers, 2 passes)
    has_potential : bool
        Whether there is any V.
    """

    plan: Plan | None
    exponents: Tensor
    phases: Tensor
    symbols: Tensor
    potentials: Tensor
    pairs: Tensor
    roots: Tensor
    linear: Tensor
    local: Tensor
    linear_lengths: Tensor
    local_lengths: Tensor
    to_coefficients: Tensor
    to_layers: Tensor
    has_potential: bool

    @property
    def n_points(self) -> int:
        """Of the grid."""
        return self.exponents.shape[1]

    @property
    def n_sums(self) -> int:
        """Sums of a pass, of which the last may stand for nothing."""
        return len(self.to_coefficients)

    def to(self, device: torch.device | str) -> "DeviceMedium":
        """The same on a device."""
        moved: dict[str, Any] = {
            name: value.to(device)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(self, **moved)

    def transfer(self, coefficients: Tensor) -> Tensor:
        """H/N of every linear row, complex64, shape (rows, members, points)."""
        from physembed.propagation.kernels import linear_media

        n_members, n_layers, n_terms = coefficients.shape
        n_rows = len(self.linear_lengths)
        shape = (n_rows, n_members, self.n_points)
        table = torch.empty(shape, dtype=torch.int64, device=coefficients.device)
        linear_media.tabulate[(n_rows * n_members, math.ceil(self.n_points / TILE))](
            coefficients.contiguous(),
            self.linear_lengths,
            self.exponents,
            table,
            n_layers,
            n_terms,
            n_members,
            self.n_points,
            LAYERS=power_of_two(n_layers),
            BLOCK=TILE,
        )
        return table.view(torch.complex64)

    def phase_tables(self, coefficients: Tensor) -> tuple[Tensor, Tensor]:
        """V within a turn, (rows, members, points), if there is any, and s, (rows, members)."""
        from physembed.propagation.kernels import linear_media

        n_members, n_layers, n_terms = coefficients.shape
        n_rows = len(self.local_lengths)
        slope = torch.empty(n_rows, n_members, device=coefficients.device)
        shape = (n_rows, n_members, self.n_points)
        at_rest = torch.empty(shape, device=slope.device) if self.has_potential else slope
        n_tiles = math.ceil(self.n_points / TILE) if self.has_potential else 1
        linear_media.tabulate_phases[(n_rows * n_members, n_tiles)](
            coefficients.contiguous(),
            self.local_lengths,
            self.phases,
            at_rest,
            slope,
            n_layers,
            n_terms,
            n_members,
            self.n_points,
            HAS_POTENTIAL=self.has_potential,
            LAYERS=power_of_two(n_layers),
            BLOCK=TILE,
        )
        return at_rest, slope

    def pull_back(self, sums: Tensor) -> Tensor:
        """The gradients of the coefficients (members, layers, names), float64.

        Parameters
        ----------
        sums : float32 Tensor of shape (members, rows, passes, sums)
        """
        from physembed.propagation.kernels import linear_media

        n_members, n_rows, n_passes, n_sums = sums.shape
        n_layers, n_terms = len(self.to_layers), len(self.exponents)
        gradients = torch.empty(
            n_members, n_layers, n_terms, dtype=torch.float64, device=sums.device
        )
        linear_media.pull_back[(n_members, n_layers)](
            sums,
            self.to_coefficients,
            self.to_layers,
            gradients,
            n_rows,
            n_passes,
            n_layers,
            n_terms,
            SUMS=n_sums,
            TERMS=power_of_two(n_terms),
            BLOCK=ROWS,
        )
        return gradients

    def turns(self, coefficients: Tensor) -> Tensor:
        """V within a turn and s of every point, float32, shape (rows, members, points, 2)."""
        from physembed.propagation.kernels import linear_media

        n_members, n_layers, n_terms = coefficients.shape
        n_rows = len(self.local_lengths)
        shape = (n_rows, n_members, self.n_points)
        table = torch.empty(shape, dtype=torch.int64, device=coefficients.device)
        linear_media.tabulate_turns[(n_rows * n_members, math.ceil(self.n_points / TILE))](
            coefficients.contiguous(),
            self.local_lengths,
            self.phases,
            table,
            n_layers,
            n_terms,
            n_members,
            self.n_points,
            LAYERS=power_of_two(n_layers),
            BLOCK=TILE,
        )
        return table.view(torch.float32).unflatten(-1, (-1, 2))


def power_of_two(n: int) -> int:
    """The least that is at least ``n``."""
    return 1 << (n - 1).bit_length()


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
