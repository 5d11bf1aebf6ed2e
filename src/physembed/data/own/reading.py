"""A file or a folder of any kind, read as labelled cases."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from physembed.data.formats.array_files import n_dimensions_of
from physembed.data.formats.frame_files import SUFFIXES as FRAME_SUFFIXES
from physembed.data.formats.series_files import SUFFIXES, read_in_pieces
from physembed.data.formats.text_table import TableOptions
from physembed.data.own.clock import with_one_clock
from physembed.data.own.description import Description
from physembed.data.own.doubts import doubts
from physembed.data.own.frame_table import read_frame_table
from physembed.data.own.labelled import Labelled, check_rates
from physembed.data.own.long import long_cases
from physembed.data.own.names_of_training import NamesOfTraining
from physembed.data.own.recording import Recording, cut, recording_windows
from physembed.data.own.roles import layout_of, roles_of
from physembed.data.own.table import Table, listed, read_as_it_is
from physembed.data.own.text_columns import read_text_table
from physembed.data.own.wide import name_of, wide_cases
from physembed.errors import DatasetError, InvalidInputError

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
ACCEPTED = tuple(dict.fromkeys((*SUFFIXES, *TEXT_SUFFIXES, *FRAME_SUFFIXES)))
"""Endings of files that a data set is made of."""
SPREADSHEETS = (".xlsx", ".xls", ".ods")


def read_labelled(
    path: Path, description: Description, trained: NamesOfTraining | None = None
) -> Labelled:
    """Read a file, or a folder with a folder for each class, as labelled cases.

    Parameters
    ----------
    path : Path
    description : Description
    trained : NamesOfTraining or None
        Where a model has been trained on such cases: by which columns of tables are found.

    Raises
    ------
    DatasetError
        If what is there is damaged, or could be understood in two ways; with the place and remedy.
    InvalidInputError
        If an option names what is not there.
    """
    if path.is_dir():
        cases = _of_folder(path, description, trained)
    else:
        cases = read_file(path, description, trained)
    if not len(cases):
        raise DatasetError(f"{path} has no cases.")
    if len(cases.classes) < 2:
        raise DatasetError(
            f"{path} has the class {cases.classes[0]!r} alone; a classifier needs at least two. Is "
            "the column of labels (--label) the right one?"
        )
    return replace(cases, warnings=(*cases.warnings, *doubts(cases)))


def read_file(
    path: Path,
    description: Description,
    trained: NamesOfTraining | None = None,
    *,
    label: str | None = None,
) -> Labelled:
    """Read one file; ``label`` is that of all its cases, where a folder tells it."""
    ending = path.suffix.lower()
    if ending in (*TEXT_SUFFIXES, *FRAME_SUFFIXES):
        return _of_table(path, description, trained, label)
    if ending not in SUFFIXES:
        remedy = " Save it as CSV." if ending in SPREADSHEETS else ""
        raise InvalidInputError(
            f"{path} has suffix {path.suffix!r}; {', '.join(ACCEPTED)} are accepted.{remedy}"
        )
    return _of_series(path, description, label)


def read_table_of(path: Path, options: TableOptions) -> Table:
    """The columns of a text table, or of a .parquet or .feather file."""
    if path.suffix.lower() in FRAME_SUFFIXES:
        return read_frame_table(path)
    text = [name for name in (options.label, options.case) if name is not None]
    return with_one_clock(read_text_table(path, options, text))


def _of_table(
    path: Path, description: Description, trained: NamesOfTraining | None, label: str | None
) -> Labelled:
    table = read_table_of(path, description.table)
    layout = layout_of(table, description)
    if layout == "long" and description.table.case in (None, "none"):
        raise DatasetError(f"{path}: --layout long needs the column of cases; say --case COLUMN.")
    if layout == "recording" and description.window is None:
        raise DatasetError(f"{path}: a recording is cut into windows; say --window N.")
    if layout != "recording" and description.window is not None:
        raise InvalidInputError(f"--layout {layout} has no windows; leave out --window, or it.")
    if trained is not None:
        description = trained.said_of(table, description, layout)
    elsewhere = label is not None or description.intervals is not None
    roles = roles_of(table, description, layout=layout, needs_label=not elsewhere)
    name = name_of(path)
    if layout == "wide":
        return wide_cases(table, roles, description, name=name, label=label)
    if layout == "long":
        return long_cases(table, roles, description, name=name, label=label)
    intervals = None
    if description.intervals is not None:
        intervals = read_table_of(Path(description.intervals), TableOptions())
    return recording_windows(table, roles, description, name=name, label=label, intervals=intervals)


def _of_series(path: Path, description: Description, label: str | None) -> Labelled:
    """Cases of a format that is of cases: .ts, .arff, .wav and numpy's."""
    series: list[NDArray[np.float64]] = []
    labels: list[str] = []
    groups: list[str] = []
    interval = description.interval
    beside = arrays_beside(path)
    with read_as_it_is(path):
        for piece in read_in_pieces(path):
            series += [np.atleast_2d(np.asarray(case, dtype=np.float64)) for case in piece.series]
            if piece.labels is not None:
                labels += [str(of_case) for of_case in piece.labels]
            interval = interval or piece.sampling_interval
    if label is not None and path.suffix.lower() == ".npy":
        series = _one_recording(path, series)
    if "y" in beside:
        labels = [str(of_case) for of_case in beside["y"].tolist()]
    if "groups" in beside:
        groups = [str(of_case) for of_case in beside["groups"].tolist()]
    if label is not None:
        labels = [label] * len(series)
    if len(labels) != len(series):
        raise DatasetError(
            f"{path} has {len(series):,} cases and {len(labels):,} labels. "
            + _where_labels_go(path.suffix.lower())
        )
    channels = tuple(f"channel {k}" for k in range(1, series[0].shape[0] + 1))
    whole = Labelled(
        name_of(path),
        str(path),
        series,
        np.array(labels),
        "a case each, as the format has them",
        channels if len(channels) > 1 else ("value",),
        tuple(f"case {k}" for k in range(len(series))),
        groups=np.array(groups) if groups else None,
        sampling_interval=interval,
        clock="as the file says" if interval else "timepoints are counted",
    )
    if description.window is None:
        return whole
    empty = replace(whole, series=[], labels=np.array([], dtype=str), names=(), groups=None)
    recordings = [
        [Recording(case, np.full(case.shape[1], of_case))]
        for case, of_case in zip(series, labels, strict=True)
    ]
    return cut(empty, recordings, whole.names, description)


