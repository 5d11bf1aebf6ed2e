"""Files as other libraries write them, and what these read from them."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from physembed.data import check_collection, read_in_pieces


class UnreadableError(Exception):
    """The other library does not read an input."""


def _numbers(random: Generator) -> np.ndarray[Any, Any]:
    """Series as people have them: real, whole, of two values, or smooth."""
    shape = (int(random.integers(1, 9)), int(random.integers(2, 14)))
    kind = random.integers(5)
    if kind == 0:
        return random.integers(-9, 10, shape).astype(float)
    if kind == 1:
        return random.integers(0, 2, shape).astype(float)
    if kind == 2:
        return random.normal(size=shape).cumsum(axis=1).round(3)
    if kind == 3:
        ramps = np.arange(shape[1]) * random.integers(0, 3, (shape[0], 1))
        return (ramps + random.integers(0, 3, (shape[0], 1))).astype(float)
    return random.normal(size=shape) * 10.0 ** random.integers(-8, 9)


def _names(random: Generator, n_timepoints: int) -> Any:
    """Names of columns as people have them."""
    return [
        range(n_timepoints),
        range(1, n_timepoints + 1),
        np.arange(n_timepoints) / 10,
        np.arange(n_timepoints) * 0.008,
        [f"t{k}" for k in range(n_timepoints)],
        pd.date_range("2024-01-01", periods=n_timepoints).astype(str),
    ][random.integers(6)]


def table(random: Generator, folder: Path) -> tuple[Any, Any]:
    """A table as pandas writes it, with or without header and index, in any dialect."""
    series = _numbers(random)
    if random.random() < 0.2:
        series[random.random(series.shape) < 0.2] = np.nan
    frame = pd.DataFrame(series, columns=_names(random, series.shape[1]))
    index_name = [None, None, "id", "case", "x"][random.integers(5)]
    if random.random() < 0.3:
        frame.index = [f"case {k}" for k in range(len(frame))]
    frame.index.name = index_name
    header, index = bool(random.integers(2)), bool(random.integers(2))
    separator, decimal = [(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), (" ", ".")][
        random.integers(6)
    ]
    file = folder / "series.csv"
    frame.to_csv(
        file,
        sep=separator,
        decimal=decimal,
        header=header,
        index=index,
        na_rep=["", "nan", "NA"][random.integers(3)] if separator != " " else "NA",
        quoting=csv.QUOTE_NONNUMERIC if random.random() < 0.2 else csv.QUOTE_MINIMAL,
        lineterminator=["\n", "\r\n"][random.integers(2)],
    )
    theirs = pd.read_csv(
        file,
        sep=separator,
        decimal=decimal,
        header=0 if header else None,
        index_col=0 if index else None,
        float_precision="round_trip",
        skip_blank_lines=False,
    )
    return lambda: _series(file), theirs.to_numpy(dtype=np.float64)[:, np.newaxis]


def archive_table(random: Generator, folder: Path) -> tuple[Any, Any]:
    """The UCR archive's .tsv, its class labels first."""
    series = _numbers(random)
    frame = pd.DataFrame(series)
    labels = [["1", "2"], ["-1", "1"], ["a", "b"], ["0", "1"]][random.integers(4)]
    frame.insert(0, "label", random.choice(labels, len(frame)))
    file = folder / "series.tsv"
    frame.to_csv(file, sep="\t", header=False, index=False)
    theirs = pd.read_csv(file, sep="\t", header=None, float_precision="round_trip", dtype={0: str})
    values = theirs.iloc[:, 1:].to_numpy(dtype=np.float64)[:, np.newaxis]
    return lambda: _series(file, labels=True), (values, theirs[0].tolist())


def ts(random: Generator, folder: Path) -> tuple[Any, Any]:
    """A .ts file after an accident or none, read by aeon, which lower-cases labels, blanks kept."""
    from aeon.datasets import load_from_ts_file

    series = _numbers(random)
    n_channels = int(random.integers(1, 3))
    labels = ["a", "bB", "1", "True"]
    lines = []
    for row in series:
        length = len(row) if random.random() < 0.8 else int(random.integers(1, len(row) + 1))
        channel = ",".join("?" if random.random() < 0.05 else f"{v:g}" for v in row[:length])
        lines.append(":".join([channel] * n_channels + [labels[random.integers(4)]]))
    header = [
        f"@univariate {str(n_channels == 1).lower()}",
        f"@equalLength {['true', 'false'][random.integers(2)]}",
        "@classLabel true a bB 1 True",
    ]
    text = "\n".join([*(header[k] for k in random.permutation(3)), "@data", *lines]) + "\n"
    file = folder / "series.ts"
    file.write_text(_after_an_accident(text, random))
    try:
        X, y = load_from_ts_file(str(file))
        others = (list(X), [str(label).strip().lower() for label in y])
    except Exception as error:
        raise UnreadableError from error
    return lambda: _series(file, labels=True, lower=True), others


