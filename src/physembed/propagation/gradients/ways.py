"""Which gradient a cascade is given, and the cascade itself."""

import warnings
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from physembed.errors import PhysembedWarning
from physembed.physics import Grid, MasterEquation
from physembed.physics.coefficient import count_members
from physembed.physics.transforms import is_dual, is_transformed
from physembed.propagation.gradients.autograd import run_plain, run_recomputed
from physembed.propagation.gradients.functional import run_functional
from physembed.propagation.gradients.graphed import run_graphed
from physembed.propagation.gradients.linear import run_functional_linear, run_linear
from physembed.propagation.gradients.on_chip import run_on_chip, why_not_on_chip
from physembed.propagation.gradients.operators import run_operator
from physembed.propagation.gradients.reversible import run_reversible
from physembed.propagation.gradients.stored import run_stored
from physembed.propagation.kernels import has_triton, whole
from physembed.propagation.law_derivatives import forward_mode_is_free
from physembed.propagation.law_structure import structure_of
from physembed.propagation.linear_law import fixed_tables, linear_law
from physembed.propagation.noise import Noise
from physembed.propagation.pass_tables import Tables, make_tables
from physembed.propagation.schedule import Pass

GRADIENTS = ("auto", "autograd", "stored", "reversible")
"""The ways by which backpropagation may go through a cascade."""

STORED_LIMIT = 2**30
"""Bytes of stored fields beyond which "auto" takes another way on a CPU, where there is one."""


class GradientNotice(PhysembedWarning):
    """The gradient that was asked for is not to be had for this equation; another one is used."""


class OffChipNotice(PhysembedWarning):
    """A cascade on a GPU is not of the kind that one kernel takes through all its passes."""


def available_gradients(equation: MasterEquation) -> tuple[str, ...]:
    """The ways that the equation has of its own, without falling back to another one."""
    return tuple(g for g in GRADIENTS[1:] if g != "reversible" or equation.is_conservative)


def run_schedule(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    *,
    gradient: str = "auto",
    tables: Tables | None = None,
) -> Tensor:
    """The field after the last pass of a schedule.

    Parameters
    ----------
    field : Tensor of shape (..., *grid), or (n_members or 1, ..., *grid) for an ensemble
    equation : MasterEquation
    values : mapping of str to float64 Tensor of shape (), (n_layers,) or (n_members, n_layers)
    grid : Grid
    schedule : sequence of Pass
    gradient : {"auto", "autograd", "stored", "reversible"}
    tables : Tables or None
        Those of the schedule, where they are at hand; without a gradient only.
    """
    n_members = count_members(values)
    if n_members:
        field = field.expand(n_members, *field.shape[1:])
    on_gpu = field.device.type == "cuda"
    if (
        on_gpu
        and schedule[0].exponential is None
        and _stays_on_chip(field, equation, values, grid, gradient)
    ):
        rows = field.reshape(max(1, n_members), -1, *grid.shape)
        return run_on_chip(rows, equation, values, grid, schedule).reshape(field.shape)
    way = _way(field, equation, values, schedule, gradient)
    if way == "autograd":
        return run_plain(field, equation, values, grid, schedule)
    if way == "recomputed":
        return run_recomputed(field, equation, values, grid, schedule)
    if not equation.local_phase_is_affine:
        return run_reversible(field, equation, values, grid, schedule)
    rows = field.reshape(max(1, n_members), -1, *grid.shape)
    if way == "reversible":
        return run_reversible(rows, equation, values, grid, schedule).reshape(field.shape)
    return _run_stored(rows, equation, values, grid, schedule, tables).reshape(field.shape)


def _run_stored(
    rows: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    tables: Tables | None,
) -> Tensor:
    """The field, of shape (members, rows, *grid), after passes that are tables."""
    compiling = torch.compiler.is_compiling()
    on_gpu = rows.device.type == "cuda"
    if on_gpu and tables is None and _is_graphed(rows, values, equation, grid):
        return run_graphed(rows, equation, values, grid, schedule)
    if tables is None and not compiling and whole.serves(rows, len(grid.shape)):
        law = linear_law(equation, values, grid, rows.dtype)
        if law is not None and is_transformed():
            return run_functional_linear(rows, law, values, schedule)
        if law is not None and needs_gradient(rows, *values.values()):
            return run_linear(rows, law, values, schedule)
    if tables is None and not is_transformed() and not needs_gradient(rows, *values.values()):
        tables = fixed_tables(equation, values, grid, schedule, rows.dtype)
    if tables is None:
        tables = make_tables(equation, values, grid, schedule, rows.dtype)
    if compiling:
        return run_operator(rows, tables, len(grid.shape))
    if is_transformed():
        return run_functional(rows, tables, len(grid.shape))
    return run_stored(rows, tables, len(grid.shape))


