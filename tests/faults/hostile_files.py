"""Hostile files: damaged, forged, and of whatever text."""

import io
import json
import struct
import wave
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from physembed.estimators.model_files import digest

MODEL = Path(__file__).parents[1] / "estimators" / "saved" / "schema1-lattice"


X = np.linspace(-1, 1, 5 * 24).reshape(5, 24)


HEADER = "@problemName Toy\n@univariate true\n@equalLength true\n@classLabel true a b\n@data\n"


NASTY = [
    *("", " ", "?", "nan", "inf", "-inf", "1e999", "-1e-999", "0x10", "1_0", "١٢", "½", "--1"),
    *("1e", "+", ".", ",", ":", ";", "\t", '"', "'", "\\", "\x00", "\ufeff", "\u2028", "\r"),
    *("@data", "@classLabel", "#", "=cmd()", "None", "true", "9" * 400, "a" * 10_000, "💥"),
]
"""Pieces of text that parsers stumble on."""


def valid(suffix: str) -> bytes:
    """A file of this kind as it should be."""
    if suffix == ".npy":
        stream = io.BytesIO()
        np.save(stream, X)
        return stream.getvalue()
    if suffix == ".npz":
        stream = io.BytesIO()
        np.savez_compressed(stream, X=X)
        return stream.getvalue()
    if suffix == ".wav":
        stream = io.BytesIO()
        with wave.open(stream, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes((X.ravel() * 32767).astype("<i2").tobytes())
        return stream.getvalue()
    separator = "\t" if suffix == ".tsv" else ","
    lines = [separator.join(f"{value:.4f}" for value in row) for row in X]
    if suffix == ".tsv":
        lines = [f"a\t{line}" for line in lines]
    if suffix == ".ts":
        lines = [f"{line}:{'ab'[k % 2]}" for k, line in enumerate(lines)]
    return ((HEADER if suffix == ".ts" else "") + "\n".join(lines) + "\n").encode()


@st.composite
def damaged(draw: Any, content: bytes) -> bytes:
    """A valid file after a few accidents: cut, doubled, flipped, overwritten, spoilt by text."""
    file = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(file)))
        length = draw(st.sampled_from([1, 1, 2, 4, 8, 64, 1000]))
        accident = draw(st.sampled_from(["cut", "drop", "double", "flip", "bytes", "text"]))
        if accident == "cut":
            del file[at:]
        elif accident == "drop":
            del file[at : at + length]
        elif accident == "double":
            file[at:at] = file[at : at + length]
        elif accident == "flip" and at < len(file):
            file[at] ^= 1 << draw(st.integers(0, 7))
        elif accident == "bytes":
            file[at : at + length] = draw(st.binary(min_size=0, max_size=length))
        elif accident == "text":
            file[at:at] = draw(st.sampled_from(NASTY)).encode()
    return bytes(file)


CELLS = st.one_of(
    st.sampled_from(NASTY), st.floats().map(str), st.integers().map(str), st.text(max_size=5)
)


def table(separator: str) -> st.SearchStrategy[bytes]:
    """Lines of whatever cells, of whatever lengths."""
    line = st.lists(CELLS, max_size=6).map(separator.join)
    ending = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
    text = st.tuples(st.lists(line, max_size=6), ending).map(lambda t: t[1].join(t[0]))
    return text.map(lambda t: t.encode("utf-8", errors="surrogatepass"))


TAGS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("@problemName", "@univariate", "@dimensions", "@equalLength", "@seriesLength"),
                *("@classLabel", "@targetLabel", "@timeStamps", "@missing", "@data", "@", "#"),
            ]
        ),
        st.one_of(st.sampled_from(["true", "false", "", "true a b", "4", "-1"]), CELLS),
    ).map(" ".join),
    max_size=8,
).map("\n".join)


def ts_text() -> st.SearchStrategy[bytes]:
    """Headers of whatever tags before lines of whatever channels."""
    case = st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=4).map(":".join)
    body = st.lists(case, max_size=5).map("\n".join)
    return st.tuples(TAGS, body).map(
        lambda t: f"{t[0]}\n@data\n{t[1]}\n".encode("utf-8", errors="surrogatepass")
    )


