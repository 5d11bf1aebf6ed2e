"""How often the explorer draws while a slider is dragged, in headless Chromium.

``python -m studies.speed --parts explorer``. Of every scene the first slider is moved at every
animation frame, on a desktop's and on a phone's width, and what is drawn is counted. The arithmetic
of a worker and the drawing of the page take turns on two cores: milliseconds of a processor do not
depend on who else is at work, and whichever is longer says how often a free machine draws.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from physembed._markdown import markdown_table
from physembed.errors import DatasetError
from physembed.explore import write_explorer
from physembed.training.environment import environment_record

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
SECONDS = 2.5
DRAG = """([name, milliseconds]) => new Promise((done) => {
    const slider = document.querySelector(`input[name='${name}']`);
    const drawn = () => Number(document.documentElement.dataset.drawn);
    const before = drawn(), begun = performance.now();
    const move = () => {
        const share = (performance.now() - begun) / milliseconds;
        if (share >= 1) return done((drawn() - before) / (performance.now() - begun) * 1000);
        slider.value = Number(slider.min) + share * (Number(slider.max) - Number(slider.min));
        slider.dispatchEvent(new Event("input"));
        requestAnimationFrame(move);
    };
    move();
})"""
WORKER, PAGE = "DedicatedWorker", "chromium"
"""What Chromium calls the threads of a page's process that compute and that draw."""


def explorer_record(report: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Frames a second, and milliseconds of a processor for each, by width and scene.

    Raises
    ------
    DatasetError
        Where there is no Chromium.
    """
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("PHYSEMBED_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise DatasetError("there is no Chromium; `make browser` (as root) installs Debian's.")
    widths: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = write_explorer(Path(folder) / "explore.html")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (width, height) in WIDTHS.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(page_file.as_uri())
            page.wait_for_selector("html[data-drawn]", state="attached")
            for scene in page.locator("label.option").all():
                called = scene.inner_text().strip()
                report(f"{name}, {called}")
                scene.click()
                page.wait_for_timeout(300)
                widths.setdefault(name, {})[called] = _dragged(page)
            page.close()
        browser.close()
    return {
        "environment": environment_record(),
        "load": os.getloadavg()[0],
        "widths": widths,
    }


def _dragged(page: Any) -> dict[str, float]:
    slider = page.locator("input[type='range']:not(#depth)").first.get_attribute("name")
    before = _thread_seconds()
    rate = page.evaluate(DRAG, [slider, 1000 * SECONDS])
    after = _thread_seconds()
    n_frames = max(1.0, rate * SECONDS)
    computing, drawing = (1000 * (after[t] - before[t]) / n_frames for t in (WORKER, PAGE))
    return {"frames_a_second": rate, "computing_ms": computing, "drawing_ms": drawing}


def _thread_seconds() -> dict[str, float]:
    """What workers and pages have taken of a processor so far."""
    import psutil

    seconds = {WORKER: 0.0, PAGE: 0.0}
    for process in psutil.Process().children(recursive=True):
        if "--type=renderer" not in " ".join(process.cmdline()):
            continue
        for thread in process.threads():
            called = Path(f"/proc/{process.pid}/task/{thread.id}/comm").read_text("utf-8")
            kind = next((kind for kind in seconds if called.startswith(kind)), None)
            if kind is not None:
                seconds[kind] += thread.user_time + thread.system_time
    return seconds


def explorer_table(record: dict[str, Any]) -> str:
    """The record as Markdown."""
    quantities = {
        "computing_ms": "arithmetic / ms",
        "drawing_ms": "drawing / ms",
        "frames_a_second": "frames a second",
    }
    columns = [
        (width, quantity, f"{width}: {words}")
        for width in record["widths"]
        for quantity, words in quantities.items()
    ]
    rows = [
        (scene, *(f"{record['widths'][w][scene][quantity]:.0f}" for w, quantity, _ in columns))
        for scene in next(iter(record["widths"].values()))
    ]
    environment = record["environment"]
    lines = [
        markdown_table(("Scene", *(words for *_, words in columns)), rows),
        "",
        "Milliseconds of a processor for a frame; frames as they came at a load of "
        f"{record['load']:.0f} by other work on {environment['cpu_count']} cores "
        f"({environment['processor']}), headless and without a graphics card.",
    ]
    return "\n".join(lines)
