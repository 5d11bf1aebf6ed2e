"""The text of an equation, divided into what is linear and what is not.

Its grammar is :mod:`~physembed.physics.equation_grammar`'s.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from physembed.errors import InvalidInputError
from physembed.physics.coefficient import Coefficient, NaturalScale, wave_rate
from physembed.physics.equation_grammar import FUNCTIONS, expression, formula, lines_of, sides


@dataclass(frozen=True)
class Parts:
    """A text, divided.

    Parameters
    ----------
    components : tuple of str
    is_complex : bool
    linear : list of (int, int, int, expression)
        Row, field, order of the derivative and factor of every linear term.
    laws : list of expression
        What is left of every row.
    derivatives : dict of str to (int, int)
        Field and order of every name in the laws.
    coefficients : dict of str to Coefficient
    densities : dict of str to expression
        Of what is said to be conserved, by name.
    of_densities : dict of str to (int, int)
        Field and order of every name in the densities.
    derivation : str
    """

    components: tuple[str, ...]
    is_complex: bool
    linear: list[tuple[int, int, int, Any]]
    laws: list[Any]
    derivatives: dict[str, tuple[int, int]]
    coefficients: dict[str, Coefficient]
    densities: dict[str, Any]
    of_densities: dict[str, tuple[int, int]]
    derivation: str


def read(
    text: str,
    trainable: Sequence[str],
    values: Mapping[str, float],
    conserved: Mapping[str, str],
) -> Parts:
    """Divide a text into what is linear and what is not."""
    import sympy

    rows = [sides(line) for line in lines_of(text)]
    if not rows:
        raise InvalidInputError("text must hold an equation such as 'u_t = -a*u*u_x', got none.")
    components = tuple(name for name, _, _ in rows)
    if len(set(components)) < len(components) or len({along for _, along, _ in rows}) > 1:
        raise InvalidInputError(
            f"text must give every field once, along one coordinate; got {text!r}."
        )
    names: dict[str, tuple[int, int]] = {}
    trees = [sympy.expand(expression(tree, components, rows[0][1], names)) for _, _, tree in rows]
    densities = {
        name: expression(formula(density), components, rows[0][1], names)
        for name, density in conserved.items()
    }
    symbols = {sympy.Symbol(name): place for name, place in names.items()}
    linear: list[tuple[int, int, int, Any]] = []
    laws = []
    units: dict[str, tuple[int, int, int]] = {}
    for row, tree in enumerate(trees):
        rest = sympy.Integer(0)
        for term in sympy.Add.make_args(tree):
            _check_term(term, symbols)
            _note_units(term, symbols, units)
            fields = [s for s, n in term.as_powers_dict().items() if s in symbols and n == 1]
            if len(fields) == 1 and not (term / fields[0]).free_symbols & set(symbols):
                linear.append((row, *symbols[fields[0]], term / fields[0]))
            else:
                rest += term
        laws.append(rest)
    places = [(name, along, tree) for (name, along, _), tree in zip(rows, trees, strict=True)]
    for name, density in densities.items():
        unknown = {s for s in density.free_symbols if s not in symbols} - {
            s for tree in trees for s in tree.free_symbols
        }
        if unknown:
            raise InvalidInputError(
                f"conserved[{name!r}] must be a formula of the text's fields and coefficients, got "
                f"{conserved[name]!r} with {', '.join(sorted(s.name for s in unknown))}."
            )
    coefficients = _coefficients(places, symbols, units, trainable, values)
    return Parts(
        components,
        any(tree.has(sympy.I) for tree in trees),
        linear,
        laws,
        {s.name: symbols[s] for law in laws for s in law.free_symbols if s in symbols},
        coefficients,
        densities,
        {s.name: symbols[s] for d in densities.values() for s in d.free_symbols if s in symbols},
        _derivation(text, components, linear, laws, coefficients),
    )


def _check_term(term: Any, symbols: Mapping[Any, tuple[int, int]]) -> None:
    """Refuse what divides by a field."""
    for base, power in term.as_powers_dict().items():
        if base.free_symbols & set(symbols) and not (power.is_Integer and power > 0):
            raise InvalidInputError(
                f"the term {str(term)!r} divides by a field, and has no meaning where that is zero."
            )


def _note_units(
    term: Any, symbols: Mapping[Any, tuple[int, int]], units: dict[str, tuple[int, int, int]]
) -> None:
    """Derivatives, amplitudes beyond the first, and power of every coefficient of a term."""
    powers = term.as_powers_dict()
    inside = {s: int(n) for s, n in powers.items() if s in symbols}
    derivatives = sum(symbols[s][1] * n for s, n in inside.items())
    amplitudes = sum(inside.values())
    for base, n in powers.items():
        if getattr(base, "func", None) is not None and str(base.func) == "abs":
            amplitudes += int(n)
    for symbol, power in powers.items():
        if symbol.is_Symbol and symbol not in symbols and power.is_Integer and power != 0:
            units.setdefault(symbol.name, (derivatives, amplitudes - 1, int(power)))


def _coefficients(
    rows: Sequence[tuple[str, str, Any]],
    symbols: Mapping[Any, tuple[int, int]],
    units: Mapping[str, tuple[int, int, int]],
    trainable: Sequence[str],
    values: Mapping[str, float],
) -> dict[str, Coefficient]:
    present = sorted({s.name for *_, tree in rows for s in tree.free_symbols if s not in symbols})
    for name in (*trainable, *values):
        if name not in present:
            raise InvalidInputError(
                f"{name!r} is no coefficient of the text, which has {', '.join(present) or 'none'}."
            )
    for name in present:
        if (name in trainable) == (name in values):
            raise InvalidInputError(
                f"coefficient {name!r} must be either trainable or have a value"
                f"{_if_it_is_no_coefficient(name, rows, symbols)}."
            )
    coefficients = {}
    for name in present:
        derivatives, amplitudes, power = units.get(name, (0, 0, 1))
        rate = wave_rate(derivatives=derivatives, amplitudes=amplitudes)

        def natural(owner: Any, scale: NaturalScale, rate: Any = rate, power: int = power) -> float:
            return float(rate(owner, scale) ** (1 / power))

        coefficient = Coefficient(
            f"coefficient {name}",
            unit=_unit(derivatives, amplitudes, power),
            natural=natural,
            default=values.get(name),
            term=name,
        )
        coefficient.name = name
        coefficients[name] = coefficient
    return coefficients


def _if_it_is_no_coefficient(
    name: str, rows: Sequence[tuple[str, str, Any]], symbols: Mapping[Any, tuple[int, int]]
) -> str:
    """What to write where a name without a value may be a field, a derivative or a coordinate."""
    along, letters = rows[0][1], {s.name[-1] for s in symbols if "_" in s.name}
    if name in {along, *letters, "x"}:
        return (
            "; a law cannot depend on the coordinates themselves, only on fields, their "
            "derivatives and coefficients"
        )
    base, _, suffix = name.partition("_")
    if len(set(suffix)) > 1 or len(base) > 1:
        return ""
    others = ", ".join(field for field, *_ in rows)
    what = f"a derivative of the field {base!r}" if suffix else "a field"
    return (
        f"; if it is {what}, beside {others}, add its equation '; {base}_{along} = ...' to the text"
    )


def _unit(derivatives: int, amplitudes: int, power: int) -> str:
    def to(name: str, exponent: int) -> str:
        return name if exponent == 1 else f"{name}^{exponent}"

    above = to("time", derivatives) if derivatives else "1"
    below = f"({to('amplitude', amplitudes)} length)" if amplitudes > 0 else "length"
    if amplitudes < 0:
        above = f"amplitude {above}" if derivatives else "amplitude"
    unit = f"{above}/{below}"
    return unit if power == 1 else f"({unit})^(1/{power})"


def _derivation(
    text: str,
    components: Sequence[str],
    linear: Sequence[tuple[int, int, int, Any]],
    laws: Sequence[Any],
    coefficients: Mapping[str, Coefficient],
) -> str:
    import sympy

    omega = sympy.Symbol("omega")
    lines = [text.strip()]
    for row, name in enumerate(components):
        for of, other in enumerate(components):
            terms = [f * (sympy.I * omega) ** n for r, o, n, f in linear if (r, o) == (row, of)]
            if terms:
                onto = "" if of == row else f" from {other}"
                lines.append(f"  symbol of {name}{onto}: {sum(terms)}")
        if laws[row] != 0:
            lines.append(f"  law of {name}: {laws[row]}")
    lines += [f"  {name}: {c.unit}" for name, c in coefficients.items()]
    return "\n".join(lines)


def evaluate(expression: Any, known: Mapping[str, Any]) -> Any:
    """The number or tensor of an expression, by walking through it."""
    if expression.is_Symbol:
        return known[expression.name]
    if expression.is_Atom:
        return complex(expression) if expression.is_real is False else float(expression)
    if expression.is_Pow:
        return evaluate(expression.args[0], known) ** int(expression.args[1])
    inner = [evaluate(argument, known) for argument in expression.args]
    if expression.is_Add:
        return sum(inner[1:], start=inner[0])
    if expression.is_Mul:
        return math.prod(inner[1:], start=inner[0])
    return FUNCTIONS[str(expression.func)](inner[0])
