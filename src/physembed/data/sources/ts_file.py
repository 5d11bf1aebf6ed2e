"""One .ts file: read by aeon, with damage reported by line and case."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physembed.data.dataset import SeriesCollection
from physembed.errors import DatasetError


class TsFile(NamedTuple):
    """The cases of a .ts file; ``y`` is None where the header declares no class labels."""

    X: SeriesCollection
    y: NDArray[np.str_] | None


@dataclass(frozen=True)
class _Header:
    data_line: int  # the number of the line "@data", from 1
    tags: dict[str, list[str]]

    def flag(self, tag: str, *, default: bool) -> bool:
        value = self.tags.get(tag, [])[:1]
        return value == ["true"] or (default and value != ["false"])

    @property
    def labelled(self) -> bool:
        return self.flag("classlabel", default=True)

    @property
    def declared_labels(self) -> list[str]:
        # aeon reads "?" anywhere in a case as a missing value
        return [label.replace("?", "nan") for label in self.tags.get("classlabel", [])[1:]]


def read_ts_file(path: Path | str) -> TsFile:
    """Read a .ts file of the UCR/UEA archive.

    Parameters
    ----------
    path : path
        A file with a header, a line ``@data``, and one case per line: channels separated by
        colons, values by commas, the class label last. Missing values are ``?`` or ``NaN``.

    Returns
    -------
    TsFile
        ``X`` as (cases, channels, timepoints) float64, or a list of (channels, timepoints)
        where lengths differ; ``y`` as lower-case strings, or None.

    Raises
    ------
    DatasetError
        If the file is absent or damaged; the message names the file and the line or case.
    """
    path = Path(path)
    try:
        return _read(path)
    except UnicodeDecodeError:
        raise DatasetError(f"{path} is not UTF-8 text, so it is no .ts file.") from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.") from None


def read_ts_cases(path: Path) -> Iterator[NDArray[np.float64]]:
    """The series of a .ts file, one (channels, timepoints) array after the other.

    Raises
    ------
    DatasetError
        At the first damaged line.
    """
    header = _read_header(path)
    n_cases = 0
    for case in _cases(path, header):
        n_cases += 1
        yield np.array([[_number(value) for value in channel] for channel in case])
    if n_cases == 0:
        raise _no_cases(path)


def _no_cases(path: Path) -> DatasetError:
    return DatasetError(f"{path} has no cases after its line @data.")


def _read(path: Path) -> TsFile:
    from aeon.datasets import load_from_ts_file

    header = _read_header(path)
    try:
        X, y = load_from_ts_file(str(path))
    except (OSError, ValueError, IndexError) as error:
        raise DatasetError(f"{path}: {_find_damage(path, header, error)}") from None
    if len(X) == 0:
        raise _no_cases(path)
    if isinstance(X, list) and len({series.shape for series in X}) == 1:
        X = np.stack(X)
    _check_length(path, header, X)
    if not header.labelled:
        return TsFile(X, None)
    labels = np.char.lower(y)
    _check_declared(path, header, labels)
    return TsFile(X, labels)


def _read_header(path: Path) -> _Header:
    tags: dict[str, list[str]] = {}
    with path.open(encoding="utf-8-sig") as file:
        number = 0
        for number, line in enumerate(file, start=1):
            words = line.strip().lower().split()
            if not words or words[0].startswith("#"):
                continue
            if not words[0].startswith("@"):
                raise DatasetError(
                    f"{path}, line {number}: a case, or text, stands before any line @data."
                )
            if words[0] == "@data":
                header = _Header(number, tags)
                _check_supported(path, header)
                return header
            tags[words[0][1:]] = words[1:]
    raise DatasetError(f"{path} has no line @data ({number} lines read), so it has no cases.")


def _check_supported(path: Path, header: _Header) -> None:
    if header.flag("timestamps", default=False):
        raise DatasetError(f"{path} has @timeStamps true; only evenly sampled series are read.")
    if header.flag("targetlabel", default=False):
        raise DatasetError(f"{path} has @targetLabel true (regression); class labels are needed.")
    if header.labelled and not header.declared_labels:
        raise DatasetError(f"{path} declares no class labels: @classLabel true needs a list.")


def _find_damage(path: Path, header: _Header, error: Exception) -> str:
    """Name the first damaged line among the cases."""
    try:
        for _ in _cases(path, header):
            pass
    except DatasetError as damage:
        return str(damage).removeprefix(f"{path}: ")
    return f"not a readable .ts file ({error})."


def _cases(path: Path, header: _Header) -> Iterator[list[list[str]]]:
    """The values of each case as text, channel by channel, all of them numbers."""
    expected_channels = None
    expected_points = None
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            case = number - header.data_line - 1
            if case < 0:
                continue
            where = f"{path}: line {number} (case {case})"
            if not line.strip():
                raise DatasetError(f"{where}: the line is empty.")
            channels = line.strip().split(":")
            if header.labelled:
                channels = channels[:-1]
            if not channels:
                raise DatasetError(
                    f"{where}: no ':' before a class label; the line may be cut short."
                )
            expected_channels = expected_channels or len(channels)
            if len(channels) != expected_channels:
                raise DatasetError(
                    f"{where}: {len(channels)} channels, but {expected_channels} in case 0."
                )
            if not header.flag("equallength", default=True):
                expected_points = None
            found = [channel.split(",") for channel in channels]
            for index, values in enumerate(found):
                _check_values(values, f"{where}, channel {index}")
                expected_points = expected_points or len(values)
                if len(values) != expected_points:
                    raise DatasetError(
                        f"{where}, channel {index}: {len(values)} timepoints "
                        f"where {expected_points} are expected."
                    )
            yield found


def _check_values(values: list[str], where: str) -> None:
    for timepoint, value in enumerate(values):
        if not _is_number(value):
            raise DatasetError(
                f"{where}, timepoint {timepoint}: {value.strip()[:40]!r} is not a number."
            )


def _number(text: str) -> float:
    return float(text.replace("?", "nan"))


def _is_number(text: str) -> bool:
    try:
        _number(text)
    except ValueError:
        return False
    return True


def _check_length(path: Path, header: _Header, X: SeriesCollection) -> None:
    declared = header.tags.get("serieslength", [])
    if isinstance(X, np.ndarray) and declared and declared[0] != str(X.shape[2]):
        raise DatasetError(
            f"{path} declares @seriesLength {declared[0]}, but its series have "
            f"{X.shape[2]} timepoints."
        )


def _check_declared(path: Path, header: _Header, labels: NDArray[np.str_]) -> None:
    declared = header.declared_labels
    for case, label in enumerate(labels):
        if label not in declared:
            raise DatasetError(
                f"{path}, line {header.data_line + 1 + case} (case {case}): class label "
                f"{str(label)!r} is not among those declared: {', '.join(declared)}."
            )
