"""What stands in docs/interpretation.md, written from the records under results/.

``python -m physembed.explain.documents`` writes it; a test fails where they disagree.
"""

import json
from collections.abc import Callable
from pathlib import Path

from physembed._generated_blocks import replace_block
from physembed.explain.interpretation import EXAMPLES, block
from physembed.explain.recovery import classification_study, study


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """Every generated block of the page, and what writes it."""
    page, results = root / "docs" / "interpretation.md", root / "results"
    found: dict[tuple[Path, str], Callable[[], str]] = {}
    for name in EXAMPLES:
        found[page, name] = lambda folder=results / "interpretation" / name: block(folder)  # type: ignore[misc]
    found[page, "recovery"] = lambda: study.table(
        json.loads((results / "recovery" / "coverage.json").read_text("utf-8"))
    )
    found[page, "classification"] = lambda: classification_study.table(
        json.loads((results / "recovery" / "classification.json").read_text("utf-8"))
    )
    return found


def write_all(root: Path) -> None:
    """Write every block anew."""
    for (page, name), content in blocks(root).items():
        replace_block(page, name, content())


if __name__ == "__main__":
    write_all(Path.cwd())
