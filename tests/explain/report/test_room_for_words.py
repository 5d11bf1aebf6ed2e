"""On a phone as on a desk, no name of a picture is cut, and none lies over another's place."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from physembed.charts import Bars, Chart, Line, Lines, Map
from physembed.explain.report import Section
from physembed.explain.report.page import page as page_of

pytestmark = pytest.mark.slow

NAMES = [f"longest time above threshold {k} (width 0.05), arm {k}" for k in range(5)]
LABEL = "change of the margin per natural unit / its spread"
X = np.linspace(0.0, 1.0, 5)

CUT = """() => [...document.querySelectorAll(".plot")].flatMap(plot => {
    const room = plot.getBoundingClientRect();
    return [...plot.querySelectorAll("svg text")].filter(text => {
        const box = text.getBoundingClientRect();
        return box.width && (box.left < room.left - 2 || box.right > room.right + 2
            || box.top < room.top - 2 || box.bottom > room.bottom + 2);
    }).map(text => plot.id + ": " + text.textContent);
})"""

HIDDEN = """() => [...document.querySelectorAll(".plot")].filter(plot => {
    const [label, legend] = [".xtitle", ".legend"].map(name => plot.querySelector(name));
    if (!label || !legend) return false;
    const [a, b] = [label, legend].map(part => part.getBoundingClientRect());
    return a.left < b.right && b.left < a.right && a.top < b.bottom - 3 && b.top < a.bottom - 3;
}).map(plot => plot.id)"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page of pictures whose names are long."""
    panels = (
        Bars("bars", NAMES, [("readout as it was", X), ("readout fitted anew", -X)], LABEL),
        Map("map", NAMES[:3], NAMES, np.outer(X, X[:3]), "change / percentage points"),
        Lines("lines", X, [Line(name, X**k) for k, name in enumerate(NAMES)], LABEL, "of all / %"),
        Lines("marked", X, [Line("one", 1 - X)], LABEL, "y", marks=((0.5, "unnoticed below"),)),
    )
    chart = Chart("long", "long names", "Look.", "Words.", panels)
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page_of("t", "l", [Section("s", charts=[chart])], {}), "utf-8")
    return file.as_uri()


@pytest.mark.parametrize("width", [1280, 390])
def test_words_have_room(browser: Any, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    page.wait_for_selector("html[data-drawn='4']", state="attached", timeout=120_000)
    assert page.evaluate(CUT) == []
    assert page.evaluate(HIDDEN) == []
    # plots beside each other begin at one height
    tops = page.evaluate(
        "[...document.querySelectorAll('.plot')].map(plot => plot.getBoundingClientRect().top)"
    )
    if width > 1000:
        assert tops[0] == pytest.approx(tops[1], abs=1)
        assert tops[2] == pytest.approx(tops[3], abs=1)
    page.close()
