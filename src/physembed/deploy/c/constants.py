"""Tables of constants, and calls that differ only in the rows that they name.

A call refers to a row by :meth:`Tables.row`; runs of equal calls whose rows go up by equal steps
become a loop. So sixteen detectors are three lines and a table.
"""

import re
from collections.abc import Sequence

import numpy as np

_NUMBER = re.compile(r"⟨(-?\d+)⟩")

LEAST_REPEATS = 3
"""Runs of fewer calls are written out."""


class Tables:
    """Constants by the name of their array."""

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {}
        self.types: dict[str, str] = {}

    def row(self, name: str, kind: str, *values: str) -> str:
        """Append rows to an array; the place of the first, as a number that a loop may count."""
        rows = self.rows.setdefault(name, [])
        self.types[name] = kind
        rows.extend(values)
        return number(len(rows) - len(values))

    def shared(self, name: str, kind: str, *values: str) -> str:
        """As :meth:`row`, but rows that are there already are used again."""
        rows = self.rows.setdefault(name, [])
        for first in range(len(rows) - len(values) + 1):
            if rows[first : first + len(values)] == list(values):
                return number(first)
        return self.row(name, kind, *values)

    def text(self, name: str) -> str:
        """The definition of an array."""
        rows = self.rows[name]
        body = filled(rows) if len(rows[0]) < 24 else "".join(f"    {row},\n" for row in rows)
        return f"static const {self.types[name]} {name}[{len(rows)}] = {{\n{plain(body)}}};\n"


def number(value: int) -> str:
    """A number that a loop may count."""
    return f"⟨{value}⟩"


def plain(text: str) -> str:
    """Text with its numbers as they are."""
    return _NUMBER.sub(r"\1", text)


def literal(value: float) -> str:
    """A float of C, to the last digit of single precision, the same on every machine."""
    single = np.float32(value)
    if not np.isfinite(single):
        raise ValueError(f"{value} has no single-precision literal.")
    text = np.format_float_scientific(single, unique=True, trim="0", exp_digits=1)
    mantissa, exponent = text.split("e")
    if -4 <= int(exponent) <= 6:
        text = np.format_float_positional(single, unique=True, trim="0")
        return f"{text}f"
    return f"{mantissa}e{int(exponent)}f"


def looped(groups: Sequence[Sequence[str]]) -> list[str]:
    """Lines of consecutive groups of calls, with loops over those that differ in numbers alone."""
    lines: list[str] = []
    first = 0
    while first < len(groups):
        count = _repeats(groups[first:])
        if count < LEAST_REPEATS:
            lines += [plain(line) for line in groups[first]]
            first += 1
            continue
        one, two = (_numbers(groups[first + k]) for k in range(2))
        steps = iter([(a, b - a) for a, b in zip(one, two, strict=True)])
        lines.append(f"for (int i = 0; i < {count}; i++) {{")
        for line in groups[first]:
            counted = [_counted(*next(steps)) for _ in _NUMBER.findall(line)]
            # what stands between the numbers, and the numbers
            parts = [*_NUMBER.split(line)[::2]]
            lines.append(
                "    " + "".join(a + b for a, b in zip(parts, [*counted, ""], strict=True))
            )
        lines.append("}")
        first += count
    return lines


def _repeats(groups: Sequence[Sequence[str]]) -> int:
    """How many groups from the first on are the same but for numbers that go up by equal steps."""
    shape = [_NUMBER.sub("⟨⟩", line) for line in groups[0]]
    count = 1
    while count < len(groups):
        if [_NUMBER.sub("⟨⟩", line) for line in groups[count]] != shape:
            break
        if count >= 2:
            before, last, here = (_numbers(groups[count - k]) for k in (2, 1, 0))
            if any(c - b != b - a for a, b, c in zip(before, last, here, strict=True)):
                break
        count += 1
    return count


def _numbers(lines: Sequence[str]) -> list[int]:
    return [int(text) for line in lines for text in _NUMBER.findall(line)]


def _counted(first: int, step: int) -> str:
    if not step:
        return str(first)
    slope = "i" if step == 1 else f"{step} * i"
    return f"{first} + {slope}" if first else slope


def filled(rows: Sequence[str]) -> str:
    """Rows beside each other, in lines of at most 100 characters."""
    lines, line = [], "   "
    for row in rows:
        if len(line) + len(row) + 2 > 100:
            lines.append(line)
            line = "   "
        line += f" {row},"
    return "\n".join([*lines, line]) + "\n"


def whole_table(what: str, values: Sequence[object]) -> str:
    """A constant array: its type and name, and what stands in it."""
    return f"static const {what}[{len(values)}] = {{\n{filled([str(v) for v in values])}}};\n"
