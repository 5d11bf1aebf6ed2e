"""The records that are committed are what a reproduction goes on from."""

from pathlib import Path

from physembed.experiments.grid.records import KEYS
from physembed.experiments.reproduction.archive import (
    ARCHIVE,
    finished_records,
    read_archive,
    restore,
)

COMMITTED = Path(__file__).parents[3] / "results" / "reproduction" / ARCHIVE


def test_the_committed_archive_will_do_to_go_on_from(tmp_path: Path) -> None:
    records = read_archive(COMMITTED)["records"]
    assert restore(COMMITTED, tmp_path) == len(records) > 0
    there = finished_records(tmp_path)
    assert len(there) == len(records)
    known = {(r["dataset"], r["split"], r["model"], r["seed"], r["fold"]): r for r in records}
    for record in there:
        earlier = known[
            record["dataset"], record["split"], record["model"], record["seed"], record["fold"]
        ]
        assert all(record[key] == earlier[key] for key in KEYS if key in earlier)
    assert restore(COMMITTED, tmp_path) == 0
