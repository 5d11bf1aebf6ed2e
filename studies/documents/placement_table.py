"""What the rule of ``device="auto"`` puts the records at, beside what they have."""

import json
from pathlib import Path
from typing import Any

from physembed._markdown import markdown_table
from physembed.estimators import build_classifier
from physembed.training.placement import place_of_training

SIZES = {"FordASubset": (1320, (1, 500, 2)), "SpokenDigits": (2700, (1, 5120, 10))}
"""Training cases; channels, timepoints and classes."""
ON_CPU = {"FordASubset": "ford-a-subset", "SpokenDigits": "spoken-digits-small"}
"""The comparison whose seconds are one thread's."""
ROWS = (
    *(("nlse", data) for data in SIZES),
    ("lens", "FordASubset"),
    *(("tiny", data) for data in SIZES),
    *((name, "FordASubset") for name in ("gpe", "compact", "lattice")),
)


def placement_table(root: Path) -> str:
    """Every model whose seconds are on record: put at, measured, and what is taken."""
    gpu = json.loads((root / "results" / "performance" / "gpu.json").read_text("utf-8"))["fits"]
    rows = []
    for model, data in ROWS:
        n_cases, sizes = SIZES[data]
        recipe: Any = build_classifier(model).recipe(sizes)
        place = place_of_training(recipe, n_cases, sizes[0] * sizes[1])
        on_cpu = json.loads((root / "results" / ON_CPU[data] / "records.json").read_text("utf-8"))
        measured = (
            [r["fit_seconds"] for r in on_cpu if r["model"] == model],
            [
                f["fit / s"]
                for f in gpu
                if (f["preset"], f["data"], f["guard band"]) == (model, data, None)
            ],
        )
        rows.append(
            (
                f"`{model}`",
                data,
                *(
                    cell
                    for seconds, put in zip(measured, (place.here_s, place.there_s), strict=True)
                    for cell in ("" if put is None else _told(put), _range(seconds))
                ),
                {"cpu": "CPU", "cuda": "GPU"}[place.device],
            )
        )
    columns = (
        *("Model", "Data", "CPU, put at / s", "measured", "GPU, put at / s", "measured"),
        "`auto`",
    )
    return markdown_table(columns, rows, n_text_columns=2)


def _range(seconds: list[float]) -> str:
    if not seconds:
        return "no record"
    low, high = _told(min(seconds)), _told(max(seconds))
    return low if low == high else f"{low} to {high}"


def _told(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.2g}"
