"""Honest rivals in noise, few bits, drift and gaps as Markdown, from the record of the study."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from physembed.experiments.results.markdown import markdown_table

Records = Sequence[dict[str, Any]]


def disturbances_table(records: Records) -> str:
    """Means over the sets on which every model was measured.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.disturbances``.
    """
    models = list(dict.fromkeys(record["model"] for record in records))
    by_set: dict[str, dict[str, dict[str, Any]]] = {}
    for record in records:
        by_set.setdefault(record["dataset"], {})[record["model"]] = record
    sets = [name for name, measured in by_set.items() if len(measured) == len(models)]
    kinds = list(records[0]["accuracy"])
    rows = []
    for model in models:
        alike = [by_set[name][model] for name in sets]
        weights = [record["weights"] for record in alike]
        rows.append(
            (
                model,
                "" if None in weights else f"{fmean(weights):,.0f}",
                *(f"{100 * fmean(r['accuracy'][kind] for r in alike):.1f}" for kind in kinds),
            )
        )
    said = f"{len(sets)} data sets: {', '.join(sorted(sets))}."
    heads = ("Model", "Weights", *(f"{kind} / %" for kind in kinds))
    return f"{said}\n\n{markdown_table(heads, rows)}"


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated block, and what writes it."""
    record = root / "results" / "frontier" / "disturbances.json"
    return {
        (root / "docs" / "benchmark.md", "disturbances"): lambda: disturbances_table(
            json.loads(record.read_text("utf-8"))
        )
    }
