"""A report and its pictures on disk."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from joblib import Parallel, cpu_count, delayed

from physembed._files import write_text_atomically
from physembed.charts import write_pictures
from physembed.explain.report.page import page
from physembed.explain.report.section import Section

REPORT = "report.html"
PROCESSES = 2
"""Processes that draw; more would cost more memory than they save time."""


def write_report(
    folder: Path,
    title: str,
    lead: str,
    sections: Iterable[Section],
    provenance: Mapping[str, Any],
    *,
    figures: str = "figures",
    report: str = REPORT,
) -> list[Path]:
    """Write a page, ``report.html`` or another, into a folder, and every chart beside it.

    Charts are written as PNG and SVG, an animation as GIF as well. Those of a section are drawn in
    other processes while the next section is measured, and the page is written.

    Returns
    -------
    list of Path
        The report first.
    """
    measured = []
    pictures = []
    for section in sections:
        measured.append(section)
        if section.charts:
            drawing = Parallel(
                n_jobs=min(PROCESSES, cpu_count(), len(section.charts)), return_as="generator"
            )
            pictures.append(
                drawing(delayed(write_pictures)(c, folder / figures) for c in section.charts)
            )
    write_text_atomically(folder / report, page(title, lead, measured, provenance))
    drawn = (paths for of_section in pictures for paths in of_section)
    return [folder / report, *(path for paths in drawn for path in paths)]
