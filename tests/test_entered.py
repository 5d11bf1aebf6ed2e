"""How much of the library a reader has to open to follow one fit, prediction or propagation."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from versions import needs_pinned

RECORD = Path(__file__).parent.parent / "results" / "house" / "entered.json"
OF_MEMORY = "propagation/kernels/resources.py"
"""Which of its functions are entered depends on whether the pool of buffers is empty or full."""


def compared(record: dict[str, Any]) -> dict[str, Any]:
    functions = {
        work: {file: names for file, names in files.items() if file != OF_MEMORY}
        for work, files in record["functions"].items()
    }
    return record | {"functions": functions}


@needs_pinned("torch", "scikit-learn", "aeon", why="they decide which properties are looked up")
def test_what_is_entered_is_what_is_on_record(tmp_path: Path) -> None:
    """Whoever changes it writes the record anew, and the page shows it; counted in a process of
    its own, in which no other test has filled a cache."""
    command = [sys.executable, "-m", "studies.entered", str(tmp_path)]
    subprocess.run(command, check=True, cwd=RECORD.parents[2])
    now, known = (
        compared(json.loads(path.read_text("utf-8"))) for path in (tmp_path / RECORD.name, RECORD)
    )
    again = "run python -m studies.entered results/house, and python -m studies.documents"
    for work, files in known["functions"].items():
        assert now["functions"][work] == files, again
    assert now == known, again
