"""What a program of C is made of, while it is being written."""

from dataclasses import dataclass, field

from physembed.deploy.c.constants import Tables, literal
from physembed.deploy.plan import Encoding
from physembed.deploy.transforms import place, stages


@dataclass
class Program:
    """Parts of templates that are wanted, tables, lengths of transforms, and floats of memory.

    Parameters
    ----------
    wanted : set of str
        Names of parts of templates.
    memory : dict of str to int
        Numbers of every array of the caller's memory, as many as any path needs.
    is_measured : bool
        Whether series are read where the caller has them, and no field is laid out.
    """

    tables: Tables = field(default_factory=Tables)
    wanted: set[str] = field(default_factory=set)
    memory: dict[str, int] = field(default_factory=dict)
    lengths: dict[int, str] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    records: set[int] = field(default_factory=set)
    shapes: set[str] = field(default_factory=set)
    widths: dict[int, int] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    counter_rows: dict[tuple[str, ...], int] = field(default_factory=dict)
    encodings: dict[Encoding, tuple[str, str]] = field(default_factory=dict)
    is_measured: bool = False

    def want(self, *parts: str) -> None:
        """Have parts of templates written."""
        self.wanted.update(parts)

    def reserve(self, name: str, numbers: int) -> str:
        """The expression of an array of the caller's memory, of at least so many numbers."""
        self.memory[name] = max(numbers, self.memory.get(name, 0))
        return f"m->{name}"

    def transform(self, points: int) -> str:
        """The expression of a transform of a length."""
        name = f"LENGTH_{points}"
        if points not in self.lengths:
            rows = [
                f"{{UINT64_C({_hex(2**64 // length)}), {length}, {length // radix}, {radix}}}"
                for length, radix in stages(points)
            ]
            self.lengths[points] = ", ".join(rows)
            for _, radix in stages(points):
                self.want(f"RADIX{radix}" if radix in (2, 3, 4, 5) else "RADIXES")
        return f"&{name}"

    def lengths_text(self) -> str:
        """The definitions of the transforms."""
        lines = []
        for points, rows in self.lengths.items():
            described = stages(points)
            halved = f"UINT64_C({_hex(2**64 // (2 * points))}), "
            middle = f", {place((points + 1) // 2 % points, points)}"
            lines += [
                f"static const stage STAGES_{points}[] = {{{rows}}};",
                f"static const transform LENGTH_{points} = {{STAGES_{points}, "
                f"{halved if 'REAL' in self.wanted else ''}{points}, {len(described)}"
                f"{middle if 'MIDDLE' in self.wanted else ''}}};",
            ]
        return "\n".join(lines) + "\n"

    def most_powers(self) -> int:
        """Roots of one that a stage turns its parts by."""
        radices = [radix for points in self.lengths for _, radix in stages(points)]
        return max(1, max(radices, default=2) - 1)

    def largest_radix(self) -> int:
        """Of those without a butterfly of their own."""
        return max(
            (radix for points in self.lengths for _, radix in stages(points) if radix > 5),
            default=1,
        )


def _hex(value: int) -> str:
    return f"0x{value % 2**64:x}"


def turn(value: int) -> str:
    """A whole number of 2⁻⁶⁴ turn."""
    return f"UINT64_C({_hex(value)})"


def floats(values: "list[float]") -> tuple[str, ...]:
    """Literals of numbers."""
    return tuple(literal(value) for value in values)
