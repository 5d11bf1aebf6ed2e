"""Charts are drawn as they are described, by matplotlib and by Plotly."""

import itertools
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread
from PIL import Image

from physembed.charts import (
    Animation,
    Bars,
    Chart,
    Cloud,
    Line,
    Lines,
    Map,
    Panel,
    Points,
    in_matplotlib,
    in_plotly,
    write_pictures,
)
from physembed.charts.arrays import bars_within, decibels, reduced
from physembed.errors import RunFolderError

X = np.linspace(0.0, 5.0, 6)
PANELS: dict[str, Panel] = {
    "map": Map("map", X, ["above", "below"], np.arange(12.0).reshape(2, 6), "unit"),
    "table": Map(
        "table",
        ["a", "b"],
        ["first", "second"],
        np.array([[1.0, -2.0], [3.0, 4.0]]),
        "unit",
        scale="diverging",
        downwards=True,
        written=np.array([[1, 2], [3, 4]]),
    ),
    "lines": Lines(
        "lines",
        X + 1,
        [
            Line("plain", X),
            Line("mean", X**2, band=(X, 2 * X), members=np.stack([X, 3 * X]), dash="dash"),
        ],
        logarithmic="x",
        marked=True,
        marks=((3.0, "here"),),
    ),
    "bars": Bars("bars", ["p", "q"], [("one", X[:2]), ("two", X[2:4])], errors=[X[:2], X[:2]]),
    "points": Points(
        "points",
        [Cloud("named", X + 1, X, names=list("abcdef"), spread=X / 9), Cloud("others", X + 2, X)],
        logarithmic="x",
        through=np.array([[1.0, 6.0], [0.0, 5.0]]),
    ),
    "film": Animation(
        "film",
        X,
        ["moving"],
        np.stack([[X * k] for k in range(12)]),
        [f"z = {k}" for k in range(12)],
    ),
}


def chart_of(*panels: Panel, **changes: object) -> Chart:
    return replace(Chart("chart", "title", "caption", "words", panels), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("panel", PANELS.values(), ids=list(PANELS))
def test_every_panel_is_drawn_by_both(panel: Panel) -> None:
    figure = in_matplotlib.draw(chart_of(panel))
    figure.draw_without_rendering()
    assert figure.axes[0].get_title(loc="left") == panel.title
    # the page's own heading says it there, and wraps
    assert in_plotly.draw(panel).layout.title.text is None


def test_maps_are_centred_on_their_places_and_tables_begin_on_top() -> None:
    axes = in_matplotlib.draw(chart_of(PANELS["map"])).axes[0]
    left, right, bottom, top = axes.images[0].get_extent()
    assert (left, right, bottom, top) == (-0.5, 5.5, -0.5, 1.5)
    table = in_matplotlib.draw(chart_of(PANELS["table"])).axes[0]
    low, high = table.get_ylim()
    assert low > high
    assert {t.get_text(): t.get_position() for t in table.texts}["4"] == (1, 1)
    assert in_plotly.draw(PANELS["table"]).layout.yaxis.autorange == "reversed"


def test_thin_members_stand_behind_a_thick_mean() -> None:
    axes = in_matplotlib.draw(chart_of(PANELS["lines"])).axes[0]
    widths = {line.get_label(): line.get_linewidth() for line in axes.lines}
    thin = [line.get_linewidth() for line in axes.lines if line.get_label().startswith("_child")]
    assert len(thin) == 3  # two members and the horizontal mark
    assert min(thin) < widths["plain"] < widths["mean"]


def test_a_legend_stands_below_its_panel_and_hides_nothing() -> None:
    figure = in_matplotlib.draw(chart_of(PANELS["lines"], PANELS["bars"]))
    figure.draw_without_rendering()
    for axes, names in zip(figure.axes, (["plain", "mean"], ["one", "two"]), strict=True):
        legend = axes.get_legend()
        assert legend is not None
        assert [text.get_text() for text in legend.get_texts()] == names
        box = legend.get_window_extent()
        assert box.y1 < axes.xaxis.get_tightbbox().y0
        assert box.y0 > 0
    assert not figure.legends


def test_panels_with_the_same_lines_share_one_legend() -> None:
    figure = in_matplotlib.draw(chart_of(PANELS["lines"], PANELS["lines"], PANELS["map"]))
    assert [len(legend.get_texts()) for legend in figure.legends] == [2]
    assert not any(axes.get_legend() for axes in figure.axes)


def test_maps_and_lines_above_each_other_are_as_wide() -> None:
    figure = in_matplotlib.draw(chart_of(PANELS["map"], PANELS["lines"], columns=1))
    above, _, below = (axes.get_position() for axes in figure.axes)
    assert (above.x0, above.x1) == pytest.approx((below.x0, below.x1))


@pytest.mark.slow
def test_names_stand_at_their_points_and_do_not_cover_each_other() -> None:
    price = np.array([320, 320, 330, 302, 154, 240_000, 200_000], dtype=float)
    accuracy = np.array([91.0, 90.75, 91.0, 90.8, 83.0, 91.5, 91.3])
    names = ["nlse", "gpe", "lattice", "linear", "spectral", "cnn", "minirocket"]
    spread = np.array([1.4, 0.4, 0, 0, 0, 0.7, 0])
    crowd = Points("", [Cloud("all", price, accuracy, names, spread)], logarithmic="x")
    figure = in_matplotlib.draw(chart_of(crowd, size=(6.8, 4.4)))
    figure.draw_without_rendering()
    axes = figure.axes[0]
    boxes = []
    for text, point in zip(axes.texts, zip(price, accuracy, strict=True), strict=True):
        # the words alone, without the line that leads to them
        box = matplotlib.text.Text.get_window_extent(text)
        x, y = axes.transData.transform(point)
        distance = np.hypot(max(box.x0 - x, 0, x - box.x1), max(box.y0 - y, 0, y - box.y1))
        led = text.arrow_patch.get_visible()
        assert distance < (30 if led else 10) * figure.dpi / 72
        boxes.append(box)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_long_titles_of_panels_are_wrapped_and_do_not_cover_each_other() -> None:
    line = Line("a", np.arange(3.0))
    panels = tuple(
        Lines(f"panel {k}: " + "time above the threshold of a slope, " * k, np.arange(3.0), [line])
        for k in range(6)
    )
    figure = in_matplotlib.draw(Chart("many", "many", "", "", panels, columns=3, size=(3.6, 2.6)))
    figure.draw_without_rendering()
    titles = [axes._left_title.get_window_extent() for axes in figure.axes]
    boxes = [axes.get_window_extent() for axes in figure.axes]
    for one, other in itertools.permutations(range(6), 2):
        assert not titles[one].overlaps(boxes[other])
        assert not titles[one].overlaps(titles[other])
    assert len({round(box.height) for box in boxes}) == 1


def test_further_lines_of_a_title_stand_plain_below_it() -> None:
    figure = in_matplotlib.draw(chart_of(PANELS["map"], title="what it is\nwhat there is to see"))
    assert figure.get_suptitle() == "what it is"
    assert [text.get_text() for text in figure.texts[1:]] == ["what there is to see"]


def test_pictures_have_150_dots_to_the_inch(tmp_path: Path) -> None:
    chart = chart_of(PANELS["lines"])
    png, svg = write_pictures(chart, tmp_path / "deep")
    width = in_matplotlib.draw(chart).get_figwidth()
    assert imread(png).shape[1] == pytest.approx(150 * width, abs=1)
    assert "<svg" in svg.read_text("utf-8")
    assert sorted(f.name for f in png.parent.iterdir()) == ["chart.png", "chart.svg"]


@pytest.mark.slow
def test_an_animation_is_written_as_a_film_too(tmp_path: Path) -> None:
    *_, gif = write_pictures(chart_of(PANELS["film"]), tmp_path)
    with Image.open(gif) as film:
        assert getattr(film, "n_frames", 1) == 12
        first = np.asarray(film.convert("L")).copy()
        duration = film.info["duration"]
        film.seek(11)
        assert (np.asarray(film.convert("L")) != first).any()
        # the last picture stays
        assert film.info["duration"] > 5 * duration
    assert not list(tmp_path.glob(".*"))


def test_what_cannot_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="cannot be written"):
        write_pictures(chart_of(PANELS["map"]), tmp_path / "file")


