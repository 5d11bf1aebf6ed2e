"""Templates of C, of which only what a plan needs is written."""

import re
from collections.abc import Collection, Mapping
from importlib.resources import files

_PLACEHOLDER = re.compile(r"@([A-Z][A-Z0-9_]*)@")


def fragment(name: str, wanted: Collection[str], values: Mapping[str, str] | None = None) -> str:
    """The text of a template, with the parts that are wanted.

    Lines between ``//if NAME``, perhaps ``//else``, and ``//end`` are written where NAME is, or is
    not, among the wanted; ``@NAME@`` is a value.
    """
    file = name if "." in name else f"{name}.c"
    text = files("physembed.deploy.c").joinpath("templates", file).read_text("utf-8")
    lines: list[str] = []
    open_parts: list[bool] = []
    for line in text.splitlines():
        if line.startswith("//if "):
            open_parts.append(line.removeprefix("//if ").strip() in wanted)
        elif line == "//else":
            open_parts[-1] = not open_parts[-1]
        elif line == "//end":
            open_parts.pop()
        elif all(open_parts):
            lines.append(line)
    assert not open_parts, name
    given = values or {}
    return _PLACEHOLDER.sub(lambda match: given[match[1]], "\n".join(lines).strip("\n")) + "\n"
