"""Names and words stand where they hide nothing, and none is longer than its room."""

import numpy as np
import pytest

from physembed.charts import Bars, Chart, Line, Lines, Map, in_matplotlib, in_plotly
from physembed.charts.marks import place_of_words
from physembed.charts.plotly_space import LETTERS_BESIDE, wrapped

X = np.linspace(0.0, 1.0, 21)


@pytest.mark.parametrize(
    ("y", "place"),
    [
        # falls from the left: free above at the right
        (1 - X, ("right", "top")),
        # just above the line at the right: below it
        (np.full(21, 0.55), ("right", "bottom")),
        # along the line, and then down from it: above
        (np.where(X > 0.7, 0.5 - (X - 0.7), 0.501), ("right", "top")),
        # round the right end of the line: at its left
        (np.where(X > 0.6, 0.5 + 0.09 * np.sin(60 * X), 1.0), ("left", "bottom")),
    ],
)
def test_words_stand_where_no_line_goes(y: np.ndarray, place: tuple[str, str]) -> None:
    panel = Lines("p", X, [Line("l", y)], y_range=(0.0, 1.0))
    assert place_of_words(panel, 0.5, "unnoticed") == place


def test_words_stay_within_the_axes_and_on_logarithmic_ones_too() -> None:
    at_the_top = Lines("p", X, [Line("l", 0.2 * X)], y_range=(0.0, 1.0))
    assert place_of_words(at_the_top, 1.0, "undisturbed")[1] == "bottom"
    x, y = np.arange(1.0, 41.0), np.logspace(6, -6, 40)
    falling = Lines("p", x, [Line("l", y)], logarithmic="y")
    assert place_of_words(falling, 1.0, "unnoticed below") == ("right", "top")
    figure = in_plotly.draw(Lines("p", x, [Line("l", y)], logarithmic="y", marks=((1.0, "here"),)))
    (words,) = figure.layout.annotations
    assert (words.text, words.xanchor, words.yanchor) == ("here", "right", "bottom")


def test_names_are_broken_evenly_and_nothing_is_lost() -> None:
    name = "longest stretch of time above threshold 3 (width 0.05)"
    lines = wrapped(name, LETTERS_BESIDE).split("<br>")
    assert " ".join(lines) == name
    assert max(map(len, lines)) <= LETTERS_BESIDE
    assert min(map(len, lines)) > LETTERS_BESIDE / 2
    assert wrapped("", 9) == ""
    assert wrapped("unbreakableword", 5) == "unbreakableword"


def test_long_names_make_a_panel_taller() -> None:
    short = in_plotly.draw(Bars("b", list("abcdefghijklmnop"), [("v", np.ones(16))]))
    names = [f"a name of one detector or other, number {k}" for k in range(16)]
    long = in_plotly.draw(Bars("b", names, [("v", np.ones(16))]))
    assert long.layout.height > short.layout.height
    assert all("<br>" in name for name in long.data[0].y)
    table = np.eye(8)
    columns = [f"arm {k}, three paths" for k in range(8)]
    wide = in_plotly.draw(Map("m", columns, list("abcdefgh"), table, "u"))
    assert wide.layout.height > in_plotly.draw(Map("m", X[:8], X[:8], table, "u")).layout.height


def test_slanted_names_stay_within_the_picture() -> None:
    names = ["arm 1, three paths and phase shifter", "arm 2", "arm 3, Mach-Zehnder and shifter"]
    chart = Chart("c", "", "", "", (Map("m", names, ["a", "b"], np.eye(3)[:2], "u"),))
    figure = in_matplotlib.draw(chart)
    figure.draw_without_rendering()
    for label in figure.axes[0].get_xticklabels():
        assert label.get_window_extent().x0 >= 0


def test_counted_cells_have_whole_numbers_below_them() -> None:
    panel = Map("m", np.arange(1.0, 4.0), ["a", "b"], np.eye(3)[:2], "u")
    figure = in_matplotlib.draw(Chart("c", "", "", "", (panel,)))
    figure.draw_without_rendering()
    np.testing.assert_array_equal(np.mod(figure.axes[0].get_xticks(), 1), 0)
