"""Nothing lies in the library that nothing of it uses and no page names."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "physembed"
WORD = re.compile(r"\w+")

pytestmark = pytest.mark.slow


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def statements() -> list[tuple[Path, ast.stmt, Counter[str]]]:
    """What stands at the top of every file, with the names that it reads."""
    tops = [(path, node) for path, tree in trees().items() for node in tree.body]
    return [(path, node, Counter(names_in(node))) for path, node in tops]


def names_in(node: ast.AST) -> Iterator[str]:
    """Names that code reads: also those within an annotation that is written as text."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.ImportFrom):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, (ast.arg, ast.AnnAssign)):
            yield from _of_text(part.annotation)
        elif isinstance(part, ast.FunctionDef):
            yield from _of_text(part.returns)


def _of_text(annotation: ast.expr | None) -> Iterator[str]:
    for part in ast.walk(annotation) if annotation is not None else ():
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield from WORD.findall(part.value)


def defined(node: ast.stmt) -> Iterator[str]:
    """What a statement defines; what is decorated, as commands are, is told to another."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.decorator_list:
        yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [one.id for one in targets if isinstance(one, ast.Name)]
        yield from (name for name in names if not name.startswith("__"))


def words_of(*pages: Path) -> set[str]:
    return {word for page in pages for word in WORD.findall(page.read_text("utf-8"))}


def documented() -> set[str]:
    """What pages name, and what the package promises."""
    return words_of(ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), PACKAGE / "__init__.pyi")


def stubs() -> list[Path]:
    return sorted(PACKAGE.rglob("*.pyi"))


def test_what_is_defined_is_used_or_documented() -> None:
    """What a study or a test alone needs belongs there; what calls itself is not used."""
    used: Counter[str] = Counter()
    for _, _, names in statements():
        used.update(names)
    # a room's door has a test of its own
    known = documented() | words_of(*stubs())
    idle = [
        f"{path.relative_to(SOURCE)}:{node.lineno} {name}"
        for path, node, names in statements()
        for name in defined(node)
        if name not in known and used[name] == names[name]
    ]
    assert not idle


def test_what_a_room_exports_is_used_or_documented() -> None:
    known = documented().union(*(names for _, _, names in statements()))
    idle = [
        f"{stub.relative_to(SOURCE)} {alias.name}"
        for stub in stubs()
        for node in ast.parse(stub.read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name not in known
    ]
    assert not idle


def test_every_file_is_imported() -> None:
    code = {stub: ast.parse(stub.read_text("utf-8")) for stub in stubs()}
    imported: set[str] = set()
    for path, tree in (trees() | code).items():
        room = ".".join(path.relative_to(SOURCE).parent.parts)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                origin = f"{room}.{node.module}" if node.level else str(node.module)
                imported |= {origin, *(f"{origin}.{alias.name}" for alias in node.names)}
    modules = {".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in trees()}
    doors = {name for name in modules if name.endswith(("__init__", "__main__"))}
    assert not modules - doors - imported