def run_layers(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    *,
    gradient: str = "auto",
    noise: Noise | None = None,
) -> list[Tensor]:
    """The field at the end of every layer of a schedule that separates them.

    ``noise`` is added there. The other arguments are those of :func:`run_schedule`.
    """
    generator = None if noise is None else noise.generator()
    fields: list[Tensor] = []
    start = 0
    for index, step in enumerate(schedule):
        if step.ends_layer:
            layer = schedule[start : index + 1]
            field = run_schedule(field, equation, values, grid, layer, gradient=gradient)
            if noise is not None and generator is not None:
                # every member of an ensemble has the noise that it would have alone
                one = field[0] if count_members(values) else field
                field = field + noise.sample(one, grid, generator)
            fields.append(field)
            start = index + 1
    return fields


def _stays_on_chip(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    gradient: str,
) -> bool:
    """Whether a GPU computes the whole cascade in one kernel, which keeps what "reversible" keeps.

    Says once why a cascade that might have does not.
    """
    if gradient not in ("auto", "reversible"):
        return False
    if not field.numel() or is_transformed() or torch.compiler.is_exporting():
        return False
    if is_dual(field, *values.values()) or not forward_mode_is_free():
        return False
    why = why_not_on_chip(field, equation, values, grid)
    if why and why not in _said_off_chip:
        _said_off_chip.add(why)
        warnings.warn(
            f"a cascade {why} goes through the GPU's memory at every pass, which takes longer.",
            OffChipNotice,
            stacklevel=4,
        )
    return not why


def _is_graphed(
    rows: Tensor, values: Mapping[str, Tensor], equation: MasterEquation, grid: Grid
) -> bool:
    """Whether a GPU makes tables and gradients in a few launches."""
    is_served = rows.dtype == torch.complex64 and has_triton()
    is_one = not is_transformed() and len(grid.shape) == 1
    if not is_served or not is_one or not needs_gradient(rows, *values.values()):
        return False
    return forward_mode_is_free() and structure_of(equation, tuple(values), grid) is not None


def _way(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    schedule: Sequence[Pass],
    gradient: str,
) -> str:
    """How a schedule is run: "autograd", "recomputed", "stored" or "reversible"."""
    # a program on the disk is of PyTorch's own operators, so that it loads without this library;
    # and only those have derivatives of forward mode
    if gradient == "autograd" or not field.numel() or torch.compiler.is_exporting():
        return "autograd"
    if is_dual(field, *values.values()):
        return "autograd"
    is_affine = is_tabulated(equation) and schedule[0].exponential is None
    if not needs_gradient(field, *values.values()):
        return "stored" if is_affine else "autograd"
    n_bytes = 2 * len(schedule) * field.numel() * field.element_size()
    wanted = gradient
    if gradient == "auto":
        at_ease = "stored" if is_affine else "autograd"
        wanted = at_ease if n_bytes <= _stored_limit(field.device) else "reversible"
    is_ensemble = count_members(values) > 0
    way, why = _way_to_be_had(equation, wanted, is_affine=is_affine, ensemble=is_ensemble)
    if way == "reversible" and schedule[0].exponential is not None:
        way, why = "recomputed", "by an exponential scheme"
    if why and gradient != "auto":
        _say_once(equation, gradient, way, why)
    return way


def _stored_limit(device: torch.device) -> int:
    """What may be kept: a quarter of a GPU's memory, which is there for that."""
    if device.type != "cuda":
        return STORED_LIMIT
    return max(STORED_LIMIT, torch.cuda.get_device_properties(device).total_memory // 4)


def _way_to_be_had(
    equation: MasterEquation, wanted: str, *, is_affine: bool, ensemble: bool
) -> tuple[str, str]:
    """The way that comes nearest to the wanted one, and why it is another one, if it is."""
    if wanted == "autograd":
        return "autograd", ""
    if is_affine:
        if wanted == "reversible" and is_transformed():
            return "stored", "while torch transforms the cascade"
        return wanted, ""
    if is_transformed() or ensemble:
        return "autograd", "in an ensemble" if ensemble else "while torch transforms the cascade"
    if wanted == "reversible" and not equation.is_conservative:
        return "recomputed", "whose local law is not a phase"
    return "reversible" if wanted == "reversible" else "recomputed", ""


def needs_gradient(*tensors: Tensor) -> bool:
    """Whether a gradient can be asked for of one of these."""
    return torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors)


def is_tabulated(equation: MasterEquation) -> bool:
    """Whether the equation's passes are tables, which the fused kernels know."""
    return equation.is_conservative and equation.local_phase_is_affine


_said: set[tuple[str, str, str]] = set()
_said_off_chip: set[str] = set()


def _say_once(equation: MasterEquation, asked: str, way: str, why: str) -> None:
    """Tell that another gradient is taken than the one that was asked for."""
    name, taken = type(equation).__name__, "stored" if way == "recomputed" else way
    # a warning would break the graph that torch.compile is making
    if torch.compiler.is_compiling() or (name, asked, why) in _said:
        return
    _said.add((name, asked, why))
    warnings.warn(
        f'gradient="{asked}" is not to be had for {name} {why}; gradient="{taken}" is used '
        "instead.",
        GradientNotice,
        stacklevel=4,
    )
