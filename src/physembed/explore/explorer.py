"""`explore`: the page, of scenes or of a run."""

import html
import json
from pathlib import Path
from typing import Any

from physembed._files import check_writable, write_text_atomically
from physembed._threads import limited_threads
from physembed._version import __version__
from physembed.explain.run_folders import load_subject
from physembed.explore.bundle import bundled, resource
from physembed.explore.description import describe
from physembed.explore.scenes import scenes

PALETTE = "viridis"
"""It grows in lightness alike for every kind of colour vision."""


def write_explorer(
    out: str | Path = "explore.html",
    run: str | Path | None = None,
    *,
    data_dir: str | Path | None = None,
) -> Path:
    """Write a page that computes the field of a medium while its coefficients are moved.

    Parameters
    ----------
    out : str or Path, default="explore.html"
    run : str, Path or None, default=None
        A run folder of ``physembed train`` or ``compare``: its coefficients and some of its test
        cases. None: scenes, from a soliton to a spoken digit.
    data_dir : str, Path or None, default=None
        Where data sets are looked for.

    Returns
    -------
    Path
        The page: one file, which asks the network for nothing.

    Raises
    ------
    RunFolderError, DatasetError
        If the run, or its data set, cannot be read.
    InvalidInputError
        If the model has no medium, or one that the page cannot compute.
    """
    target = Path(out)
    check_writable(target)
    with limited_threads(1):
        if run is None:
            content: dict[str, Any] = {"scenes": scenes()}
            title = "A wave is shaped by its medium"
            lead = (
                "Move a coefficient, and the field is computed anew, here in your browser. In "
                "physembed these few numbers are what a network learns: a series enters as a wave, "
                "and detectors read what comes out."
            )
        else:
            subject = load_subject(Path(run), data_dir)
            content = {"run": describe(subject)}
            record = subject.record
            title = f"{record['model']} on {subject.dataset}"
            lead = (
                f"{record['accuracy']:.1%} of {record['n_test']:,} test cases right. Move a "
                "coefficient of the medium: the field, what the detectors read and the scores are "
                "computed anew, here in your browser."
            )
    write_text_atomically(target, page(title, lead, content))
    return target


def page(title: str, lead: str, content: dict[str, Any]) -> str:
    """The page as HTML: style, scripts and data inside, every request forbidden by its policy."""
    parts = {
        "title": html.escape(title),
        "lead": html.escape(lead),
        "footer": f"Written by physembed {html.escape(__version__)}.",
        "style": resource("style.css"),
        "script": bundled("page"),
        "arithmetic": bundled("worker"),
        # JSON that cannot close the script element it stands in
        "data": json.dumps({"palette": _palette(), **content}).replace("</", "<\\/"),
    }
    text = resource("page.html")
    for name, value in parts.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def _palette() -> list[list[int]]:
    """256 colours as bytes, from the darkest on."""
    from matplotlib import colormaps

    return [[round(255 * part) for part in colormaps[PALETTE](k)[:3]] for k in range(256)]