@pytest.mark.slow
def test_global_settings_of_matplotlib_stay_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    in_matplotlib.draw(chart_of(*PANELS.values()))
    assert dict(matplotlib.rcParams) == before


def test_bars_without_a_length_say_why() -> None:
    for values, words in (
        (np.zeros(2), "all are zero"),
        (np.full(2, np.nan), "no value is known"),
        (np.array([0.0, 1.0]), ""),
    ):
        bars = Bars("bars", ["p", "q"], [("one", values)], logarithmic=True)
        axes = in_matplotlib.draw(chart_of(bars)).axes[0]
        assert [text.get_text() for text in axes.texts] == [words]
        assert [a.text for a in in_plotly.draw(bars).layout.annotations] == [words]


def test_values_are_averaged_to_so_many_columns() -> None:
    x, values = reduced(np.arange(10.0), np.arange(20.0).reshape(2, 10), 4)
    np.testing.assert_allclose(x, [1, 4, 7])
    np.testing.assert_allclose(values, [[1, 4, 7], [11, 14, 17]])


def test_decibels_are_over_the_largest_and_cut_at_a_floor() -> None:
    power = np.array([[1.0, 10.0], [100.0, 0.0]])
    np.testing.assert_allclose(decibels(power), [[-20, -10], [0, -80]])
    np.testing.assert_allclose(decibels(power, axis=1, floor=-30), [[-10, 0], [0, -30]])


def test_no_error_bar_ends_beyond_what_can_be() -> None:
    y, spread = np.array([99.0, 80.0, 100.0]), np.array([3.0, 2.0, 1.0])
    bars = bars_within(y, spread, 100.0)
    np.testing.assert_array_equal(bars, [[3, 2, 1], [1, 2, 0]])
    np.testing.assert_array_equal(bars_within(y, spread, None), [spread, spread])
    assert bars_within(y, None, 100.0) is None
