"""Budgets of a choice: of detectors, of weights, of bytes."""

import pytest

import physembed as pe
from physembed.training.selection.settings import SelectionSettings


@pytest.mark.parametrize("bits", [4, 8, 32])
def test_a_budget_of_bytes_allows_no_more_than_places_and_weights_leave(bits: int) -> None:
    """Of three classes, two rows; the rest is known when detectors are chosen."""
    n_detectors = SelectionSettings(max_bytes=5000, weight_bits=bits).n_detectors(3)
    assert 2 * n_detectors * bits / 8 < 5000 < 2 * n_detectors * bits / 8 + n_detectors


@pytest.mark.parametrize(("n_outputs", "rows"), [(1, 1), (2, 1), (5, 4)])
def test_a_budget_of_weights_counts_rows_and_biases(n_outputs: int, rows: int) -> None:
    n_detectors = SelectionSettings(readout_weights=250).n_detectors(n_outputs)
    assert rows * (n_detectors + 1) <= 250 < rows * (n_detectors + 2)


def test_without_a_budget_there_are_1120() -> None:
    assert SelectionSettings().n_detectors(2) == 1120
    assert SelectionSettings(detectors=7).n_detectors(2) == 7


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SelectionSettings(detectors=0), "detectors must be a positive integer or None"),
        (
            lambda: SelectionSettings(detectors=5, max_bytes=300),
            "one budget is enough, got detectors=5 and max_bytes=300",
        ),
        (lambda: SelectionSettings(weight_bits=1), "weight_bits must be one of 4, 8, 32, got 1"),
        (lambda: SelectionSettings(robustness=-0.1), "robustness must be zero or a positive"),
        (
            lambda: SelectionSettings(readout_weights=5).n_detectors(4),
            "readout_weights must be at least 6 for 4 classes, which is one detector, got 5",
        ),
        (
            lambda: SelectionSettings(max_bytes=116).n_detectors(15),
            "max_bytes must be at least 117 for 15 classes and weights of 32 bits.*, got 116",
        ),
        (
            lambda: SelectionSettings(max_bytes=13, weight_bits=4).n_detectors(1),
            "max_bytes must be at least 14 for a regression and weights of 4 bits.*, got 13",
        ),
    ],
)
def test_what_is_no_budget_is_named(make, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        make()
