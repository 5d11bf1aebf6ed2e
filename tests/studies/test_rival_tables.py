"""Tables of bytes, teachers and rivals, from records made by hand."""

from typing import Any

from studies.documents.packed_tables import packed_table
from studies.documents.rival_tables import rivals_table
from studies.documents.teacher_tables import both_teachers_table

SETS = ("A", "B", "C")


def student(asked: int, bits: int, accuracy: float) -> dict[str, Any]:
    bytes_of_parts = dict.fromkeys(("of_places", "of_records", "of_readout"), 10)
    more = dict.fromkeys(("by_zlib", "as_floats", "eight_each"), 50)
    said = {"0": accuracy, "0.03": accuracy - 0.1}
    of_size = {"asked": asked, "bits": bits, "weights": asked + 1, "bytes": 34}
    return {**of_size, "accuracy": said, **bytes_of_parts, **more}


def records(accuracy: float, *, bits: int = 32, asked: int = 1120) -> list[dict[str, Any]]:
    lesson = {"robustness": 0.03, "students": [student(asked, bits, accuracy)]}
    return [{"dataset": name, "fold": 0, "lessons": [lesson]} for name in SETS]


def test_bytes_are_told_with_their_parts() -> None:
    row = packed_table(records(0.9, bits=4)).strip().splitlines()[-1]
    assert row == "| 1,120 | 3 % | 1,121 | 4 | 90.00 | 34 | 10 | 10 | 10 | 50 | 50 | 50 |"


def test_teachers_are_compared_set_by_set() -> None:
    table = both_teachers_table(records(0.95), records(0.9))
    assert table.strip().splitlines()[-1] == (
        "| 1,120 | 3 % | 1,121 | 90.00 | 95.00 | 3 / 0 / 0 | 0.25 | 85.00 |"
    )


def test_rivals_are_compared_where_all_were_measured() -> None:
    """QUANT lacks a set, and has no weights to tell."""
    quant = [
        {"dataset": name, "model": "QUANT", "weights": None, "accuracy": {"all test cases": 0.95}}
        for name in SETS[:2]
    ]
    known = {"frontier": records(0.9), "disturbances": quant}
    nothing: dict[str, Any] = {key: [] for key in ("rivals", "resampled_rivals", "benchmark")}
    told, *_, best, last = rivals_table({**nothing, **known}).strip().splitlines()
    assert told.startswith("2 data sets")
    assert best == "| QUANT |  | 95.00 | 0 / 0 / 2 | 0.5 |"
    assert last == "| `compact`, 1,120 detectors | 1,121 | 90.00 |  |  |"
