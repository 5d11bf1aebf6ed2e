"""Every room exports through its stub: a name stands there once, and once more where public."""

import ast
import importlib
from pathlib import Path

import pytest

import physembed

PACKAGE = Path(physembed.__file__).parent
STUBS = sorted(PACKAGE.rglob("__init__.pyi"))


def _room(stub: Path) -> str:
    return ".".join(("physembed", *stub.parent.relative_to(PACKAGE).parts))


def _exported(stub: Path) -> list[str]:
    statements = ast.parse(stub.read_text(encoding="utf-8")).body
    assert all(isinstance(statement, ast.ImportFrom) for statement in statements), stub
    aliases = [alias for statement in statements for alias in statement.names]
    assert all(alias.asname == alias.name for alias in aliases), stub
    return [alias.name for alias in aliases]


@pytest.mark.parametrize("stub", STUBS, ids=_room)
def test_what_a_stub_names_is_there(stub):
    room = importlib.import_module(_room(stub))
    names = _exported(stub)
    assert sorted(names) == sorted(room.__all__)
    for name in names:
        assert getattr(room, name) is not None


def test_what_is_exported_is_exported_by_one_room():
    """But for the package itself; two rooms may each have a Grid of their own."""
    rooms = [stub for stub in STUBS if stub.parent != PACKAGE]
    places = {}
    for stub in rooms:
        room = importlib.import_module(_room(stub))
        for name in _exported(stub):
            places.setdefault(id(getattr(room, name)), []).append((_room(stub), name))
    assert [where for where in places.values() if len(where) > 1] == []


LAZY = [
    "import lazy_loader",
    "__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)",
]


def test_a_room_holds_nothing_but_its_job_and_its_stub():
    """Code in ``__init__.py`` would run with the first import of anything below it."""
    for path in PACKAGE.rglob("__init__.py"):
        statements = ast.parse(path.read_text(encoding="utf-8")).body[1:]
        code = [ast.unparse(statement) for statement in statements]
        if path.parent == PACKAGE:  # forked children are readied whatever was imported
            code.remove("from physembed import _threads as _threads")
        assert code == (LAZY if path.with_suffix(".pyi").exists() else []), path


def test_a_file_imports_from_files_of_its_room():
    """From its own room's stub it would import what the contracts of import-linter do not see."""
    for path in PACKAGE.rglob("*.py"):
        parts = ("physembed", *path.relative_to(PACKAGE).with_suffix("").parts)
        above = {".".join(parts[:depth]) for depth in range(1, len(parts))}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in above:
                room = Path(PACKAGE, *node.module.split(".")[1:])
                for alias in node.names:
                    module = (room / f"{alias.name}.py").exists() or (room / alias.name).is_dir()
                    assert module, (path, node.module, alias.name)
