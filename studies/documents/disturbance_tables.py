"""Honest rivals in noise, few bits, drift and gaps as Markdown, from the record of the study."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from physembed._markdown import markdown_table
from physembed.charts import Bars, Chart, write_pictures
from studies.disturbances import ALL, AS_THEY_ARE, MODELS

Records = Sequence[dict[str, Any]]

DRAWN = (
    *("`compact`, 56 detectors", "`compact`, 1,120 detectors", "MiniRocket, 9,996 kernels"),
    *("MiniRocket thinned out to 56", "QUANT"),
)


def by_model(records: Records) -> tuple[list[str], dict[str, list[dict[str, Any]]]]:
    """The sets on which every model was measured, and their records by model."""
    models = [model for model in MODELS if any(record["model"] == model for record in records)]
    by_set: dict[str, dict[str, dict[str, Any]]] = {}
    for record in records:
        by_set.setdefault(record["dataset"], {})[record["model"]] = record
    sets = [name for name, measured in by_set.items() if len(measured) == len(models)]
    return sets, {model: [by_set[name][model] for name in sets] for model in models}


def disturbances_table(records: Records) -> str:
    """Means over the sets on which every model was measured, of all that it was measured in.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.disturbances``.
    """
    sets, of_models = by_model(records)
    shown = [record for alike in of_models.values() for record in alike]
    every = max((record["accuracy"] for record in shown), key=len)
    kinds = [kind for kind in every if all(kind in record["accuracy"] for record in shown)]
    rows = []
    for model, alike in of_models.items():
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


def write_picture(root: Path) -> None:
    """``results/frontier/disturbances.png``."""
    folder = root / "results" / "frontier"
    records = json.loads((folder / "disturbances.json").read_text("utf-8"))
    write_pictures(picture(records), folder, (".png",))


def picture(records: Records) -> Chart:
    """What a few models lose by each disturbance."""
    sets, of_models = by_model(records)
    kinds = [kind for kind in records[0]["accuracy"] if kind not in (ALL, AS_THEY_ARE)]
    lost = [
        (
            model.replace("`", ""),
            np.array(
                [100 * fmean(r["accuracy"][kind] for r in of_models[model]) for kind in kinds]
            ),
        )
        for model in DRAWN
    ]
    panel = Bars(f"accuracy on {len(sets)} sets / %", kinds, lost)
    return Chart(
        name="disturbances",
        title="What a sensor does to accuracy",
        caption="Noise in deviations of a series, converters, drift within a series, and gaps.",
        alternative="A falling gain and strong noise tell models apart; the rest does little.",
        panels=(panel,),
        columns=1,
        size=(8.0, 4.6),
    )


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated block, and what writes it."""
    record = root / "results" / "frontier" / "disturbances.json"
    return {
        (root / "docs" / "benchmark.md", "disturbances"): lambda: disturbances_table(
            json.loads(record.read_text("utf-8"))
        )
    }
