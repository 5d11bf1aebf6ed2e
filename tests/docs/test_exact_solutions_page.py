"""The page of closed forms names everything that there is, and nothing else."""

import inspect
import re
from pathlib import Path

from physembed.physics import exact_solutions, invariants

PAGE = Path(__file__).parents[2] / "docs" / "exact-solutions.md"


def test_the_tables_name_every_closed_form_and_every_invariant() -> None:
    text = PAGE.read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    functions = {name for name in exact_solutions.__all__ if name[0].islower()}
    conserved = {
        name
        for name, function in vars(invariants).items()
        if inspect.isfunction(function) and not name.startswith("_")
    }
    assert named == functions | conserved
    for name in set(exact_solutions.__all__) - functions:
        assert f"`{name}`" in text
