"""The rooms of the library and who knows whom, drawn from the imports: docs/architecture.svg.

The order of the rooms is that of the linter's contract in pyproject.toml; what a room is for stands
in its ``__init__.py``; an arrow is an import. Arrows that others imply are left out.
"""

import ast
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

WIDTH, HEIGHT, GAP = 664, 60, 20
MARGIN, CORRIDOR, SIDE = 16, 84, 330
STYLE = """
text { font: 13px DejaVu Sans, system-ui, sans-serif; fill: #1f2933 }
.name { font-weight: 600; font-size: 15px }
.parts { fill: #52606d; font-size: 12px }
rect { fill: #f5f7fa; stroke: #7b8794; rx: 6 }
.beside { fill: #fdf6e3 }
path { fill: none; stroke: #52606d; stroke-width: 1.4; marker-end: url(#head) }
"""


class Room(NamedTuple):
    """A folder of the package, its job and the rooms inside it."""

    name: str
    job: str
    parts: tuple[str, ...]


class Box(NamedTuple):
    """A room at its place in the picture."""

    room: Room
    x: int
    y: int
    width: int


def write_picture(root: Path) -> None:
    """Draw ``docs/architecture.svg`` anew."""
    (root / "docs" / "architecture.svg").write_text(picture(root), encoding="utf-8")


def picture(root: Path) -> str:
    """The house as SVG.

    Parameters
    ----------
    root : pathlib.Path
        Of the repository.
    """
    order = _order(root)
    knows = _direct(order)
    boxes = _places(order, knows, root / "src" / "physembed")
    height = max(box.y for box in boxes.values()) + HEIGHT + MARGIN
    width = max(box.x + box.width for box in boxes.values()) + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">',
        "<title>The rooms of physembed; an arrow goes from what imports to what it imports</title>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8"'
        ' markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8Z" style="fill:#52606d;'
        'stroke:none;marker-end:none"/></marker></defs>',
        f'<rect width="{width}" height="{height}" style="fill:white;stroke:none"/>',
        *(_arrow(boxes[user], boxes[used]) for user in order for used in knows[user]),
        *(line for box in boxes.values() for line in _drawn(box)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _order(root: Path) -> list[str]:
    """The rooms from top to bottom, as the first contract of the linter has them."""
    configuration = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    layers = configuration["tool"]["importlinter"]["contracts"][0]["layers"]
    names = [name.strip(" ()") for layer in layers for name in layer.split("|")]
    return [name for name in names if (root / "src" / "physembed" / name).is_dir()]


def _direct(order: list[str]) -> dict[str, list[str]]:
    """Whom each room imports, without those whom it would know through another one anyway."""
    import grimp

    graph = grimp.build_graph("physembed", cache_dir=None)
    known: dict[str, set[str]] = {name: set() for name in order}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            user, used = (name.split(".")[1:2] for name in (module, imported))
            if user != used and {*user, *used} <= set(order) and user and used:
                known[user[0]].add(used[0])
    reached: dict[str, set[str]] = {}
    for name in reversed(order):
        reached[name] = known[name].union(*(reached[used] for used in known[name]))
    return {
        name: [
            used
            for used in order
            if used in known[name]
            and not any(used in reached[other] for other in known[name] - {used})
        ]
        for name in order
    }


def _places(order: list[str], knows: dict[str, list[str]], package: Path) -> dict[str, Box]:
    """The longest chain of imports in one column; every other room beside its lowest user.

    One that nobody uses is above what it uses itself; where one is already, the next one is below.
    """
    longest: dict[str, list[str]] = {}
    for name in reversed(order):
        below = max((longest[used] for used in knows[name]), key=len, default=[])
        longest[name] = [name, *below]
    column = max(longest.values(), key=len)
    rows = {name: row for row, name in enumerate(column)}
    for name in order:
        if name not in column:
            users = [rows[user] for user in order if name in knows[user]]
            highest_used = min((rows[used] for used in knows[name] if used in rows), default=1)
            row = max(users, default=max(0, highest_used - 1))
            while row in (rows[other] for other in rows if other not in column):
                row += 1
            rows[name] = row
    return {
        name: Box(
            _room(package / name),
            MARGIN if name in column else MARGIN + WIDTH + CORRIDOR,
            MARGIN + rows[name] * (HEIGHT + GAP),
            WIDTH if name in column else SIDE,
        )
        for name in order
    }


def _room(folder: Path) -> Room:
    """What a room says of itself."""
    docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    parts = [place.name for place in sorted(folder.iterdir()) if (place / "__init__.py").exists()]
    return Room(folder.name, docstring.partition("\n")[0].rstrip("."), tuple(parts))


def _drawn(box: Box) -> Iterator[str]:
    room, x, y, width = box
    beside = ' class="beside"' if width == SIDE else ""
    yield f'<rect x="{x}" y="{y}" width="{width}" height="{HEIGHT}"{beside}/>'
    yield f'<text x="{x + 12}" y="{y + 20}" class="name">{room.name}</text>'
    parts = " · ".join(part.replace("_", " ") for part in room.parts)
    if width == SIDE:  # two lines
        words, first = room.job.split(), ""
        while words and len(first) + len(words[0]) < 48:
            first = f"{first} {words.pop(0)}".strip()
        texts = [first, " ".join(words)]
    else:
        texts = [room.job]
        end = f'x="{x + width - 12}" y="{y + 20}" text-anchor="end"'
        yield f'<text class="parts" {end}>{parts}</text>'
    for line, text in enumerate(texts):
        yield f'<text x="{x + 12}" y="{y + 37 + 14 * line}">{escape(text)}</text>'


def _arrow(user: Box, used: Box) -> str:
    """Down the column, across the corridor, or down the corridor."""
    if user.x == used.x and user.y + HEIGHT + GAP == used.y:
        x = user.x + user.width // 2
        return f'<path d="M{x} {user.y + HEIGHT}V{used.y}"/>'
    side, other = (user, used) if user.x > used.x else (used, user)
    edge, y = side.x, side.y + HEIGHT // 2
    if user is other:
        y_user = user.y + HEIGHT // 2
        if y_user == y:
            return f'<path d="M{user.x + user.width} {y}H{edge}"/>'
        middle = edge - CORRIDOR // 3
        return f'<path d="M{user.x + user.width} {y_user}H{middle}V{y}H{edge}"/>'
    middle = edge - 2 * CORRIDOR // 3
    return f'<path d="M{edge} {y + 12}H{middle}V{used.y + HEIGHT // 2}H{used.x + used.width}"/>'
