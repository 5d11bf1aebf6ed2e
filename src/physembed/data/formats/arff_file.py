"""One .arff file of the UCR/UEA archive: of one channel, or of several in a relational attribute.

scipy's reader knows no relational attributes; this one knows what the archive has of the format:
numeric attributes, or one relational attribute of them, and a class as the last attribute.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import Cases
from physembed.data.formats.text_table import values
from physembed.errors import DatasetError

_ATTRIBUTE = re.compile(r"""@attribute\s+('[^']*'|"[^"]*"|\S+)\s+(.+)""", re.IGNORECASE)


class _Attributes(NamedTuple):
    n_numeric: int
    relational: bool
    classes: list[str] | None


def read_arff_file(path: Path) -> Cases:
    """Read an .arff file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    Cases
        (cases, timepoints), or (cases, channels, timepoints) from a relational attribute; class
        labels as they are written, where the last attribute is a list of them. Missing values
        (``?``) are NaN.

    Raises
    ------
    DatasetError
        If it is damaged, with the line, or of a kind that is no collection of series.
    """
    series: list[NDArray[np.float64]] = []
    labels: list[str] = []
    with path.open(encoding="utf-8-sig") as file:
        numbered = (
            (number, line.strip())
            for number, line in enumerate(file, start=1)
            if line.strip() and not line.lstrip().startswith("%")
        )
        attributes = _header(path, numbered)
        for number, line in numbered:
            cells = _cells(path, number, line)
            if attributes.classes is not None:
                labels.append(_label(path, number, cells.pop().strip(), attributes.classes))
            series.append(_series(path, number, cells, attributes))
            if series[-1].shape != series[0].shape:
                raise DatasetError(
                    f"{path}, line {number}: a series of shape {series[-1].shape}, where "
                    f"{series[0].shape} is expected."
                )
    if not series:
        raise DatasetError(f"{path} has no cases after its line @data.")
    return Cases(np.stack(series), labels=np.array(labels) if labels else None)


def _header(path: Path, numbered: Iterator[tuple[int, str]]) -> _Attributes:
    kinds: list[str] = []
    relational = inside = False
    for number, line in numbered:
        word = line.split()[0].lower()
        if word == "@data":
            return _attributes(path, kinds, relational=relational)
        if word == "@end":
            inside = False
        elif word == "@attribute":
            match = _ATTRIBUTE.fullmatch(line)
            if match is None:
                raise DatasetError(f"{path}, line {number}: an attribute without a kind.")
            kind = match[2].strip()
            if kind.lower() == "relational":
                relational = inside = True
            elif not inside:
                kinds.append(kind)
        elif word != "@relation":
            raise DatasetError(f"{path}, line {number}: text stands before any line @data.")
    raise DatasetError(f"{path} has no line @data, so it has no cases.")


def _attributes(path: Path, kinds: list[str], *, relational: bool) -> _Attributes:
    classes = None
    if kinds and kinds[-1].startswith("{") and kinds[-1].endswith("}"):
        inner = kinds.pop()[1:-1]
        classes = [label.strip().strip("'\"") for label in inner.split(",")]
    others = [kind for kind in kinds if kind.lower() not in ("numeric", "real", "integer")]
    if others:
        raise DatasetError(
            f"{path} has an attribute {others[0][:40]!r}; numbers, and classes as the last "
            "attribute, are read."
        )
    if relational and kinds:
        raise DatasetError(f"{path} has numbers beside a relational attribute.")
    return _Attributes(len(kinds), relational, classes)


def _cells(path: Path, number: int, line: str) -> list[str]:
    if line.startswith("{"):
        raise DatasetError(f"{path}, line {number} is sparse; full lines are read.")
    quote = line[0] if line[0] in "'\"" else "'"
    try:
        (cells,) = csv.reader(
            io.StringIO(line), quotechar=quote, skipinitialspace=True, strict=True
        )
    except (csv.Error, ValueError) as error:
        raise DatasetError(f"{path}, line {number}: {error}.") from None
    return cells


def _series(
    path: Path, number: int, cells: list[str], attributes: _Attributes
) -> NDArray[np.float64]:
    if not attributes.relational:
        if len(cells) != attributes.n_numeric:
            raise DatasetError(
                f"{path}, line {number}: {len(cells)} values, where the header tells of "
                f"{attributes.n_numeric}."
            )
        return np.array(values(path, number, cells, ".", range(len(cells))))
    if len(cells) != 1:
        raise DatasetError(f"{path}, line {number}: no relational value in quotation marks.")
    channels = [channel.split(",") for channel in cells[0].split("\\n")]
    rows = [values(path, number, channel, ".", range(len(channel))) for channel in channels]
    if len({len(row) for row in rows}) > 1:
        raise DatasetError(f"{path}, line {number}: channels of unequal lengths.")
    return np.array(rows)


def _label(path: Path, number: int, label: str, classes: list[str]) -> str:
    label = label.strip("'\"")
    if label not in classes:
        raise DatasetError(
            f"{path}, line {number}: class label {label[:40]!r} is not among those declared."
        )
    return label
