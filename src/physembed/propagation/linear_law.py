"""Media whose exponents are sums of coefficients times functions: tables, and gradients, without a
graph of small operations, which would cost as much as a small cascade.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.transforms import is_dual
from physembed.propagation.kernels.whole import distance_of_row, tabulate
from physembed.propagation.pass_tables import Tables, make_tables, rows_of
from physembed.propagation.schedule import Pass

Rows = tuple[tuple[tuple[int, float], ...], ...]
"""For every different step the layers that it is made of, each with its length."""

Values = Mapping[str, Tensor]
"""Coefficients by name: float64, of shape (), (n_layers,) or (n_members, n_layers or 1)."""

Numbers = NDArray[np.float64]
"""The same without gradients, of shape (layers, members, coefficients)."""


class LinearTerms:
    """Σ c_k f_k: the exponent of a transfer, or V and s, as a sum over the coefficients.

    Parameters
    ----------
    names : tuple of str
        The coefficients.
    term : callable
        ``term(name)`` is f_k at every point: its parts, or V and s, float64 of shape (points, 2).
    """

    def __init__(self, names: tuple[str, ...], term: Callable[[str], Tensor]) -> None:
        self.names = tuple(name for name in names if bool(term(name).any()))
        self._all = names
        self._places = [names.index(name) for name in self.names]
        self._term = term
        self._n_points = len(term(names[0]))
        self._bases: dict[tuple[str, ...], Tensor] = {}
        self._real: dict[tuple[str, ...], NDArray[Any]] = {}

    def basis(self, names: tuple[str, ...]) -> Tensor:
        """f_k of several coefficients, shape (names, points, 2)."""
        if names not in self._bases:
            with torch.inference_mode(False):
                basis = torch.empty(len(names), self._n_points, 2, dtype=torch.float64)
                for k, name in enumerate(names):
                    basis[k] = self._term(name)
            self._bases[names] = basis
        return self._bases[names]

    def exponents(self, values: Numbers, rows: Rows) -> tuple[Tensor, Tensor]:
        """The exponents of all rows as sums: factors (rows, members, terms), and the terms."""
        used, places = self._used(values)
        return torch.from_numpy(_sums(values, rows).take(places, axis=-1)), self.basis(used)

    def gains(self, values: Numbers, rows: Rows) -> NDArray[Any]:
        """The real part of every exponent, (rows, members, points), or of one point for all."""
        used, places = self._used(values)
        if used not in self._real:
            real = self.basis(used)[..., 0].numpy()
            is_flat = bool((real == real[:, :1]).all())
            self._real[used] = real[:, :1] if is_flat else real
        gains: NDArray[Any] = _sums(values, rows).take(places, axis=-1) @ self._real[used]
        return gains

    def _used(self, values: Numbers) -> tuple[tuple[str, ...], list[int]]:
        """The coefficients of the sum that are not zero, and their places among all."""
        is_there: list[bool] = np.any(values.reshape(-1, values.shape[-1]) != 0, axis=0).tolist()
        places = [place for place in self._places if is_there[place]]
        return tuple(self._all[place] for place in places), places

    def among(self, names: Collection[str]) -> tuple[str, ...]:
        """Those of some coefficients that are in the sum."""
        return tuple(name for name in self.names if name in names)

    def gradients(
        self, values: Values, rows: Rows, sums: Tensor, wanted: Collection[str]
    ) -> dict[str, Tensor]:
        """The gradients of the wanted coefficients that are in the sum.

        Parameters
        ----------
        values : mapping of str to Tensor
        rows : Rows
        sums : float64 Tensor of shape (rows, parts, members, terms)
            The gradient with respect to every row's sum of length times coefficient.
        wanted : collection of str
        """
        layers, places, lengths = _lengths(rows)
        of_rows = sums.numpy().sum(axis=1)
        of_layers = np.zeros((len(layers), *of_rows.shape[1:]))
        np.add.at(of_layers, places, lengths[..., None, None] * of_rows[:, None])
        return {
            name: _to_shape(of_layers[..., k], values[name], layers)
            for k, name in enumerate(self.among(wanted))
        }


@lru_cache(maxsize=64)
def _lengths(rows: Rows) -> tuple[list[int], NDArray[np.int64], NDArray[np.float64]]:
    """The layers of the rows, in order; which of them every row takes, and how much of each.

    A row takes one or two of them, however many there are: (rows, parts) each, with parts of no
    length where a row has fewer than another.
    """
    layers = sorted({layer for row in rows for layer, _ in row})
    place_of = {layer: place for place, layer in enumerate(layers)}
    n_parts = max((len(row) for row in rows), default=0)
    places = np.zeros((len(rows), n_parts), dtype=np.int64)
    lengths = np.zeros((len(rows), n_parts))
    for k, row in enumerate(rows):
        for part, (layer, length) in enumerate(row):
            places[k, part], lengths[k, part] = place_of[layer], length
    return layers, places, lengths


def _numbers(values: Values) -> Numbers:
    """The values as an array, (layers, members, coefficients); one layer where all are equal."""
    arrays = [value.detach().numpy() for value in values.values()]
    n_layers = max([array.shape[-1] for array in arrays if array.ndim], default=1)
    n_members = next((len(array) for array in arrays if array.ndim == 2), 1)
    numbers = np.empty((n_layers, n_members, len(arrays)))
    for k, array in enumerate(arrays):
        numbers[..., k] = array[:, None] if array.ndim == 1 else array.T
    return numbers


def _sums(values: Numbers, rows: Rows) -> Numbers:
    """Lengths times coefficients, summed over the layers of every row: (rows, members, names)."""
    layers, places, lengths = _lengths(rows)
    # of no layers at all, the sum is zero
    chosen = values[0] if len(values) == 1 else values[np.array(layers, dtype=np.int64)[places]]
    sums: Numbers = (lengths[..., None, None] * chosen).sum(axis=1)
    return sums


def _to_shape(of_layers: NDArray[Any], value: Tensor, layers: list[int]) -> Tensor:
    """A gradient of shape (layers, members) as one of the shape of a coefficient."""
    if value.ndim < 2:
        of_layers = of_layers.sum(axis=1, keepdims=True)
    if value.ndim == 0 or value.shape[-1] == 1:
        return torch.from_numpy(of_layers.sum(axis=0).reshape(value.shape))
    gradient = np.zeros(tuple(value.shape))
    gradient[..., layers] = of_layers.T if value.ndim == 2 else of_layers[:, 0]
    return torch.from_numpy(gradient)


LARGEST_BASIS = 2**28
"""Bytes of tabulated functions beyond which a medium takes the general way."""


class LinearLaw:
    """L(ω) = Σ c_k l_k(ω) and φ = Σ c_k (v_k(t) + s_k(t) |E|²), on one grid.

    Parameters
    ----------
    equation : MasterEquation
        Both its symbol and its local phase are linear in the coefficients.
    names : tuple of str
        Its coefficients.
    grid : TimeGrid
    """

    def __init__(self, equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> None:
        def alone(name: str) -> CoefficientValues:
            one = torch.ones(1, dtype=torch.float64)
            return CoefficientValues(**{k: one * (k == name) for k in names})

        def symbol(name: str) -> Tensor:
            tabulated = equation.linear_symbol(grid.omega, alone(name)).to(torch.complex128)
            return torch.view_as_real(tabulated.expand(grid.shape).contiguous())

        def phase(name: str) -> Tensor:
            dark = torch.zeros(grid.shape, dtype=torch.float64)
            (t,) = grid.coordinates
            at_rest = equation.local_phase(dark, t, alone(name))
            slope = equation.local_phase(dark + 1, t, alone(name)) - at_rest
            return torch.stack(torch.broadcast_tensors(at_rest, slope, dark)[:2], dim=-1)

        with torch.inference_mode(False), torch.no_grad():
            self.symbol = LinearTerms(names, symbol)
            self.phase = LinearTerms(names, phase)

    def tables(self, values: Mapping[str, Tensor], schedule: Sequence[Pass]) -> Tables:
        """The tables of a schedule, for complex64 fields; no gradient flows through them."""
        numbers = _numbers(values)
        rows, local_rows, linear, local = rows_of(schedule)
        transfer = tabulate(*self.symbol.exponents(numbers, rows), is_transfer=True)
        phases = self.phase.exponents(numbers, tuple((row,) for row in local_rows))
        turn = tabulate(*phases, is_transfer=False)
        return Tables(transfer, turn, linear, local)

    def distance(
        self, start: Tensor, end: Tensor, numbers: Numbers, schedule: Sequence[Pass]
    ) -> float:
        """How far a row that has gone through a schedule is from ``end``, relative to that.

        Both are contiguous; ``numbers`` are of shape (layers, 1, coefficients).
        """
        rows, local_rows, *passes = rows_of(schedule)
        symbol = self.symbol.exponents(numbers, rows)
        phase = self.phase.exponents(numbers, tuple((row,) for row in local_rows))
        return distance_of_row(start, end, (symbol, phase), *passes)

    def gains(self, values: Mapping[str, Tensor], rows: Rows) -> Tensor:
        """log|H| of every linear step, (rows, members, points), or of one point for all."""
        return torch.from_numpy(self.symbol.gains(_numbers(values), rows))

    def adjoint(
        self,
        run: Callable[[tuple[Tensor, Tensor], tuple[Tensor, Tensor]], Tensor],
        tables: Tables,
        *,
        n_parts: int,
        values: Mapping[str, Tensor],
        schedule: Sequence[Pass],
        wanted: Collection[str],
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """What the adjoint of a schedule returns, and the gradients of the wanted coefficients.

        Parameters
        ----------
        run : callable
            ``run(sums, bases)`` carries out the adjoint; it adds to two sums, of shape (rows,
            parts, members, terms), what it finds for the functions of two bases, (terms, points,
            2): those of the symbol and of the local phase.
        tables : Tables
            Those of the schedule.
        n_parts : int
            The number of partial sums.
        values : mapping of str to Tensor
        schedule : sequence of Pass
        wanted : collection of str
        """
        symbol, phase = (part.basis(part.among(wanted)) for part in (self.symbol, self.phase))
        linear_sums, local_sums = (
            torch.zeros(len(table), n_parts, table.shape[1], len(basis), dtype=torch.float64)
            for basis, table in ((symbol, tables.transfer), (phase, tables.turn))
        )
        result = run((linear_sums, local_sums), (symbol, phase))
        linear_rows, local_rows, _, _ = rows_of(schedule)
        gradients = self.symbol.gradients(values, linear_rows, linear_sums, wanted)
        of_phase = self.phase.gradients(
            values, tuple((row,) for row in local_rows), local_sums, wanted
        )
        for name, gradient in of_phase.items():
            gradients[name] = gradients[name] + gradient if name in gradients else gradient
        return result, gradients


def fixed_tables(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    dtype: torch.dtype,
) -> Tables:
    """The tables of a schedule, made in the quickest way; no gradient is needed."""
    law = linear_law(equation, values, grid, dtype)
    if law is not None:
        return law.tables(values, schedule)
    return make_tables(equation, values, grid, schedule, dtype)


def linear_law(
    equation: MasterEquation, values: Mapping[str, Tensor], grid: Grid, dtype: torch.dtype
) -> LinearLaw | None:
    """The law of a medium on the CPU in complex64, where it is linear in the coefficients."""
    affine = equation.is_conservative and equation.local_phase_is_affine
    linear = affine and equation.symbol_is_linear and equation.local_phase_is_linear
    n_bytes = 32 * math.prod(grid.shape) * len(values)
    if not linear or dtype != torch.complex64 or len(grid.shape) > 1 or n_bytes > LARGEST_BASIS:
        return None
    if any(value.device.type != "cpu" for value in values.values()) or is_dual(*values.values()):
        return None
    return law_of(equation, tuple(values), grid)


@lru_cache(maxsize=16)
def law_of(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> LinearLaw:
    """The law of a medium on a :class:`TimeGrid` that is linear in its coefficients, on the CPU."""
    return LinearLaw(equation, names, grid)
