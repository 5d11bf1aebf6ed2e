"""The pages of interpretation show pictures that are there, and the study behind it is sound."""

import re
from pathlib import Path

from studies.worked_examples import WORKED

ROOT = Path(__file__).parents[2]


def test_every_picture_of_the_worked_examples_is_there_and_said_in_words() -> None:
    pages = [ROOT / "docs" / page for page in WORKED.values()]
    texts = "\n".join(page.read_text("utf-8") for page in pages)
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", texts)
    assert len(pictures) > 10
    for words, place in pictures:
        assert len(words) > 40
        assert (ROOT / "docs" / place).is_file(), place


def test_the_committed_study_covers_the_truth_in_nine_trials_of_ten() -> None:
    import json

    record = json.loads((ROOT / "results" / "recovery" / "condensate.json").read_text("utf-8"))
    condensate = record["channels"]["gpe"]
    assert condensate["n_trials"] == 25
    assert condensate["n_pairs"] == 24
    assert condensate["decibels"] == 30.0
    for recovered in condensate["coefficients"].values():
        assert recovered["covered"] >= 23
        assert recovered["largest_relative_error"] < 0.02
