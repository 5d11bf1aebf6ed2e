"""Differences between settings are named."""

from physembed.experiments.records import differing


def test_equal_records_do_not_differ() -> None:
    wanted = {"seed": 1, "settings": {"training": {"rate": 0.1}}}
    assert differing(wanted, wanted | {"accuracy": 0.5}) == []


def test_nested_and_missing_settings_are_named() -> None:
    wanted = {"seed": 1, "settings": {"preset": "nlse", "training": {"rate": 0.1}}}
    found = {"seed": 2, "settings": {"preset": "nlse", "training": {"rate": 0.1, "old": True}}}
    assert differing(wanted, found) == [
        "seed is 2 there and 1 here",
        "settings.training.old is true there and null here",
    ]


def test_long_values_are_cut() -> None:
    (difference,) = differing({"dataset_digest": "a" * 64}, {"dataset_digest": "b" * 64})
    assert len(difference) < 120
