"""Other ways in which confidence could fall as Markdown, from the record of the study."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from physembed._markdown import markdown_table

Records = Sequence[dict[str, Any]]


def beliefs_table(records: Records) -> str:
    """Mean calibration error by model and way.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.other_beliefs``.
    """
    kinds = list(records[0]["calibration_error"])
    rows = []
    for model in dict.fromkeys(record["model"] for record in records):
        alike = [record["calibration_error"] for record in records if record["model"] == model]
        for way in alike[0][kinds[0]]:
            means = [fmean(errors[kind][way] for errors in alike) for kind in kinds]
            rows.append((f"`{model}`", way, *(f"{mean:.3f}" for mean in means)))
    n_sets = len({record["dataset"] for record in records})
    heads = ("Model", f"{n_sets} sets, belief by", *kinds)
    return markdown_table(heads, rows, n_text_columns=2)


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated block, and what writes it."""
    file = root / "results" / "novelty" / "other_beliefs.json"
    page = root / "docs" / "benchmark-questions.md"
    return {(page, "beliefs"): lambda: beliefs_table(json.loads(file.read_text("utf-8")))}
