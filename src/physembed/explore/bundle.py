"""Modules of JavaScript as one script, so that a page needs no second file.

Every module becomes a function that is called once and returns what it exports; an import becomes
a look into what another one returned. The modules keep to two forms, ``import { a, b } from
"./file.mjs";`` and ``export`` before a function or a constant, each at the beginning of a line.
"""

import re
from functools import cache
from importlib.resources import files

IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.mjs";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)


@cache
def resource(name: str) -> str:
    """The text of a file of ``browser/``."""
    return files("physembed.explore").joinpath("browser", name).read_text("utf-8")


@cache
def bundled(name: str) -> str:
    """A module of ``browser/`` and all that it imports, as one script.

    Parameters
    ----------
    name : str
        Without its ending, such as "worker".
    """
    return "\n".join(_as_function(module) for module in _in_order(name, ()))


def _in_order(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Modules, each after those that it imports."""
    for imported in IMPORT.findall(resource(f"{name}.mjs")):
        known = _in_order(imported[1], known)
    return known if name in known else (*known, name)


def _as_function(name: str) -> str:
    text = resource(f"{name}.mjs")
    exported = ", ".join(EXPORT.findall(text))
    body = EXPORT.sub("", IMPORT.sub(r"const {\1} = from_\2;", text))
    return f"const from_{name} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();"
