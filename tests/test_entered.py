"""How much of the library a reader has to open to follow one fit, prediction or propagation."""

import json
from pathlib import Path

import pytest

from studies.entered import counted

RECORD = Path(__file__).parent.parent / "results" / "house" / "entered.json"
OF_MEMORY = 3
"""Functions more that a step enters where the pool of buffers happens to be empty or full."""

Functions = dict[str, list[str]]


@pytest.fixture(scope="module")
def counts() -> dict[str, Functions]:
    return counted()


@pytest.mark.parametrize("work", ["fit", "predict", "propagate", "propagate, lie"])
def test_no_more_is_entered_than_is_on_record(work: str, counts: dict[str, Functions]) -> None:
    """Whoever needs more writes the record anew, and the page shows it."""
    known, now = json.loads(RECORD.read_text("utf-8"))["functions"][work], counts[work]
    assert len(now) <= len(known), sorted(set(now) - set(known))
    more = [f for file in now for f in now[file] if f not in known.get(file, ())]
    assert sum(map(len, now.values())) <= sum(map(len, known.values())) + OF_MEMORY, more


def test_what_is_entered_is_told_by_file_and_function(counts: dict[str, Functions]) -> None:
    assert "propagate" in counts["propagate"]["propagation/propagate.py"]
    assert (
        "PhysicalEmbeddingNetwork.features"
        in (counts["predict"]["networks/physical_embedding_network.py"])
    )
