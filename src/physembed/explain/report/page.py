"""Sections as one HTML page that makes no request."""

import html
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from physembed.charts import Chart, Panel, in_plotly
from physembed.explain.report.section import Section, Table

COLUMN_CLASSES = {1: "", 2: " two", 3: " three"}
WORDS_FROM = 34
"""Cells of more characters are set as text, which wraps."""

# an icon of nothing: a browser that finds none asks the server for one
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
script-src 'unsafe-inline' 'unsafe-eval'; img-src data: blob:; font-src data:; worker-src blob:">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
"""

OPEN_ALL = '<button type="button" id="open-all">Open every section, as to print them</button>'


def page(title: str, lead: str, sections: Sequence[Section], provenance: Mapping[str, Any]) -> str:
    """A page of sections.

    Parameters
    ----------
    title, lead : str
    sections : sequence of Section
    provenance : mapping
        How it was made: written as JSON at the end.

    Returns
    -------
    str
        HTML with Plotly, all data and the style inside; its policy forbids every request.
    """
    from plotly.offline import get_plotlyjs

    contents = "".join(
        f'<li><a href="#section-{k}">{_safe(section.title)}</a></li>\n'
        for k, section in enumerate(sections, start=1)
    )
    body = "".join(_section(section, k) for k, section in enumerate(sections, start=1))
    made = _safe(json.dumps(provenance, indent=2, ensure_ascii=False))
    parts = (
        HEAD.format(title=_safe(title), style=_resource("style.css")),
        f'<h1>{_safe(title)}</h1>\n<p class="lead">{_safe(lead)}</p>\n',
        f'<nav aria-label="Contents"><ol>\n{contents}</ol>\n{OPEN_ALL}</nav>\n<main>\n{body}',
        _foldable("provenance", "How this was made", f"<pre>{made}</pre>\n", folded=True),
        "</main>\n<noscript><p>The plots need JavaScript; the same pictures lie beside this page "
        "in the folder figures.</p></noscript>\n",
        f"<script>{get_plotlyjs()}</script>\n<script>{_resource('script.js')}</script>\n",
        "</body>\n</html>\n",
    )
    return "".join(parts)


def _section(section: Section, number: int) -> str:
    text = "".join(f"<p>{_safe(paragraph)}</p>\n" for paragraph in section.text)
    tables = "".join(_table(table) for table in section.tables)
    charts = "".join(_chart(chart) for chart in section.charts)
    place = f"section-{number}"
    return _foldable(place, section.title, f"{text}{tables}{charts}", folded=section.folded)


def _foldable(place: str, title: str, body: str, *, folded: bool) -> str:
    heading = f'<h2 id="{place}">{_safe(title)}</h2>'
    if not folded:
        return f"<section>\n{heading}\n{body}</section>\n"
    return f"<details>\n<summary>{heading}</summary>\n{body}</details>\n"


def _chart(chart: Chart) -> str:
    plots = "".join(
        _plot(panel, f"{chart.name}-{k}", chart.alternative) for k, panel in enumerate(chart.panels)
    )
    return (
        f'<figure id="{chart.name}"><h3>{_safe(chart.title)}</h3>\n'
        f'<div class="panels{COLUMN_CLASSES[min(chart.columns, 3)]}">\n{plots}</div>\n'
        f"<figcaption>{_safe(chart.caption)}</figcaption></figure>\n"
    )


def _plot(panel: Panel, place: str, alternative: str) -> str:
    """A panel's title and place, and what the script draws there."""
    figure = in_plotly.draw(panel)
    heading = f"<h4>{_safe(panel.title)}</h4>" if panel.title else ""
    words = _safe(f"{panel.title}. {alternative}")
    # JSON that cannot close the script element it stands in
    data = figure.to_json().replace("</", "<\\/")
    return (
        f'<div class="panel">{heading}<div class="plot" id="{place}" role="img" '
        f'style="min-height: {figure.layout.height}px" aria-label="{words}"></div></div>\n'
        f'<script type="application/json" id="{place}-data">{data}</script>\n'
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_safe(name)}</th>' for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(_cell(cell, first=k == 0) for k, cell in enumerate(row)) + "</tr>\n"
        for row in table.rows
    )
    return (
        f'<div class="scroll"><table><caption>{_safe(table.caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _cell(text: str, *, first: bool) -> str:
    if first:
        return f'<th scope="row">{_safe(text)}</th>'
    words = ' class="words"' if len(text) > WORDS_FROM else ""
    return f"<td{words}>{_safe(text)}</td>"


def _safe(text: str) -> str:
    return html.escape(text, quote=True)


@cache
def _resource(name: str) -> str:
    return files("physembed.explain.report").joinpath(name).read_text("utf-8")
