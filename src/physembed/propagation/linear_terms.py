"""An exponent that is a sum of coefficients times functions: its table, and the gradients."""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.propagation.coefficient_values import count_members
from physembed.propagation.kernels.tabulate import tabulate

Rows = tuple[tuple[tuple[int, float], ...], ...]
"""For every different step the layers that it is made of, each with its length."""

Values = Mapping[str, Tensor]
"""Coefficients by name: float64, of shape (), (n_layers,) or (n_members, n_layers or 1)."""


class LinearTerms:
    """Σ c_k f_k: the exponent of a transfer, or V and s, as a sum over the coefficients.

    Parameters
    ----------
    names : tuple of str
        The coefficients.
    term : callable
        ``term(name)`` is f_k at every point: its parts, or V and s, float64 of shape (points, 2).
    is_transfer : bool
    """

    def __init__(
        self, names: tuple[str, ...], term: Callable[[str], Tensor], *, is_transfer: bool
    ) -> None:
        self.names = tuple(name for name in names if bool(term(name).any()))
        self._term = term
        self._n_points = len(term(names[0]))
        self._is_transfer = is_transfer
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

    def table(self, values: Values, rows: Rows) -> Tensor:
        """The table of all rows, (rows, members, points) or (rows, members, points, 2)."""
        used = self._used(values)
        sums = torch.from_numpy(_sums(values, used, rows))
        return tabulate(sums, self.basis(used), is_transfer=self._is_transfer)

    def gains(self, values: Values, rows: Rows) -> NDArray[Any]:
        """The real part of every exponent, (rows, members, points), or of one point for all."""
        used = self._used(values)
        if used not in self._real:
            real = self.basis(used)[..., 0].numpy()
            is_flat = bool((real == real[:, :1]).all())
            self._real[used] = real[:, :1] if is_flat else real
        found: NDArray[Any] = _sums(values, used, rows) @ self._real[used]
        return found

    def _used(self, values: Values) -> tuple[str, ...]:
        """The coefficients that are not zero."""
        return tuple(k for k in self.names if np.count_nonzero(values[k].detach().numpy()))

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
        layers, lengths = _lengths(rows)
        found = np.einsum("rl,r...->l...", lengths, sums.numpy().sum(axis=1))
        return {
            name: _to_shape(found[..., k], values[name], layers)
            for k, name in enumerate(self.among(wanted))
        }


@lru_cache(maxsize=64)
def _lengths(rows: Rows) -> tuple[list[int], NDArray[Any]]:
    """The layers of the rows, in order, and the length of each in every row."""
    layers = sorted({layer for row in rows for layer, _ in row})
    lengths = np.zeros((len(rows), len(layers)))
    for k, row in enumerate(rows):
        for layer, length in row:
            lengths[k, layers.index(layer)] += length
    return layers, lengths


def _sums(values: Values, names: tuple[str, ...], rows: Rows) -> NDArray[Any]:
    """Lengths times coefficients, summed over the layers of every row: (rows, members, names)."""
    layers, lengths = _lengths(rows)
    found = _of_layers(values, names, layers)
    # of no layers at all, the sum is zero
    return np.einsum("rl,l...->r...", lengths, found)


def _of_layers(values: Values, names: tuple[str, ...], layers: list[int]) -> NDArray[Any]:
    """Coefficients at several layers, shape (layers, members, names)."""
    found = np.empty((len(layers), max(1, count_members(values)), len(names)))
    for k, name in enumerate(names):
        value = values[name].detach().numpy()
        shared = value.ndim == 0 or value.shape[-1] == 1
        found[..., k] = value.T if shared else np.atleast_2d(value[..., layers]).T
    return found


def _to_shape(found: NDArray[Any], value: Tensor, layers: list[int]) -> Tensor:
    """A gradient of shape (layers, members) as one of the shape of a coefficient."""
    if value.ndim < 2:
        found = found.sum(axis=1, keepdims=True)
    if value.ndim == 0 or value.shape[-1] == 1:
        return torch.from_numpy(found.sum(axis=0).reshape(value.shape))
    gradient = np.zeros(tuple(value.shape))
    gradient[..., layers] = found.T if value.ndim == 2 else found[:, 0]
    return torch.from_numpy(gradient)
