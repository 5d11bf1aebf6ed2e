"""Whole trainings before and after: seconds beside those of transforms at the time."""

from typing import Any

from studies.training_times import BEFORE, NOW, times_table


def record(preset: str, code: str, fit_s: float, transform_us: float, **more: Any) -> Any:
    entry = {"preset": preset, "code": code, "fit_s": fit_s, "transform_us": transform_us}
    environment = {"processor": "a processor"}
    return {**entry, "accuracy": 0.9, "load": 1.0, "environment": environment, "seed": 0, **more}


def test_a_core_that_is_busy_is_not_taken_for_more_work() -> None:
    entries = [
        record("tiny", BEFORE, 200.0, 40.0),
        record("tiny", NOW, 50.0, 20.0),
        record("tiny", NOW, 100.0, 40.0, seed=1, accuracy=0.91),
        record("nlse", BEFORE, 30.0, 20.0),
    ]
    table = times_table(entries)
    assert f"| `tiny`, at `{BEFORE}` | 200 | 5.00 | 100% | 90.0 |" in table
    assert "| `tiny`, now | 75 | 2.50 | 50% | 90.0, 91.0 |" in table
    assert f"| two epochs of `nlse`, at `{BEFORE}` | 30 | 1.50 | 100% | 90.0 |" in table
    assert "Other trainings" not in table


def test_other_trainings_stand_by_themselves() -> None:
    divided = {"preset": "nlse", "fold": 0}
    shorter = {"max_epochs": 10, "batch_size": 16}
    entries = [
        record("tiny", NOW, 50.0, 20.0),
        {**divided, "seed": 0, "settings": {}, "accuracy": 0.88},
        {**divided, "seed": 1, "settings": {}, "accuracy": 0.90},
        {**divided, "seed": 0, "settings": {"max_epochs": 7}, "accuracy": 0.87},
        {**divided, "seed": 0, "settings": shorter, "accuracy": 0.87},
        {**divided, "seed": 1, "settings": shorter, "accuracy": 0.91},
    ]
    table = times_table(entries)
    assert "| `tiny`, now | 50 | 2.50 |  | 90.0 |" in table
    assert "| as it is | 2 | 89.0 |  |" in table
    assert "| `max_epochs=7` | 1 | 87.0 | -1.0 |" in table
    assert "| `max_epochs=10`, `batch_size=16` | 2 | 89.0 | +0.0 ± 1.0 |" in table
