"""What the picture of an evolution shows, read back from the axes."""

from dataclasses import replace

import matplotlib
import numpy as np
import pytest

from physembed.explain.figures import evolution_figure
from physembed.propagation.evolution import Evolution
from physembed.propagation.scenes import SCENES
from physembed.propagation.simulation import simulate


@pytest.fixture(scope="module")
def soliton() -> Evolution:
    return simulate(replace(SCENES["nonlinear-schrodinger"], pulse="soliton", steps=50))


def axes_by_label(figure):
    """The axes of maps and profiles, without the colour bars."""
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def test_maps_are_centred_on_the_grid_and_hold_the_intensity(soliton) -> None:
    figure = evolution_figure(soliton, title="a soliton")
    images = [axes.images[0] for axes in axes_by_label(figure) if axes.images]
    assert len(images) == 2
    np.testing.assert_array_equal(images[0].get_array(), soliton.intensity.numpy())
    low, high, bottom, top = images[0].get_extent()
    n_points = soliton.grid.n_points
    # the middle of the pixel of t = 0
    middle = low + (n_points // 2 + 0.5) * (high - low) / n_points
    assert middle == pytest.approx(0.0, abs=1e-12)
    assert (bottom + top) / 2 == pytest.approx(soliton.z.mean().item())
    decibels = images[1].get_array()
    assert decibels.max() == pytest.approx(0.0)
    assert images[1].get_clim() == (-40.0, 0.0)
    assert figure.get_suptitle() == "a soliton"


def test_profiles_are_what_enters_and_leaves(soliton) -> None:
    figure = evolution_figure(soliton)
    (profile,) = [axes for axes in axes_by_label(figure) if axes.get_ylabel() == "|E|²"]
    lines = {line.get_label(): line.get_ydata() for line in profile.lines}
    np.testing.assert_array_equal(lines["in"], soliton.intensity[0].numpy())
    np.testing.assert_array_equal(lines["out"], soliton.intensity[-1].numpy())
    assert profile.get_xlabel() == "t (grid units)"
    low, high = profile.get_xlim()
    # sech^2 is above 0.3 % of its peak for |t| < 3.6; the window reaches to 10
    assert -5 < low < -3.6 < 3.6 < high < 5


def test_every_channel_has_its_maps_and_lines() -> None:
    coupled = simulate(replace(SCENES["coupled-nonlinear-schrodinger"], steps=20, length=1.0))
    figure = evolution_figure(coupled, coordinate="x", frequency="k")
    titles = [axes.get_title(loc="left") for axes in axes_by_label(figure) if axes.images]
    assert titles == [
        "channel 1: intensity |E|²",
        "channel 1: spectrum / dB",
        "channel 2: intensity |E|²",
        "channel 2: spectrum / dB",
    ]
    labels = {line.get_label() for axes in axes_by_label(figure) for line in axes.lines}
    assert labels == {f"{part}, channel {k}" for part in ("in", "out") for k in (1, 2)}
    assert {axes.get_xlabel() for axes in axes_by_label(figure)} >= {
        "x (grid units)",
        "k (rad per grid unit of x)",
    }


def test_matplotlib_is_left_as_it_was(soliton) -> None:
    before = dict(matplotlib.rcParams)
    evolution_figure(soliton)
    assert dict(matplotlib.rcParams) == before
