"""Differences between settings are named."""

from physembed.experiments.effort import measured
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


def test_effort_counts_seconds_and_the_largest_memory() -> None:
    def fill() -> int:
        # touched, or the system would not give it
        return len(bytearray(b"x") * 50_000_000)

    size, effort = measured(fill)
    assert size == 50_000_000
    assert 0 < effort.seconds < 60
    if effort.peak_bytes is not None:
        # at least what was filled, at most a few copies of it
        assert 50_000_000 * 0.9 < effort.peak_bytes < 250_000_000
        half = effort.shared(2)
        assert (half.seconds, half.peak_bytes) == (effort.seconds / 2, effort.peak_bytes // 2)


def test_memory_that_was_freed_before_counts_again() -> None:
    def fill() -> int:
        # many pieces below the size from which on an allocator gives memory back at once
        return sum(map(len, [bytearray(b"x") * 100_000 for _ in range(500)]))

    efforts = [measured(fill)[1] for _ in range(3)]
    for effort in efforts:
        assert effort.peak_bytes is None or effort.peak_bytes > 30_000_000
