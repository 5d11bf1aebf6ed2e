"""What stands in docs/interpretation.md, written from the records under results/."""

import json
from collections.abc import Callable
from pathlib import Path

from studies import recovery_coverage, recovery_or_classification
from studies.worked_examples import EXAMPLES, block


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """Every generated block of the page, and what writes it."""
    page, results = root / "docs" / "interpretation.md", root / "results"
    writers: dict[tuple[Path, str], Callable[[], str]] = {}
    for name in EXAMPLES:
        writers[page, name] = lambda folder=results / "interpretation" / name: block(folder)  # type: ignore[misc]
    writers[page, "recovery"] = lambda: recovery_coverage.table(
        json.loads((results / "recovery" / "coverage.json").read_text("utf-8"))
    )
    writers[page, "classification"] = lambda: recovery_or_classification.table(
        json.loads((results / "recovery" / "classification.json").read_text("utf-8"))
    )
    return writers
