"""What the picture of an evolution describes."""

from dataclasses import replace

import numpy as np
import pytest

from physembed.charts import Lines, Map
from physembed.evolution.evolution import Evolution
from physembed.evolution.picture import evolution_chart
from physembed.evolution.scenes import SCENES
from physembed.evolution.simulation import simulate


@pytest.fixture(scope="module")
def soliton() -> Evolution:
    return simulate(replace(SCENES["nonlinear-schrodinger"], pulse="soliton", steps=50))


def test_maps_hold_intensity_and_spectrum_on_the_grid(soliton: Evolution) -> None:
    chart = evolution_chart(soliton, title="a soliton")
    assert chart.title == "a soliton"
    intensity, spectrum = chart.panels[:2]
    assert isinstance(intensity, Map) and isinstance(spectrum, Map)
    np.testing.assert_array_equal(intensity.values, soliton.intensity.numpy())
    np.testing.assert_array_equal(intensity.x, soliton.grid.t.numpy())
    np.testing.assert_array_equal(intensity.y, soliton.z.numpy())
    assert spectrum.values.max() == pytest.approx(0.0)
    assert spectrum.colours == (-40.0, 0.0)


def test_profiles_are_what_enters_and_leaves(soliton: Evolution) -> None:
    profile = evolution_chart(soliton).panels[2]
    assert isinstance(profile, Lines) and profile.x_range is not None
    lines = {line.label: line.y for line in profile.lines}
    np.testing.assert_array_equal(lines["in"], soliton.intensity[0].numpy())
    np.testing.assert_array_equal(lines["out"], soliton.intensity[-1].numpy())
    assert profile.x_label == "t (grid units)"
    low, high = profile.x_range
    # sech^2 is above 0.3 % of its peak for |t| < 3.6; the window reaches to 10
    assert -5 < low < -3.6 < 3.6 < high < 5


def test_every_channel_has_its_maps_and_lines() -> None:
    coupled = simulate(replace(SCENES["coupled-nonlinear-schrodinger"], steps=20, length=1.0))
    chart = evolution_chart(coupled, coordinate="x", frequency="k")
    assert [panel.title for panel in chart.panels if isinstance(panel, Map)] == [
        "channel 1: intensity |E|²",
        "channel 1: spectrum",
        "channel 2: intensity |E|²",
        "channel 2: spectrum",
    ]
    for panel in chart.panels[-2:]:
        assert isinstance(panel, Lines)
        assert {line.label for line in panel.lines} == {
            f"{part}, channel {k}" for part in ("in", "out") for k in (1, 2)
        }
        assert len({(line.colour, line.dash) for line in panel.lines}) == 4
    assert {panel.x_label for panel in chart.panels} == {
        "x (grid units)",
        "k (rad per grid unit of x)",
    }
