"""Every link of the documents to a file or a heading of the project leads somewhere."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"")
GENERATED = ("gallery/", "reference/", "api.rst", "_static/explore.html")
"""What the site's build makes; links to it are checked there."""
FENCED = re.compile(r"^```.*?^```$", flags=re.DOTALL | re.MULTILINE)


def links(text: str) -> list[str]:
    """Targets within the project; ``text`` is a page of Markdown, its code left out."""
    targets = [a or b for a, b in LINK.findall(FENCED.sub("", text))]
    return [
        unquote(target)
        for target in targets
        if not re.match(r"[a-z]+:", target) and not target.startswith(GENERATED)
    ]


@cache
def anchors(page: Path) -> set[str]:
    """Headings as they are linked to: lower case, hyphens for blanks, nothing but words."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), flags=re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def broken(page: Path) -> list[str]:
    wrong = []
    for target in links(page.read_text("utf-8")):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        there = file.exists() or (name.endswith(".html") and file.with_suffix(".md").exists())
        if not there or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            wrong.append(target)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A *page*, really\n[here](#a-page-really) [there](#nowhere) [file](missing.md)\n"
        "[far](https://example.org/missing)\n```\n[code](missing.md)\n```\n"
    )
    assert broken(page) == ["#nowhere", "missing.md"]
