"""What is told of open questions: ratios of errors, and choices that families make for another."""

from typing import Any

from studies.documents.novelty_tables import novelty_table
from studies.documents.question_tables import pools_table
from studies.novelty import LEVELS
from studies.other_pools import CHANNELS


def _answers(**errors: float) -> dict[str, Any]:
    told = {"": 1.0, **errors}
    return {name: {"error": error, "accuracy": 0.5} for name, error in told.items()}


def test_a_change_serves_a_family_where_the_others_would_make_it() -> None:
    """Good for two families, bad for the third; and of channels, good for both."""
    media = {"dispersion x 0.5": 1.0, "dispersion x 2": 1.0, "delay x 0.7": 1.0, "delay x 1.4": 1.0}
    records = [
        {"dataset": name, "family": name, "answers": _answers(kerr=error) | _answers(**media)}
        for name, error in (("a", 0.5), ("b", 0.5), ("c", 2.0))
    ]
    for record, error in zip(records, (0.5, 0.5, 2.0), strict=True):
        record["answers"]["kerr"] = {"error": error, "accuracy": 0.6}
    for name in ("d", "e"):
        answers = _answers(differences=0.25)
        records.append({"dataset": name, "family": CHANNELS, "answers": answers})
    table = pools_table(records)
    # of a and b, each with c, the mean of the logarithms is zero: c alone is decided for, and badly
    assert "| kerr | 3 | 0.794 | 2 | +10.0 | 0 of 3 |" in table
    assert "| differences | 2 | 0.250 | 2 | +0.0 | 2 of 2 |" in table


def test_what_was_aimed_at_and_missed_is_said() -> None:
    def told(noticed: float, error: float) -> dict[str, Any]:
        below = {str(level): noticed for level in LEVELS}
        errors = {"calibration_error": error, "calibration_error_of_scores": 0.5}
        return {"below": below, "accuracy": 0.75, **errors}

    kinds = dict.fromkeys(("noisy", "dead", "dead, with noise", "one channel dead"), told(1, 0.5))
    record = {"dataset": "a", "model": "m", **kinds}
    record |= {"clean": told(0.01, 0.04), "drifted": told(0.9, 0.05)}
    table = novelty_table([record])
    assert (
        "| `m` | clean | 75.0 | 1.0 |  |  | 0.040 | 0.03 | 0.500 | 0.040 a | error over by 0.010"
        in table
    )
    assert "| 0.050 | 0.1 | 0.500 | 0.050 a | noticed short by 5.0 |" in table
