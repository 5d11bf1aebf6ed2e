"""Files as people write them, of two classes: what a sine of period 8 and one of period 5 are."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.io import wavfile

N_CASES, N_TIMEPOINTS = 10, 16
LABELS = np.array(["ok", "worn"])[np.arange(N_CASES) % 2]
X = np.round(
    np.sin(
        2 * np.pi * np.arange(N_TIMEPOINTS) / np.where(LABELS == "ok", 8, 5)[:, np.newaxis]
        + np.arange(N_CASES)[:, np.newaxis]
    ),
    3,
)
"""Shape (cases, timepoints)."""
WIDE = pd.DataFrame(X, columns=[f"t{k}" for k in range(N_TIMEPOINTS)]).assign(state=LABELS)
SECONDS = np.arange(X.size) / 100
RECORDING = pd.DataFrame(
    {"time": SECONDS, "ax": X.ravel(), "ay": -X.ravel(), "state": np.repeat(LABELS, N_TIMEPOINTS)}
)
"""All cases after each other, 100 a second."""
LONG = RECORDING.assign(window_id=np.repeat(np.arange(N_CASES), N_TIMEPOINTS))

SAME_WIDE = {"label": "state"}
CUT = {"label": "state", "window": N_TIMEPOINTS, "time": "time"}


def written(folder: Path, name: str) -> Path:
    """Write the file, or folder, of a name."""
    write, _, _ = FILES[name]
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    write(path)
    return path


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode(encoding)) and None


def _german(frame: pd.DataFrame, **options: object) -> str:
    return frame.to_csv(index=False, sep=";", decimal=",", **options)


def _dated(form: str, **options: object) -> pd.DataFrame:
    times = pd.Timestamp("2024-12-31 23:59:59", **options) + pd.to_timedelta(SECONDS, unit="s")
    frame = RECORDING.copy()
    frame["time"] = times.strftime(form) if form else [t.isoformat() for t in times]
    return frame


def _of_machines() -> pd.DataFrame:
    """Two recordings in one table, whose clocks begin anew."""
    half = len(RECORDING) // 2
    times = np.tile(SECONDS[:half], 2)
    return RECORDING.assign(machine=np.repeat(["press 1", "press 2"], half), time=times)


def _in_two_columns() -> pd.DataFrame:
    """As a logger writes it: 31.12.2024 and 23:59:59,000."""
    day, hour = (_dated(form)["time"] for form in ("%d.%m.%Y", "%H:%M:%S,%f"))
    return RECORDING.drop(columns="time").assign(Uhrzeit=hour, Datum=day)


def _arrays(path: Path) -> None:
    for case, label in enumerate(LABELS):
        (path / label).mkdir(parents=True, exist_ok=True)
        np.save(path / label / f"{case}.npy", X[case])


def _npz(path: Path) -> None:
    np.savez(path, X=X[:, np.newaxis], y=LABELS)


def _wavs(path: Path) -> None:
    for case, label in enumerate(LABELS):
        (path / label).mkdir(parents=True, exist_ok=True)
        wavfile.write(path / label / f"{case}.wav", 100, X[case].astype("f4"))
    (path / "ok" / "Thumbs.db").write_bytes(b"\x00")


def _csvs(path: Path) -> None:
    for case, label in enumerate(LABELS):
        (path / label).mkdir(parents=True, exist_ok=True)
        part = RECORDING.iloc[case * N_TIMEPOINTS : (case + 1) * N_TIMEPOINTS]
        part.drop(columns="state").to_csv(path / label / f"{case}.csv", index=False)


def _ts(path: Path) -> None:
    rows = [",".join(map(str, row)) + f":{y}" for row, y in zip(X.tolist(), LABELS, strict=True)]
    path.write_text("@univariate true\n@classLabel true ok worn\n@data\n" + "\n".join(rows) + "\n")


def _arff(path: Path) -> None:
    head = "@relation r\n" + "".join(f"@attribute t{k} numeric\n" for k in range(N_TIMEPOINTS))
    rows = [",".join(map(str, row)) + f",{y}" for row, y in zip(X.tolist(), LABELS, strict=True)]
    path.write_text(head + "@attribute class {ok,worn}\n@data\n" + "\n".join(rows) + "\n")


FILES: dict[str, tuple[Callable[[Path], None], dict[str, object], int]] = {
    "plain.csv": (lambda p: WIDE.to_csv(p, index=False), SAME_WIDE, 1),
    "with an index.csv": (WIDE.to_csv, SAME_WIDE, 1),
    "german.csv": (_text(_german(WIDE)), SAME_WIDE, 1),
    "byte order mark.csv": (_text(_german(WIDE), "utf-8-sig"), SAME_WIDE, 1),
    "unicode text.txt": (_text(WIDE.to_csv(index=False, sep="\t"), "utf-16"), SAME_WIDE, 1),
    "windows.csv": (
        _text(_german(WIDE.rename(columns={"state": "Gerät"})), "cp1252"),
        {"label": "Gerät"},
        1,
    ),
    "excel says sep.csv": (_text("sep=;\r\n" + _german(WIDE, lineterminator="\r\n")), SAME_WIDE, 1),
    "trailing separators.csv": (
        _text("".join(line + ";\n" for line in _german(WIDE).splitlines())),
        SAME_WIDE,
        1,
    ),
    "every cell quoted.csv": (lambda p: WIDE.to_csv(p, index=False, quoting=1), SAME_WIDE, 1),
    "label found by rule.csv": (
        lambda p: WIDE.rename(columns={"state": "class"}).to_csv(p, index=False),
        {},
        1,
    ),
    "tabs.tsv": (lambda p: WIDE.to_csv(p, index=False, sep="\t"), SAME_WIDE, 1),
    "wide.parquet": (WIDE.to_parquet, SAME_WIDE, 1),
    "recording.csv": (lambda p: RECORDING.to_csv(p, index=False), CUT, 2),
    "machines after each other.csv": (
        lambda p: _of_machines().to_csv(p, index=False),
        CUT | {"case": "machine"},
        2,
    ),
    "machines by turns.csv": (
        lambda p: _of_machines().sort_values("time", kind="stable").to_csv(p, index=False),
        CUT | {"case": "machine"},
        2,
    ),
    "recording with dates.csv": (
        lambda p: _dated("%Y-%m-%d %H:%M:%S.%f").to_csv(p, index=False),
        CUT,
        2,
    ),
    "zone.csv": (lambda p: _dated("", tz="Europe/Berlin").to_csv(p, index=False), CUT, 2),
    "german dates.csv": (
        _text(_german(_dated("%d.%m.%Y %H:%M:%S,%f"))),
        CUT,
        2,
    ),
    "days and times of day.csv": (
        lambda p: p.write_text(_german(_in_two_columns())) and None,
        {"label": "state", "window": N_TIMEPOINTS, "time": None},
        2,
    ),
    "time that has passed.csv": (
        lambda p: RECORDING.assign(time=pd.to_timedelta(SECONDS, unit="s")).to_csv(p, index=False),
        CUT,
        2,
    ),
    "nullable.parquet": (
        lambda p: (
            RECORDING.convert_dtypes()
            .assign(state=RECORDING["state"].astype("category"))
            .to_parquet(p)
        ),
        CUT,
        2,
    ),
    "milliseconds.csv": (
        lambda p: (
            RECORDING.assign(time=1000 * SECONDS)
            .rename(columns={"time": "time [ms]"})
            .to_csv(p, index=False)
        ),
        CUT | {"time": "time [ms]"},
        2,
    ),
    "recording.feather": (RECORDING.to_feather, CUT, 2),
    "long.csv": (
        lambda p: LONG.to_csv(p, index=False),
        {"label": "state", "case": "window_id"},
        2,
    ),
    "newest first.csv": (
        lambda p: LONG.iloc[::-1].to_csv(p, index=False),
        {"label": "state", "case": "window_id", "time": "time"},
        2,
    ),
    "arrays.npz": (_npz, {}, 1),
    "set.ts": (_ts, {}, 1),
    "set.arff": (_arff, {}, 1),
    "recordings": (_wavs, {}, 1),
    "tables of each class": (_csvs, {}, 2),
    "arrays of each class": (_arrays, {}, 1),
}
"""How each is written, what is said of it, and its channels."""
