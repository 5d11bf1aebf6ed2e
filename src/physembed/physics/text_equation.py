"""A master equation from a line of text: what is linear becomes the symbol, the rest the law."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from physembed._checks import check_number
from physembed.errors import InvalidInputError
from physembed.physics.coefficient import Coefficient, CoefficientValues, NaturalScale
from physembed.physics.derivatives import derivative
from physembed.physics.equation_text import Parts, evaluate, read
from physembed.physics.field_equation import FieldEquation, integral, matrix, per_component
from physembed.physics.grid import Grid


@dataclass(frozen=True)
class TextEquation(FieldEquation):
    """∂u/∂z = L(∂/∂t) u + N(u, ∂u/∂t, ...), as a text says.

    Made by :func:`equation`. The text's evolution coordinate is z, its other one t.

    Parameters
    ----------
    text : str
    trainable : sequence of str
    values : mapping of str to float
        The other coefficients.
    conserved : mapping of str to str
        Densities by name, whose integrals are said not to change.

    Examples
    --------
    >>> import physembed as pe
    >>> heat = pe.equation("u_t = d*u_xx - k*u", trainable=["d"], values={"k": 0.1})
    >>> list(heat.coefficients), heat.values
    (['d', 'k'], {'k': 0.1})
    """

    text: str
    trainable: Sequence[str] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    conserved: Mapping[str, str] = field(default_factory=dict)

    dealiasing = 1 / 2

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise InvalidInputError(f"text must be a string, got {self.text!r}.")
        trainable, values = self.trainable, self.values
        if not isinstance(trainable, (list, tuple)) or not all(
            isinstance(name, str) for name in trainable
        ):
            raise InvalidInputError(
                'trainable must be a list of names of coefficients, such as ["a", "b"], or []; got '
                f"{trainable!r}."
            )
        if not isinstance(values, Mapping):
            raise InvalidInputError(
                f'values must be numbers by the names of coefficients, such as {{"c": 0.5}}, got '
                f"{values!r}."
            )
        for name, value in values.items():
            check_number(f"values[{name!r}]", value)
        if not isinstance(self.conserved, Mapping) or not all(
            isinstance(density, str) for density in self.conserved.values()
        ):
            raise InvalidInputError(
                'conserved must be formulae of densities by name, such as {"mass": "u"}, got '
                f"{self.conserved!r}."
            )
        object.__setattr__(self, "conserved", dict(self.conserved))
        object.__setattr__(self, "trainable", tuple(trainable))
        object.__setattr__(self, "values", {k: float(v) for k, v in values.items()})
        parts = self._parts
        object.__setattr__(self, "components", parts.components)
        object.__setattr__(self, "is_real", not parts.is_complex)
        object.__setattr__(self, "couples_linearly", any(row != of for row, of, *_ in parts.linear))
        orders = [order for *_, order, _ in parts.linear]
        orders += [order for _, order in parts.derivatives.values()]
        # an even derivative is a power of the Laplacian in the plane, where an odd one is nothing
        object.__setattr__(self, "is_isotropic", not any(order % 2 for order in orders))

    def __hash__(self) -> int:
        given = (tuple(sorted(self.values.items())), tuple(sorted(self.conserved.items())))
        return hash((self.text, self.trainable, *given))

    @cached_property
    def _parts(self) -> Parts:
        return read(self.text, self.trainable, self.values, self.conserved)

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        return dict(self._parts.coefficients)

    def natural_unit(self, name: str, scale: NaturalScale) -> float:
        return self._parts.coefficients[name].natural(self, scale)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        n = len(self.components)
        entries: list[list[Tensor]] = [[0.0 * omega] * n for _ in range(n)]
        for row, of, order, factor in self._parts.linear:
            entries[row][of] = entries[row][of] + evaluate(factor, vars(c)) * (1j * omega) ** order
        if not self.couples_linearly:
            symbols = [entries[k][k] + 0.0 * omega for k in range(n)]
            return per_component(symbols, omega) if n > 1 else symbols[0]
        return matrix([[e.to(torch.complex128) for e in row] for row in entries], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        axis = -len(grid.shape) - 1
        several = len(self.components) > 1
        fields = field.unbind(dim=axis) if several else [field]
        known = self._known(self._parts.derivatives, field, grid, c)
        rates = [
            torch.zeros_like(u) + evaluate(law, known)
            for u, law in zip(fields, self._parts.laws, strict=True)
        ]
        return torch.stack(rates, dim=axis) if several else rates[0]

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        known = self._known(self._parts.of_densities, field, grid, c)
        like = field.select(-len(grid.shape) - 1, 0) if len(self.components) > 1 else field
        return {
            name: integral(torch.real(torch.zeros_like(like) + evaluate(density, known)), grid)
            for name, density in self._parts.densities.items()
        }

    def _known(
        self,
        names: Mapping[str, tuple[int, int]],
        field: Tensor,
        grid: Grid,
        c: CoefficientValues,
    ) -> dict[str, Any]:
        """The coefficients, and the fields and derivatives of these names."""
        axis = -len(grid.shape) - 1
        fields = field.unbind(dim=axis) if len(self.components) > 1 else [field]
        known: dict[str, Any] = dict(vars(c))
        for name, (number, order) in names.items():
            u = fields[number]
            known[name] = derivative(u, grid, order) if order else u
        return known

    def derivation(self) -> str:
        """How the text was divided: the symbol, the law, and the unit of every coefficient."""
        return self._parts.derivation


def equation(
    text: str,
    *,
    trainable: Sequence[str] = (),
    values: Mapping[str, float] | None = None,
    conserved: Mapping[str, str] | None = None,
) -> TextEquation:
    """An equation from a line of text, such as "u_t = -a*u*u_x - b*u_xxx".

    Parameters
    ----------
    text : str
        One equation for every field, after semicolons or on lines of their own. The left side is a
        field with the evolution coordinate; ``u_x`` and ``u_xxx`` are derivatives by the other one,
        in the plane ``u_xx`` is the Laplacian; ``i`` makes the fields complex; ``abs``, ``sin``,
        ``cos``, ``exp`` and ``tanh`` are functions; every other name is a coefficient.
    trainable : sequence of str, default=()
        Coefficients that have no value of their own; their natural units follow from the term in
        which they stand first.
    values : mapping of str to float or None, default=None
        Values of the other coefficients, in the grid's units.
    conserved : mapping of str to str or None, default=None
        Densities by name, such as ``{"mass": "u", "energy": "u**2"}``, whose integrals over the
        window do not change; :func:`~physembed.check_equation` looks whether that is so.

    Returns
    -------
    TextEquation
        Print its :meth:`~TextEquation.derivation`; see :func:`~physembed.check_equation`.

    Raises
    ------
    InvalidInputError
        If the text, or a term of it, is none of these; it is named.

    Examples
    --------
    >>> import physembed as pe
    >>> print(pe.equation("u_t = -a*u*u_x - b*u_xxx", trainable=["a", "b"]).derivation())
    u_t = -a*u*u_x - b*u_xxx
      symbol of u: I*b*omega**3
      law of u: -a*u*u_x
      a: time/(amplitude length)
      b: time^3/length
    """
    return TextEquation(
        text,
        trainable,
        {} if values is None else values,
        {} if conserved is None else conserved,
    )