def arff(random: Generator, folder: Path) -> tuple[Any, Any]:
    """An .arff file after an accident or none, read by scipy."""
    from scipy.io.arff import loadarff

    series = _numbers(random)
    lines = [
        ",".join("?" if random.random() < 0.05 else f"{v:g}" for v in row)
        + f",{['a', 'bB', '1'][random.integers(3)]}"
        for row in series
    ]
    attributes = [f"@attribute att{k} numeric" for k in range(series.shape[1])]
    text = "\n".join(
        ["@relation toy", *attributes, "@attribute target {a,bB,1}", "@data", *lines, ""]
    )
    file = folder / "series.arff"
    file.write_text(_after_an_accident(text, random))
    try:
        data, meta = loadarff(file)
        *names, last = meta.names()
        values = np.array([[row[name] for name in names] for row in data], dtype=np.float64)
        labels = [row[last].decode() for row in data]
    except Exception as error:
        raise UnreadableError from error
    return lambda: _series(file, labels=True), (values[:, np.newaxis], labels)


def npy(random: Generator, folder: Path) -> tuple[Any, Any]:
    """A .npy file of any real type and order, whole or with a byte changed."""
    dtypes = ["<f8", ">f8", "<f4", "<i2", ">i4", "|u1", "|b1", "<f2"]
    array = (_numbers(random) * 3).astype(dtypes[random.integers(8)])
    if random.random() < 0.5:
        array = np.stack([array, array[:, ::-1]], axis=1)
    if random.random() < 0.3:
        array = np.asfortranarray(array)
    file = folder / "series.npy"
    np.save(file, array)
    if random.random() < 0.3:
        content = bytearray(file.read_bytes())
        content[random.integers(len(content))] ^= 1 << int(random.integers(8))
        file.write_bytes(content)
    try:
        theirs = np.load(file, allow_pickle=False)
    except Exception as error:
        raise UnreadableError from error
    return lambda: _series(file), theirs


def wav(random: Generator, folder: Path) -> tuple[Any, Any]:
    """A recording of any depth and number of channels, perhaps cut short, read by scipy."""
    from scipy.io import wavfile

    samples = random.uniform(-1, 1, (int(random.integers(2, 60)), int(random.integers(1, 4))))
    scale, dtype = [(128, "<i2"), (32767, "<i2"), (2**31 - 1, "<i4"), (1, "<f4"), (1, "<f8")][
        random.integers(5)
    ]
    file = folder / "series.wav"
    wavfile.write(file, int(random.integers(1, 96_000)), (samples * scale).astype(dtype))
    if random.random() < 0.3:
        content = bytearray(file.read_bytes())
        content[random.integers(len(content))] ^= 1 << int(random.integers(8))
        file.write_bytes(content[: random.integers(1, len(content) + 1)])
    try:
        rate, theirs = wavfile.read(file)
    except Exception as error:
        raise UnreadableError from error
    if theirs.dtype.kind == "i":
        theirs = theirs / 2.0 ** (8 * theirs.dtype.itemsize - 1)
    elif theirs.dtype.kind == "u":
        theirs = theirs / 128 - 1
    return lambda: _series(file, rate=rate), np.atleast_2d(theirs.T)[np.newaxis]


def frame(random: Generator, folder: Path) -> tuple[Any, Any]:
    """A frame of two levels in any order of rows, read by aeon."""
    from aeon.utils.conversion import convert_collection

    n_cases, n_channels, n_timepoints = (int(random.integers(1, high)) for high in (6, 4, 9))
    X = random.normal(size=(n_cases, n_channels, n_timepoints + 1))
    times = [
        np.arange(n_timepoints + 1),
        np.arange(n_timepoints + 1) / 8,
        pd.date_range("2024-01-01", periods=n_timepoints + 1, freq="D"),
    ][random.integers(3)]
    names = [f"case {k}" for k in range(n_cases)] if random.random() < 0.3 else range(n_cases)
    rows = pd.DataFrame(
        X.transpose(0, 2, 1).reshape(-1, n_channels),
        pd.MultiIndex.from_product([names, times]),
        columns=list("pqrs")[:n_channels],
    )
    rows = rows.iloc[random.permutation(len(rows))]
    try:
        theirs = convert_collection(rows, "np-list")
    except Exception as error:
        raise UnreadableError from error
    return lambda: check_collection(rows), theirs


PIECES_OF_ACCIDENTS = ["?", ",", ":", "nan", "a", " ", "\n", "1", "-", ".", "#", "%", "_", "@", "e"]


def _after_an_accident(text: str, random: Generator) -> str:
    if random.random() < 0.5:
        return text
    at = int(random.integers(len(text)))
    piece = PIECES_OF_ACCIDENTS[random.integers(len(PIECES_OF_ACCIDENTS))]
    return [text[:at] + text[at + 1 :], text[:at] + piece + text[at:], text[:at]][
        random.integers(3)
    ]


def _series(file: Path, *, labels: bool = False, lower: bool = False, rate: int = 0) -> Any:
    """What we read: series of shape (channels, timepoints), and labels where they are asked for."""
    pieces = list(read_in_pieces(file))
    if rate:
        assert pieces[0].sampling_interval == 1 / rate
    series = [np.atleast_2d(case) for piece in pieces for case in piece.series]
    if not labels:
        return series
    told = [str(label) for piece in pieces for label in piece.labels]  # type: ignore[union-attr]
    return series, [label.lower() if lower else label for label in told]
