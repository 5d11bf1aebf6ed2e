"""A report and its pictures on disk."""

from collections.abc import Mapping, Sequence
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
    sections: Sequence[Section],
    provenance: Mapping[str, Any],
    *,
    figures: str = "figures",
    report: str = REPORT,
) -> list[Path]:
    """Write a page, ``report.html`` or another, into a folder, and every chart beside it.

    Charts are written as PNG and SVG, an animation as GIF as well.

    Returns
    -------
    list of Path
        The report first.
    """
    written = [folder / report]
    write_text_atomically(folder / report, page(title, lead, sections, provenance))
    charts = [chart for section in sections for chart in section.charts]
    jobs = min(PROCESSES, cpu_count(), len(charts))
    pictures = Parallel(n_jobs=jobs)(
        delayed(write_pictures)(chart, folder / figures) for chart in charts
    )
    return [*written, *(path for paths in pictures for path in paths)]
