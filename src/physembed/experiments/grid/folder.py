"""The folder of a comparison: whose it is, what it is called, one writer at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from physembed._files import one_writer, remove_temporaries, write_json_atomically
from physembed._version import __version__
from physembed.errors import RunFolderError
from physembed.experiments.grid.records import Record

FORMAT = "physembed-comparison"
SCHEMA = 1
MARKER = "comparison.json"
RECORDS = "records.json"
"""The records of a comparison, one for each run."""
BENCHMARK = "benchmark.json"
"""Those of a benchmark, with what was left out."""
FORMER_RESULTS = "results.json"
"""What earlier versions called the record of a single run, those of a comparison, and both."""
TABLE = "table.md"
FIGURES = "figures"
RUNS = "runs"
_LOCK = ".lock"
_WRITTEN = (RECORDS, BENCHMARK, FORMER_RESULTS, TABLE, FIGURES, RUNS)


def check_comparison_folder(out: Path) -> None:
    """Refuse a folder in which a comparison would overwrite something that is not one.

    Raises
    ------
    RunFolderError
        If ``out`` is a file, holds the results of something else, or is from a newer version.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise RunFolderError(f"{out} is a file; --out must be a folder.")
    marker = out / MARKER
    if not marker.exists():
        in_the_way = [n for n in _WRITTEN if (out / n).exists()]
        if in_the_way:
            raise RunFolderError(
                f"{out} holds {', '.join(in_the_way)} but no {MARKER}, so it is not the folder of "
                "a comparison and is left alone. Choose another --out."
            )
        return
    try:
        data = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{marker} is damaged: {error}. Choose another --out.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise RunFolderError(f"{marker} is not that of a comparison. Choose another --out.")
    if not isinstance(data.get("schema"), int) or data["schema"] > SCHEMA:
        raise RunFolderError(
            f"{out} was written by a newer physembed ({data.get('physembed_version')}). "
            "Update physembed, or choose another --out."
        )


@contextmanager
def opened_for_writing(out: Path, grid: dict[str, Any]) -> Iterator[None]:
    """Claim ``out`` for one comparison, described by ``grid``, while the block runs.

    What a killed comparison left half-written is removed on entry, and on exit.

    Raises
    ------
    RunFolderError
        If another process is writing there, or the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFolderError(f"{out} cannot be written: {error.strerror or error}.") from error
    busy = f"another physembed is writing into {out}; wait for it, or choose another --out."
    with one_writer(out / _LOCK, busy):
        remove_temporaries(out)
        write_json_atomically(
            out / MARKER,
            {"format": FORMAT, "schema": SCHEMA, "physembed_version": __version__, **grid},
        )
        try:
            yield
        finally:
            remove_temporaries(out)


def read_records(out: Path) -> list[Record]:
    """The records of a comparison.

    Raises
    ------
    RunFolderError
        If there are none that can be read.
    """
    if (out / BENCHMARK).exists():
        raise RunFolderError(f"{out} holds a benchmark, which keeps no models to look into.")
    names = (RECORDS, FORMER_RESULTS)
    file = next((out / name for name in names if (out / name).exists()), out / RECORDS)
    try:
        records = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{file} cannot be read: {error}.") from error
    if not isinstance(records, list):
        raise RunFolderError(f"{file} does not hold the records of a comparison.")
    return records


def write_results(file: Path, results: object) -> None:
    """Write what a grid came to, in place of what an earlier version called ``results.json``."""
    write_json_atomically(file, results)
    (file.parent / FORMER_RESULTS).unlink(missing_ok=True)
