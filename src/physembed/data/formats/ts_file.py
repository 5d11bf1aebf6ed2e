"""One .ts file of the UCR/UEA archive, case by case; damage is reported by line and case.

aeon's reader is not used: it lower-cases labels, so that ``a`` and ``A`` become one class, and
knows neither comments nor blank lines among the cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import Cases
from physembed.data.dataset import SeriesCollection
from physembed.errors import DatasetError

_COMMENTS = ("#", "%")


@dataclass(frozen=True)
class _Header:
    path: Path
    data_line: int  # the number of the line "@data", from 1
    tags: dict[str, list[str]]

    def flag(self, tag: str, *, default: bool) -> bool:
        value = [word.lower() for word in self.tags.get(tag, [])[:1]]
        if tag in self.tags and value not in (["true"], ["false"]):
            raise DatasetError(f"{self.path}: @{tag} needs true or false.")
        return value == ["true"] if value else default

    @property
    def of_targets(self) -> bool:
        return self.flag("targetlabel", default=False)

    @property
    def of_classes(self) -> bool:
        return not self.of_targets and self.flag("classlabel", default=True)

    @property
    def declared(self) -> list[str]:
        """The class labels, as they are written."""
        return self.tags.get("classlabel", [])[1:]


class _Case(NamedTuple):
    series: NDArray[np.float64]
    label: str | float | None


def read_ts_pieces(path: Path, values_at_once: int) -> Iterator[Cases]:
    """Read a .ts file, a few cases at a time.

    Parameters
    ----------
    path : pathlib.Path
        A file with a header, a line ``@data``, and one case per line: channels separated by
        colons, values by commas, the class label or target last. Missing values are ``?`` or
        ``NaN``. Lines that begin with ``#`` or ``%`` are comments.
    values_at_once : int
        Numbers of a piece, about.

    Yields
    ------
    Cases
        (cases, channels, timepoints), or a list of (channels, timepoints) where lengths differ;
        class labels as they are written, targets as float64, or neither.

    Raises
    ------
    DatasetError
        At the first damaged line; the message names the file and the line and case.
    """
    piece: list[_Case] = []
    n_values = 0
    for case in _cases(path):
        piece.append(case)
        n_values += case.series.size
        if n_values >= values_at_once:
            yield _piece(piece)
            piece, n_values = [], 0
    if piece:
        yield _piece(piece)


def _piece(cases: list[_Case]) -> Cases:
    labels = None if cases[0].label is None else np.array([case.label for case in cases])
    return Cases(_stacked([case.series for case in cases]), labels=labels)


def _stacked(series: list[NDArray[np.float64]]) -> SeriesCollection:
    """An array where all cases have one shape."""
    return np.stack(series) if len({case.shape for case in series}) == 1 else series


def _read_header(path: Path) -> _Header:
    tags: dict[str, list[str]] = {}
    number = 0
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            words = line.split()
            if not words or words[0].startswith(_COMMENTS):
                continue
            if not words[0].startswith("@"):
                raise DatasetError(
                    f"{path}, line {number}: a case, or text, stands before any line @data."
                )
            if words[0].lower() == "@data":
                if len(words) > 1 and not words[1].startswith(_COMMENTS):
                    raise DatasetError(f"{path}, line {number}: text stands after @data.")
                header = _Header(path, number, tags)
                _check_supported(header)
                return header
            tags[words[0][1:].lower()] = words[1:]
    raise DatasetError(f"{path} has no line @data ({number} lines read), so it has no cases.")


def _check_supported(header: _Header) -> None:
    path = header.path
    if header.flag("timestamps", default=False):
        raise DatasetError(f"{path} has @timeStamps true; only evenly sampled series are read.")
    if header.of_classes and not header.declared:
        raise DatasetError(f"{path} declares no class labels: @classLabel true needs a list.")
    for tag in ("univariate", "missing", "equallength"):
        header.flag(tag, default=True)


def _cases(path: Path) -> Iterator[_Case]:
    """Every case, checked against the header and the first."""
    header = _read_header(path)
    equal = header.flag("equallength", default=True)
    n_channels = n_timepoints = None
    case = 0
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            text = line.strip()
            if number <= header.data_line or not text or text.startswith(_COMMENTS):
                continue
            where = f"{path}: line {number} (case {case})"
            channels = text.split(":")
            last = channels.pop().strip() if header.of_classes or header.of_targets else None
            if not channels:
                raise DatasetError(
                    f"{where}: no ':' before a class label; the line may be cut short."
                )
            n_channels = n_channels or len(channels)
            _check_channels(header, len(channels), n_channels, where)
            n_timepoints = n_timepoints if equal else None
            rows = []
            for index, channel in enumerate(channels):
                row = _numbers(channel, f"{where}, channel {index}")
                n_timepoints = n_timepoints or len(row)
                if len(row) != n_timepoints:
                    raise DatasetError(
                        f"{where}, channel {index}: {len(row)} timepoints "
                        f"where {n_timepoints} are expected."
                    )
                rows.append(row)
            if case == 0 and equal:
                _check_length(header, len(rows[0]))
            yield _Case(np.array(rows), None if last is None else _label(header, last, where))
            case += 1
    if case == 0:
        raise DatasetError(f"{path} has no cases after its line @data.")


def _check_channels(header: _Header, n_channels: int, expected: int, where: str) -> None:
    if n_channels != expected:
        raise DatasetError(f"{where}: {n_channels} channels, but {expected} in case 0.")
    if n_channels > 1 and "univariate" in header.tags and header.flag("univariate", default=True):
        raise DatasetError(f"{where}: {n_channels} channels, where @univariate is true.")


def _check_length(header: _Header, n_timepoints: int) -> None:
    declared = header.tags.get("serieslength", [])
    if declared and declared[0] != str(n_timepoints):
        raise DatasetError(
            f"{header.path} declares @seriesLength {declared[0][:20]}, but its series have "
            f"{n_timepoints} timepoints."
        )


def _numbers(channel: str, where: str) -> list[float]:
    """The values of a channel; ``?`` is a missing one."""
    cells = channel.replace("?", "nan").split(",")
    # which float takes as digits, and no other reader does
    if channel.isascii() and "_" not in channel:
        try:
            return list(map(float, cells))
        except ValueError:
            pass
    for timepoint, cell in enumerate(cells):
        try:
            float(cell)
            sound = cell.isascii() and "_" not in cell
        except ValueError:
            sound = False
        if not sound:
            raise DatasetError(
                f"{where}, timepoint {timepoint}: {cell.strip()[:40]!r} is not a number."
            )
    raise DatasetError(f"{where} is not ASCII text.")


def _label(header: _Header, label: str, where: str) -> str | float:
    if header.of_targets:
        (target,) = _numbers(label, f"{where}, target") if "," not in label else (np.nan,)
        if not np.isfinite(target):
            raise DatasetError(f"{where}: the target {label[:40]!r} is no finite number.")
        return target
    if label in header.declared:
        return label
    # some files of the archive are not of one mind about upper and lower case
    alike = [known for known in header.declared if known.lower() == label.lower()]
    if len(alike) == 1:
        return alike[0]
    names = ", ".join(header.declared[:8]) + (", ..." if len(header.declared) > 8 else "")
    raise DatasetError(f"{where}: class label {label[:40]!r} is not among those declared: {names}.")
