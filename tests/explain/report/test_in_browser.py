"""Reports opened in headless Chromium, as a reader would."""

import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


def open_all(page: Any) -> int:
    """Unfold every section, wait until all of it is drawn, and count the plots."""
    page.get_by_role("button", name="Open every section").click()
    plots = int(page.locator(".plot").count())
    page.wait_for_selector(f"html[data-drawn='{plots}']", state="attached", timeout=120_000)
    return plots


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_figure_is_drawn_without_a_request_or_a_complaint(
    browser: Any, lattice_run: Path, viewport: dict[str, int]
) -> None:
    page = browser.new_page(viewport=viewport)
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    address = (lattice_run / "report.html").as_uri()
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.drawn", timeout=120_000)
    first = int(page.evaluate("document.documentElement.dataset.drawn"))
    assert first == page.locator("section .plot").count() > 5
    # a link of the contents opens its section, the button all of them
    page.get_by_role("link", name="The readout").click()
    assert page.evaluate("document.querySelectorAll('details[open]').length") == 1
    plots = open_all(page)
    assert plots > 40
    # drawn is: has an area, and holds marks of its own kind
    empty = page.evaluate(
        """[...document.querySelectorAll(".plot")].filter(plot => {
            const box = plot.getBoundingClientRect();
            const marks = plot.querySelectorAll(
                ".heatmaplayer image, .scatterlayer path, .barlayer path");
            return !(box.width > 200 && box.height > 200 && marks.length);
        }).map(plot => plot.id)"""
    )
    assert empty == []
    assert requests == [address]
    assert complaints == []
    # nothing but tables, which scroll by themselves, is wider than the screen
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.close()


def test_a_film_plays(browser: Any, lattice_run: Path) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto((lattice_run / "report.html").as_uri())
    open_all(page)
    film = page.locator(".plot[id*='moving']").first
    path = film.locator(".scatterlayer path.js-line").first
    before = path.get_attribute("d")
    film.get_by_text("play", exact=True).click()
    # the first layer is a phase mask, which leaves the amplitude as it is for some seconds
    deadline = time.monotonic() + 30
    while path.get_attribute("d") == before and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert path.get_attribute("d") != before
    page.close()


def test_every_figure_says_in_words_what_it_shows(browser: Any, lattice_run: Path) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto((lattice_run / "report.html").as_uri())
    words = page.evaluate(
        "[...document.querySelectorAll('.plot')].map(plot => plot.getAttribute('aria-label'))"
    )
    assert all(text and len(text) > 40 for text in words)
    assert page.evaluate("document.querySelectorAll('figcaption').length") > 10
    page.close()
