"""The page of interpretation says what the records say, and shows pictures that are there."""

import re
from pathlib import Path

from physembed._generated_blocks import as_block, read_block
from physembed.explain.documents import blocks

ROOT = Path(__file__).parents[2]


def test_every_generated_block_agrees_with_what_writes_it() -> None:
    """Mended by ``make docs``."""
    for (page, name), content in blocks(ROOT).items():
        assert read_block(page, name) == as_block(content()), f"{page.name}: {name}"


def test_every_picture_of_the_page_is_there_and_said_in_words() -> None:
    page = ROOT / "docs" / "interpretation.md"
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", page.read_text("utf-8"))
    assert len(pictures) > 10
    for words, place in pictures:
        assert len(words) > 40
        assert (page.parent / place).is_file(), place


def test_the_committed_study_covers_the_truth_in_nine_trials_of_ten() -> None:
    import json

    record = json.loads((ROOT / "results" / "recovery" / "coverage.json").read_text("utf-8"))
    nlse = record["channels"]["nlse"]
    assert nlse["n_trials"] == 100
    assert nlse["n_pairs"] == 64
    assert nlse["decibels"] == 30.0
    for found in nlse["coefficients"].values():
        assert found["covered"] >= 90
        assert found["largest_relative_error"] < 0.02
