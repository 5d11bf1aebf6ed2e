"""How a test says what a file is like."""

from typing import Any

from physembed.data.formats.text_table import TableOptions
from physembed.data.own.description import Description

OF_TABLE = ("delimiter", "decimal", "header", "index", "label", "case", "time")


def description(**said: Any) -> Description:
    table = {name: said.pop(name) for name in OF_TABLE if name in said}
    return Description(TableOptions(**table), **said)