@st.composite
def npy(draw: Any) -> bytes:
    """A header that tells of any shape and type, before values of any number."""
    shape = draw(st.lists(st.integers(-1, 2**62) | st.integers(0, 9), max_size=4).map(tuple))
    descr = draw(
        st.sampled_from(["<f8", "<f4", ">i2", "|b1", "|O", "<c16", "<U9", "|V3", "<M8[s]", "x"])
    )
    header = draw(
        st.one_of(
            st.just({"descr": descr, "fortran_order": draw(st.booleans()), "shape": shape}),
            st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
        )
    )
    text = draw(st.one_of(st.just(repr(header)), st.just("(" * 3000), st.text(max_size=30)))
    encoded = text.encode("latin-1", errors="replace") + b"\n"
    version = draw(
        st.sampled_from([b"\x01\x00", b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x09"])
    )
    size = struct.pack("<H" if version[:1] == b"\x01" else "<I", len(encoded))
    return b"\x93NUMPY" + version + size + encoded + draw(st.binary(max_size=200))


@st.composite
def npz(draw: Any) -> bytes:
    """Archives with arrays of any kind under any name."""
    stream = io.BytesIO()
    names = draw(
        st.lists(st.sampled_from(["X.npy", "y.npy", "X", "../X.npy", "é.npy"]), max_size=3)
    )
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dict.fromkeys(names):
            archive.writestr(name, draw(npy() | st.just(valid(".npy"))))
    return draw(damaged(stream.getvalue()) | st.just(stream.getvalue()))


@st.composite
def wav(draw: Any) -> bytes:
    """RIFF headers with any numbers in them."""
    small = st.sampled_from([0, 1, 2, 3, 4, 8, 16, 24, 32, 64, 65535])
    form = struct.pack(
        "<HHIIHH",
        draw(st.sampled_from([1, 1, 1, 3, 0xFFFE])),
        draw(small),
        draw(st.integers(0, 2**32 - 1)),
        draw(st.integers(0, 2**32 - 1)),
        draw(small),
        draw(small),
    )
    content = draw(st.binary(max_size=300))
    told = draw(st.one_of(st.just(len(content)), st.integers(0, 2**32 - 1)))
    body = b"WAVEfmt " + struct.pack("<I", draw(st.sampled_from([16, 16, 14, 2**31]))) + form
    body += b"data" + struct.pack("<I", told) + content
    return b"RIFF" + struct.pack("<I", draw(st.sampled_from([len(body), 0, 2**32 - 1]))) + body


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(NASTY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NASTY), inner),
    max_leaves=5,
)


@st.composite
def run_folder(draw: Any) -> dict[str, bytes]:
    """The files of a saved model, one or more of them damaged or forged with a right digest."""
    files = valid_model()
    way = draw(st.sampled_from(["damaged", "forged", "forged", "forged"]))
    if way == "damaged":
        name = draw(st.sampled_from(sorted(files)))
        files[name] = draw(damaged(files[name]))
        return files
    data = json.loads(files["config.json"])
    for _ in range(draw(st.integers(1, 3))):
        _forge(draw, data)
    data["configuration_sha256"] = digest(data)
    files["config.json"] = json.dumps(data).encode()
    return files


def _forge(draw: Any, data: Any) -> None:
    """Replace, remove or rename one entry somewhere in a configuration."""
    while True:
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        deeper = isinstance(data[key], (dict, list)) and draw(st.integers(0, 3))
        if deeper:
            data = data[key]
            continue
        change = draw(st.sampled_from(["value", "number", "remove", "add"]))
        if change == "value":
            data[key] = draw(JSON_VALUES)
        elif change == "number":
            data[key] = draw(st.sampled_from([0, -1, 1, 2, 10**9, 10**18, 0.5, 1e308]))
        elif change == "remove":
            del data[key]
        elif isinstance(data, dict):
            data[draw(st.sampled_from(["type", "n_layers", "bins", "x"]))] = draw(JSON_VALUES)
        return


def valid_model() -> dict[str, bytes]:
    """The files of a saved model as they should be."""
    return {file.name: file.read_bytes() for file in MODEL.iterdir()}


def forgeries(values: list[float]) -> Iterator[dict[str, bytes]]:
    """Saved models in which one number of the configuration is another, with a right digest."""
    files = valid_model()
    for place in _numbers(json.loads(files["config.json"])):
        for value in values:
            data = json.loads(files["config.json"])
            inner = data
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = value
            data["configuration_sha256"] = digest(data)
            yield files | {"config.json": json.dumps(data).encode()}


def _numbers(data: Any) -> Iterator[tuple[Any, ...]]:
    """Where the numbers of a configuration stand."""
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        if isinstance(value, (dict, list)):
            yield from ((key, *rest) for rest in _numbers(value))
        elif type(value) in (int, float):
            yield (key,)
