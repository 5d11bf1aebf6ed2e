"""How much flash a program of C takes, read off its text: for where no cross-compiler is found."""

import re

BYTES_PER_CHARACTER = 0.31
"""Of code on a Cortex-M4F at -Os, white space and comments apart."""
BYTES_OF_NOTHING = 640
"""What every program has in its text that compiles to nothing; of 26 models, from 3 to 15 KB of
flash, both together give the flash to 8 %."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TABLE = re.compile(r"static const (\w+) \w+(?:\[\d*\])? = (\{.*?\});", re.DOTALL)
_LONG = re.compile(r"UINT64_C\(\w+\)")
_POINTER = re.compile(r"&\w+(?:\[\w+\])?")
_NUMBER = re.compile(r"[^\s{},]+")
_BYTES = {"int8_t": 1, "uint8_t": 1, "int32_t": 4}
SHORT, WORD, LONG = 2, 4, 8


BYTES_PER_CHARACTER_WHOLE = 0.234
"""The same of programs of whole numbers, measured on three models."""


def sizes(body: str, *, whole: bool = False) -> tuple[int, int]:
    """Bytes of code, and of constants, of a program on a Cortex-M4F.

    Parameters
    ----------
    body : str
        The text of its source.
    whole : bool, default=False
        Whether it computes in whole numbers.
    """
    text = _COMMENT.sub("", body)
    constants = sum(_of_table(kind, values) for kind, values in _TABLE.findall(text))
    code = " ".join(_TABLE.sub("", text).split())
    if whole:
        return round(BYTES_PER_CHARACTER_WHOLE * len(code)), constants
    return round(BYTES_PER_CHARACTER * len(code)) - BYTES_OF_NOTHING, constants


def _of_table(kind: str, values: str) -> int:
    """Bytes of a table: what is no float, pointer or integer of 64 bits is short."""
    marked = _POINTER.sub("P", _LONG.sub("U", values))
    return sum(
        LONG if one == "U" else WORD if one == "P" or one.endswith("f") else _BYTES.get(kind, SHORT)
        for one in _NUMBER.findall(marked)
    )
