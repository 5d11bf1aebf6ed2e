"""The text of an equation, read by Python's own grammar and never evaluated.

Numbers, names, + - * / **, and the functions of :data:`FUNCTIONS` alone are understood.
"""

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

import torch

from physembed.errors import InvalidInputError

FUNCTIONS = {
    "abs": torch.abs,
    "sin": torch.sin,
    "cos": torch.cos,
    "exp": torch.exp,
    "tanh": torch.tanh,
}
"""Functions of fields that a law may have."""

SIGNS: dict[type, Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}

NOT_OURS = {
    "=": "an equation has one, and equations are divided by ;",
    "^": "write a power as u**2",
    "|": "write abs(u)",
    "²": "write a power as u**2",
    "³": "write a power as u**3",
    "∂": "write derivatives as u_x, u_xx",
}
"""Signs of other notations, and what is written here."""

PRODUCT = re.compile(
    r"(?<![\w.])(?:(\d+\.?\d*)\s*([^\W\d]\w*|\()|([^\W\d]\w*)\s+([^\W\d]\w*|\d+)|(\))\s*(\w+|\())"
)
"""A number, a name or a closing bracket, and what it must be a factor of that follows it."""

IMAGINARY = "i"

MOST_POWER = 9
"""Of a field: more has no meaning in single precision."""


def lines_of(text: str) -> list[str]:
    """The equations of a text, one for every field: after a semicolon, or on a line of its own."""
    return [line for line in re.split(r";|\n(?=\s*\w+\s*=)", text) if line.strip()]


def sides(line: str) -> tuple[str, str, ast.expr]:
    """The field, its evolution coordinate, and the right side's tree."""
    left, equals, right = line.partition("=")
    name, underscore, along = left.strip().partition("_")
    if equals and name.isidentifier() and len(along) > 1 and len(set(along)) == 1:
        other = "v" if name != "v" else "w"
        raise InvalidInputError(
            f"an equation must be of first order along {along[0]!r}, got {left.strip()!r}; write "
            f"one of higher order as several fields, such as '{name}_{along[0]} = {other}; "
            f"{other}_{along[0]} = {right.strip()}'."
        )
    if not (equals and underscore and name.isidentifier() and len(along) == 1 and along.isalpha()):
        raise InvalidInputError(
            f"every equation must begin with a field along one coordinate, such as 'u_t = ', got "
            f"{line.strip()!r}."
        )
    return name, along, formula(right)


def formula(right: str) -> ast.expr:
    """The tree of a formula."""
    for sign, advice in NOT_OURS.items():
        if sign in right:
            raise InvalidInputError(f"{right.strip()!r} has {sign!r}: {advice}.")
    try:
        return ast.parse(right.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        product = PRODUCT.search(right)
        if product is not None:
            written = "*".join(part for part in product.groups() if part)
            raise InvalidInputError(
                f"{right.strip()!r} is no formula: every product needs its *, so write {written!r} "
                f"for {product[0]!r}."
            ) from error
        raise InvalidInputError(f"{right.strip()!r} is no formula: {error}.") from error


def expression(
    node: ast.expr, components: tuple[str, ...], along: str, names: dict[str, tuple[int, int]]
) -> Any:
    """A tree of the few kinds that are understood, as an expression of SymPy's."""
    import sympy

    def of(inner: ast.expr) -> Any:
        return expression(inner, components, along, names)

    match node:
        case ast.Constant(value=int() | float() as value):
            return sympy.nsimplify(value, rational=True)
        case ast.Constant(value=complex()):
            raise InvalidInputError(
                f"{ast.unparse(node)!r} is not understood: the imaginary unit is written i, as in "
                "'i*u'."
            )
        case ast.Name(id=name):
            return _name(name, components, along, names)
        case ast.UnaryOp(op=sign, operand=inner) if type(sign) in SIGNS:
            return SIGNS[type(sign)](of(inner))
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int(power))) if (
            0 <= power <= MOST_POWER
        ):
            return of(left) ** power
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in OPERATIONS:
            return OPERATIONS[type(operation)](of(left), of(right))
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in FUNCTIONS:
            return sympy.Function(name)(of(inner))
        case ast.Call(func=ast.Name() | ast.Constant() | ast.BinOp() as factor, args=[inner]):
            shown = ast.unparse(factor)
            shown = f"({shown})" if isinstance(factor, ast.BinOp) else shown
            raise InvalidInputError(
                f"{ast.unparse(node)!r} is not understood: functions are {', '.join(FUNCTIONS)}; "
                f"a product needs its *, as in '{shown}*({ast.unparse(inner)})'."
            )
    raise InvalidInputError(
        f"{ast.unparse(node)!r} is not understood: a formula has numbers, names, + - * /, powers "
        f"from 0 to {MOST_POWER}, and the functions {', '.join(FUNCTIONS)}."
    )


def _name(
    name: str, components: tuple[str, ...], along: str, names: dict[str, tuple[int, int]]
) -> Any:
    import sympy

    if name == IMAGINARY:
        return sympy.I
    base, underscore, suffix = name.partition("_")
    if base in components:
        if underscore and (not suffix.isalpha() or along in suffix or len(set(suffix)) > 1):
            raise InvalidInputError(
                f"the derivative {name!r} must be by one coordinate other than {along!r}, which "
                f"stands on the left alone, such as '{base}_x'; no coefficient begins with the "
                "name of a field and an underscore."
            )
        # a field has one coordinate beside the evolution's: by another one it is no derivative
        first = next((other for other in names if "_" in other), name)
        if underscore and first[-1] != suffix[-1]:
            raise InvalidInputError(
                f"the derivatives {first!r} and {name!r} must be by one coordinate, got "
                f"{first[-1]!r} and {suffix[-1]!r}."
            )
        names[name] = (components.index(base), len(suffix))
    return sympy.Symbol(name)
