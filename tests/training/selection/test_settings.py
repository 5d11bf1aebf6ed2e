"""Budgets of a choice: of detectors, of weights, of bytes."""

import pytest

import physembed as pe
from physembed.training.selection.settings import SelectionSettings


@pytest.mark.parametrize("n_outputs", [1, 2, 3, 17])
@pytest.mark.parametrize("budget", [300, 301, 1024, 5000])
@pytest.mark.parametrize("bits", [4, 8, 32])
def test_a_budget_of_bytes_is_used_to_the_last_detector(
    n_outputs: int, budget: int, bits: int
) -> None:
    settings = SelectionSettings(max_bytes=budget, weight_bits=bits)
    n_detectors = settings.n_detectors(n_outputs)
    assert settings.n_bytes(n_detectors, n_outputs) <= budget
    assert settings.n_bytes(n_detectors + 1, n_outputs) > budget


@pytest.mark.parametrize(("n_outputs", "rows"), [(1, 1), (2, 1), (5, 4)])
def test_a_budget_of_weights_counts_rows_and_biases(n_outputs: int, rows: int) -> None:
    n_detectors = SelectionSettings(readout_weights=250).n_detectors(n_outputs)
    assert rows * (n_detectors + 1) <= 250 < rows * (n_detectors + 2)


def test_bytes_are_those_of_weights_scales_biases_and_detectors() -> None:
    """Two rows of five weights: 2 x (5 x 4 bits, in 3 bytes, and 8) and 5 x 8; or all in full."""
    assert SelectionSettings(weight_bits=4).n_bytes(5, 3) == 2 * (3 + 8) + 5 * 8
    assert SelectionSettings().n_bytes(5, 3) == 2 * (5 * 4 + 4) + 5 * 10
    assert SelectionSettings(weight_bits=4).stored(5, 3) == {"bytes": 62, "weight_bits": 4}


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
            lambda: SelectionSettings(max_bytes=17).n_detectors(1),
            "max_bytes must be at least 18 for a regression, which is one detector, got 17",
        ),
    ],
)
def test_what_is_no_budget_is_named(make, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        make()
