"""What disturbs a model: measured once, told by its card, read back and drawn from there."""

import numpy as np
import pytest

from physembed.charts import Bars, Lines
from physembed.explain.figures.disturbances import disturbed_chart
from physembed.explain.robustness import BITS, CONVERTERS, NOISE_LEVELS, SHIFTS, Robustness

N_CASES, N_TIMEPOINTS = 40, 50


class _ByPeak:
    """Says "high" of a series whose greatest value is above a threshold."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def predict(self, X: np.ndarray) -> np.ndarray:
        return np.where(np.nanmax(X, axis=(1, 2)) > self.threshold, "high", "low")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Robustness:
    # a peak has no readout to be rounded
    monkeypatch.setattr(
        "physembed.explain.robustness._rounded", lambda classifier, bits: classifier
    )
    y = np.array(["low", "high"] * (N_CASES // 2))
    X = np.zeros((N_CASES, 1, N_TIMEPOINTS))
    X[:, 0, -1] = np.where(y == "high", 1.0, 0.8)
    return Robustness.of(_ByPeak(0.9), X, y, " that it was trained on")


def test_what_the_card_tells_is_what_was_measured(measured: Robustness) -> None:
    assert measured.right["as they are"] == 1.0
    # a gain of a half at the end takes every peak below the threshold
    assert measured.right["gain falls to half"] == 0.5
    # a shift by one puts the last value out of sight
    assert measured.right["shifted by 1%"] == 0.5
    card = "\n".join(["# m", "", "Words.", "", *measured.lines(), "", "## What it does not know"])
    read = Robustness.in_card(card)
    assert read is not None
    assert read.cases == "40 cases that it was trained on"
    assert list(read.right) == list(measured.right)
    assert read.right == pytest.approx(measured.right, abs=5e-4)
    assert Robustness.in_card("# m\n\nNobody has said.\n") is None


def test_the_picture_has_every_row_of_the_table_once(measured: Robustness) -> None:
    chart = disturbed_chart(measured)
    noise, bits, moved, others = chart.panels
    drawn = []
    for panel, levels in ((noise, NOISE_LEVELS), (moved, SHIFTS)):
        assert isinstance(panel, Lines)
        np.testing.assert_allclose(panel.x, [0, *(100 * level for level in levels)])
        drawn += list(panel.lines[0].y[1:])
    assert isinstance(bits, Lines)
    assert bits.x == ["all", "8", "6", "4"]
    converter, readout = bits.lines
    assert np.isfinite(converter.y).sum() == 1 + len(CONVERTERS)
    assert np.isfinite(readout.y).sum() == 1 + len(BITS)
    drawn += [y for line in bits.lines for y in line.y[1:] if np.isfinite(y)]
    assert isinstance(others, Bars)
    drawn += list(others.series[0][1])[1:]
    undisturbed = {panel.lines[0].y[0] for panel in (noise, bits, moved)}
    assert undisturbed == {others.series[0][1][0]} == {100.0}
    told = [100 * right for words, right in measured.right.items() if words != "as they are"]
    np.testing.assert_allclose(sorted(drawn), sorted(told))


def test_its_sentence_names_the_worst_and_what_does_nothing() -> None:
    told = Robustness("9 cases", {"as they are": 0.9, "noise of 3%": 0.5, "shifted by 1%": 0.895})
    words = disturbed_chart(told).caption
    assert "Of 9 cases 90.0% are right. Least are with this: noise of 3%, 50.0%." in words
    assert "Less than a point is lost with: shifted by 1%." in words
    steady = Robustness("9 cases", {"as they are": 0.9, "noise of 3%": 0.9})
    assert "Nothing that was tried costs" in disturbed_chart(steady).caption
