"""The explorer in headless Chromium, as a reader would have it."""

import re
from pathlib import Path
from typing import Any

import pytest

from physembed.experiments import train_one
from physembed.explore import write_explorer

pytestmark = pytest.mark.slow

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
DRAWN = "html[data-drawn]"
PICTURES = "() => [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_explorer(tmp_path_factory.mktemp("explorer") / "explore.html")


@pytest.fixture(scope="module")
def run_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explorer")
    train_one("GunPoint", "lattice", out=folder / "run")
    return write_explorer(folder / "run.html", folder / "run")


class Reader:
    """A page that was opened, what it asked the network for, and what it complained of."""

    def __init__(self, browser: Any, file: Path, viewport: dict[str, int]) -> None:
        self.page = browser.new_page(viewport=viewport)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.address = file.as_uri()
        self.page.goto(self.address)
        self.page.wait_for_selector(DRAWN, state="attached", timeout=120_000)

    def drawn(self) -> int:
        """How many answers of the worker were drawn so far."""
        return int(self.page.evaluate("document.documentElement.dataset.drawn"))

    def await_drawing(self, before: int) -> None:
        selector = f"html:not([data-drawn='{before}'])"
        self.page.wait_for_selector(selector, state="attached", timeout=120_000)

    def move(self, name: str, value: float) -> None:
        """Move a slider, and wait for the field."""
        before = self.drawn()
        self.page.locator(f"input[name='{name}']").evaluate(
            """(slider, value) => {
                slider.value = value;
                slider.dispatchEvent(new Event("input"));
            }""",
            value,
        )
        self.await_drawing(before)

    def check(self) -> None:
        """Nothing but the page itself, and the worker that it carries, was asked for."""
        assert self.requests[0] == self.address
        assert all(url.startswith("blob:") for url in self.requests[1:])
        assert self.complaints == []
        self.page.close()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_scene_is_drawn_without_a_request_or_a_complaint(
    browser: Any, scenes: Path, viewport: dict[str, int]
) -> None:
    reader = Reader(browser, scenes, viewport)
    options = reader.page.locator("input[name='scene']")
    pictures = []
    for number in range(options.count()):
        before = reader.drawn()
        # the first one is there from the beginning
        if number:
            reader.page.locator("label.option").nth(number).click()
            reader.await_drawing(before)
        pictures.append(tuple(reader.page.evaluate(PICTURES)))
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert len(pictures) == 7
    assert len(set(pictures)) == len(pictures)
    reader.check()


def test_a_slider_moves_the_field(browser: Any, scenes: Path) -> None:
    reader = Reader(browser, scenes, DESKTOP)
    before = reader.page.evaluate(PICTURES)
    reader.move("beta2", 0.5)
    assert reader.page.evaluate(PICTURES) != before
    reader.move("beta2", -1.0)
    assert reader.page.evaluate(PICTURES) == before
    # many moves at once: the newest is drawn, and none is waited for
    reader.page.evaluate(
        """() => { const slider = document.querySelector("input[name='gamma']");
            for (let k = 0; k < 50; k++) {
                slider.value = k / 25;
                slider.dispatchEvent(new Event("input"));
            } }"""
    )
    assert float(reader.page.evaluate("document.documentElement.dataset.frameTime")) > 0
    reader.check()


def test_it_plays_and_is_worked_by_keyboard(browser: Any, scenes: Path) -> None:
    reader = Reader(browser, scenes, DESKTOP)
    page = reader.page
    depth = page.locator("#depth")
    page.locator("h1").click()
    page.keyboard.press("Space")
    assert page.locator("#play").get_attribute("aria-label") == "Pause"
    page.wait_for_selector("#depth-told:not(:text-is('12 dispersion lengths'))")
    page.keyboard.press("Space")
    stopped = depth.input_value()
    assert page.locator("#play").get_attribute("aria-label").startswith("Play")
    page.wait_for_timeout(100)
    assert depth.input_value() == stopped
    depth.focus()
    page.keyboard.press("Home")
    assert depth.input_value() == "0"
    assert page.locator("#depth-told").inner_text().startswith("0 ")
    # arrows go from scene to scene
    before = reader.drawn()
    page.locator("input[name='scene']").first.focus()
    page.keyboard.press("ArrowRight")
    reader.await_drawing(before)
    assert page.locator("input[name='scene']").nth(1).is_checked()
    reader.check()


def test_every_picture_and_control_has_words(browser: Any, scenes: Path, run_page: Path) -> None:
    for file in (scenes, run_page):
        reader = Reader(browser, file, DESKTOP)
        labels = reader.page.evaluate(
            "() => [...document.querySelectorAll('canvas')].map((one) => one.ariaLabel)"
        )
        assert labels
        assert all(label and len(label) > 15 for label in labels)
        unnamed = reader.page.evaluate(
            "() => [...document.querySelectorAll('input, select')].filter((e) => !e.labels.length)"
            ".length"
        )
        assert unnamed == 0
        reader.page.wait_for_selector("#words:not(:empty)")
        assert reader.page.locator("#words").inner_text().startswith("At depth")
        reader.check()


def test_a_run_s_scores_move_with_its_coefficients_and_come_back(
    browser: Any, run_page: Path
) -> None:
    reader = Reader(browser, run_page, PHONE)
    page = reader.page
    scores = page.locator("#plots canvas").first
    trained = scores.get_attribute("aria-label")
    assert re.search(r"is taken for class \S+, \d+ %", trained)
    pictures = page.evaluate(PICTURES)
    reader.move("medium/kinetic", 1.2)
    assert page.evaluate(PICTURES) != pictures
    before = reader.drawn()
    page.get_by_role("button", name="reset to trained").click()
    reader.await_drawing(before)
    assert page.evaluate(PICTURES) == pictures
    # a second case beside the first
    before = reader.drawn()
    page.get_by_label("beside it").select_option(index=2)
    reader.await_drawing(before)
    assert page.locator("canvas.map").count() == 2
    reader.check()
