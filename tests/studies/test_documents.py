"""The figures in the documents are those that the commands wrote."""

import re
from pathlib import Path

import pytest

from physembed.errors import PhysembedError
from studies.documents.__main__ import all_blocks
from studies.documents.generated_blocks import as_block, read_block, replace_block
from versions import needs_pinned

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@needs_pinned("scipy", why="tables are written with tests of SciPy's, which change")
def test_every_generated_block_agrees_with_what_writes_it() -> None:
    """Mended by ``make docs``."""
    blocks = all_blocks(ROOT)
    pages = {page.name for page, _ in blocks}
    assert {"README.md", "models.md", "results.md", "interpretation.md", "equations.md"} <= pages
    for (page, name), content in blocks.items():
        assert read_block(page, name) == as_block(content()), f"{page.name}: {name}"


def test_no_block_stands_empty() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        for part in text.split("<!-- generated: ")[1:]:
            name = part.partition(" -->")[0]
            assert read_block(page, name).strip(), f"{page.name}: {name}"


def test_no_share_of_a_program_stands_on_its_page_by_hand() -> None:
    """What parts of a program are worth is measured, in the tables beside the text, or not told."""
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    text = re.sub(r"<!-- generated: .*?<!-- end generated -->", "", page, flags=re.DOTALL)
    of_shortfalls = text.partition("## Where it falls short")[2]
    assert len(of_shortfalls) > 1000
    shares = (
        r"\d+ %|\b(third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|\w+teenth|\w+tieth)s?\b"
    )
    assert re.findall(rf"[^.]*(?:{shares})[^.]*", of_shortfalls) == []
    assert not re.search(r"[\d,]+ runs\b", text)


def test_a_block_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- generated: x -->old<!-- end generated -->\nafter\n")
    replace_block(page, "x", "| new |")
    assert page.read_text() == (
        "before\n<!-- generated: x -->\n\n| new |\n\n<!-- end generated -->\nafter\n"
    )
    with pytest.raises(PhysembedError, match="has no block <!-- generated: y -->"):
        replace_block(page, "y", "")