def _one_recording(path: Path, series: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """What an array among those of a class holds: of one dimension, a recording.

    Raises
    ------
    DatasetError
        Where it could be of cases or of channels.
    """
    n_dimensions = n_dimensions_of(path)
    if n_dimensions == 1:
        return [np.concatenate(series, axis=1)]
    if n_dimensions == 2:
        raise DatasetError(
            f"{path} has two dimensions, which could be (cases, timepoints) or (channels, "
            "timepoints): save X[:, np.newaxis] or X[np.newaxis]."
        )
    return series


def arrays_beside(path: Path) -> dict[str, NDArray[np.generic]]:
    """Labels and groups in a .npz beside its series."""
    if path.suffix.lower() != ".npz" or not path.is_file():
        return {}
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in ("y", "groups") if name in arrays.files}
    except (OSError, ValueError, EOFError) as error:
        told = " ".join(str(error).split())[:120].rstrip(".")
        raise DatasetError(f"{path} is not a readable .npz file: {told}.") from None


def _where_labels_go(ending: str) -> str:
    if ending == ".npz":
        return "Save them as y beside X: np.savez(file, X=X, y=y)."
    if ending == ".ts":
        return "Its header needs @classLabel true and the classes."
    return "Put files into a folder for each class, and give the folder above them."


