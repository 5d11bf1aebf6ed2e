"""Lines of a text as they come, of a file that is finished or one that grows."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from physembed.data.formats.frame_files import SUFFIXES as FRAME_SUFFIXES
from physembed.data.formats.frame_files import lines_of_frame
from physembed.data.formats.text_table import EXCELS_MARK, encoding_of, not_text
from physembed.errors import DatasetError, InvalidInputError

_PAUSE = 0.2
"""Seconds between two looks at a file that grows."""


def first_lines(text: Iterator[str], called: Path, n: int) -> tuple[int, list[str]]:
    """How many lines stand above a header, and the header with what follows it.

    Blank lines and Excel's own first one stand above; a byte-order mark is none of the header.

    Parameters
    ----------
    text : iterator of str
        Of which no more is taken than is given back.
    called : Path
    n : int
        How many lines that are not blank are asked for.

    Raises
    ------
    DatasetError
        If there is no header.
    """
    n_above, n_told = 0, 0
    lines: list[str] = []
    for taken in text:
        line = taken.removeprefix("\ufeff") if not n_above and not lines else taken
        if not lines and (not line.strip() or EXCELS_MARK.fullmatch(line)):
            n_above += 1
            continue
        lines.append(line)
        n_told += bool(line.strip())
        if n_told == n:
            break
    if not lines:
        raise DatasetError(f"{called} has no lines.")
    return n_above, lines


def text_of(path: Path, *, follow: bool) -> Iterator[str]:
    """The lines of a file; with ``follow``, also those that will be written, without end.

    Raises
    ------
    InvalidInputError
        If a file that does not grow line by line is to be followed.
    DatasetError
        If it is no text.
    """
    if path.suffix.lower() in FRAME_SUFFIXES:
        if follow:
            raise InvalidInputError(f"--follow reads text that grows; {path} is none.")
        yield from lines_of_frame(path)
        return
    with path.open(encoding=encoding_of(path), newline="") as file:
        yield from decoded(followed(file) if follow else file, path)


def decoded(text: Iterable[str], called: Path) -> Iterator[str]:
    """The lines of a text, which is refused where its bytes are none.

    Raises
    ------
    DatasetError
    """
    try:
        yield from text
    except UnicodeDecodeError as error:
        raise not_text(called, error) from None


def followed(file: TextIO, *, pause: float = _PAUSE) -> Iterator[str]:
    """Lines as soon as they are complete.

    Raises
    ------
    DatasetError
        If the file becomes shorter, as a log that is begun anew.
    """
    begun = ""
    while True:
        begun += file.readline()
        if begun.endswith("\n"):
            yield begun
            begun = ""
        elif os.fstat(file.fileno()).st_size < file.buffer.tell():
            raise DatasetError(
                f"{file.name} has become shorter than what was read of it, so it was begun anew; "
                "begin the command anew, too."
            )
        else:
            time.sleep(pause)