def _of_folder(path: Path, description: Description, trained: NamesOfTraining | None) -> Labelled:
    """A folder for each class; every file in it is a case, or a recording that is cut."""
    classes = sorted(child for child in path.iterdir() if child.is_dir() and _visible(child))
    loose = sorted(c for c in path.iterdir() if c.is_file() and c.suffix.lower() in ACCEPTED)
    if loose:
        raise DatasetError(
            f"{path} holds {loose[0].name} beside its folders; a folder for each class is read, "
            "with the class's files in it."
            if classes
            else f"{path} has no folder for each class, but files, the first {loose[0].name}; move "
            "the files of each class into a folder of its name, or give one file."
        )
    parts: list[Labelled] = []
    ignored: dict[str, int] = {}
    for folder in classes:
        files = sorted(f for f in folder.rglob("*") if f.is_file() and _visible(f))
        for file in files:
            if file.suffix.lower() not in ACCEPTED:
                ignored[file.suffix] = ignored.get(file.suffix, 0) + 1
                continue
            parts.append(_of_class_file(file, description, trained, folder.name))
    if not parts:
        raise DatasetError(
            f"{path} has no folders with files that are read ({', '.join(ACCEPTED)})."
        )
    remarks = [
        f"{n} files of {ending or 'no'} ending are left out" for ending, n in ignored.items()
    ]
    return _joined(path, parts, remarks, cut_into_windows=description.window is not None)


def _visible(path: Path) -> bool:
    return not path.name.startswith(".") and path.name not in ("Thumbs.db", "desktop.ini")


def _of_class_file(
    file: Path, description: Description, trained: NamesOfTraining | None, label: str
) -> Labelled:
    """The cases of one file of a class; a table is a recording, whole or cut."""
    of_table = file.suffix.lower() in (*TEXT_SUFFIXES, *FRAME_SUFFIXES)
    if not of_table or description.layout_said is not None:
        return read_file(file, description, trained, label=label)
    table = read_table_of(file, description.table)
    if trained is not None:
        description = trained.said_of(table, description, "recording")
    whole = replace(description, window=max(2, len(table)), hop=None)
    roles = roles_of(table, whole, layout="recording", needs_label=False)
    cases = recording_windows(table, roles, whole, name=name_of(file), label=label)
    return replace(cases, layout="a recording a file", recordings=None, spans=None)


def _joined(
    path: Path, parts: list[Labelled], remarks: list[str], *, cut_into_windows: bool
) -> Labelled:
    channels = parts[0].channels
    for part in parts:
        if len(part.channels) != len(channels):
            raise DatasetError(
                f"{part.source} has {len(part.channels)} channels, {parts[0].source} "
                f"{len(channels)} ({listed(channels)}); all files need the same."
            )
        NamesOfTraining.of(parts[0]).check_order(part, f"in {parts[0].source}")
    check_rates(parts)
    spans = [part.spans for part in parts if part.spans is not None]
    groups = [part.groups for part in parts if part.groups is not None]
    recordings = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    has_spans = cut_into_windows and len(spans) == len(parts)
    by_part = [f"{Path(p.source).parent.name}/{Path(p.source).name}" for p in parts]
    names = tuple(
        by_part[k] if len(part) == 1 else f"{by_part[k]}, {called}"
        for k, part in enumerate(parts)
        for called in part.names
    )
    told = list(dict.fromkeys(remark for part in parts for remark in part.remarks))
    return Labelled(
        name_of(path),
        str(path),
        [case for part in parts for case in part.series],
        np.concatenate([part.labels for part in parts]),
        f"a folder for each class; {parts[0].layout}, {len(parts):,} files",
        channels,
        names,
        recordings=recordings if cut_into_windows else None,
        spans=np.concatenate(spans) if has_spans else None,
        groups=np.concatenate(groups) if len(groups) == len(parts) else None,
        sampling_interval=parts[0].sampling_interval,
        clock=parts[0].clock,
        remarks=(*told[:5], *remarks),
    )
