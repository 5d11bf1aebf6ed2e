"""What novelty and confidence say of drifted and dead sensors, from the record of the study."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from physembed._markdown import markdown_table

Records = Sequence[dict[str, Any]]

KINDS = ("clean", "drifted", "noisy", "dead", "dead, with noise", "one channel dead")
UNAIMED = ("clean", "noisy")
"""Of which no share of cases was to be called new."""
SURE = "0.01"
"""The p-value below which a case is called new."""
LEAST_NOTICED = 95.0
"""Per cent of drifted or dead cases that were to be called new."""
MOST_ERROR = {"clean": 0.03, "drifted": 0.1}
"""Expected calibration error that was aimed at."""
COLUMNS = (
    *("Model", "Test cases", "Right / %", "p below 0.01 / %", "aimed at", "fewest, on a set / %"),
    *("Calibration error", "aimed at", "of scores alone", "largest, on a set", ""),
)


def novelty_table(records: Records) -> str:
    """Means over the sets of the record, and the worst of them.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.novelty``.
    """
    rows = []
    for model in dict.fromkeys(record["model"] for record in records):
        alike = [record for record in records if record["model"] == model]
        for kind in KINDS:
            told = [record[kind] for record in alike]
            noticed = [100 * one["below"][SURE] for one in told]
            errors = {record["dataset"]: record[kind]["calibration_error"] for record in alike}
            worst = max(errors, key=lambda name: errors[name])
            rows.append(
                (
                    f"`{model}`",
                    kind,
                    f"{100 * fmean(one['accuracy'] for one in told):.1f}",
                    f"{fmean(noticed):.1f}",
                    "" if kind in UNAIMED else f"{LEAST_NOTICED:.0f}",
                    "" if kind == "clean" else f"{min(noticed):.1f}",
                    f"{fmean(errors.values()):.3f}",
                    f"{MOST_ERROR[kind]:g}" if kind in MOST_ERROR else "",
                    f"{fmean(one['calibration_error_of_scores'] for one in told):.3f}",
                    f"{errors[worst]:.3f} {worst}",
                    _missed(kind, fmean(noticed), fmean(errors.values())),
                )
            )
    names = sorted({record["dataset"] for record in records})
    said = f"{len(names)} data sets: {', '.join(names)}."
    return f"{said}\n\n{markdown_table(COLUMNS, rows, n_text_columns=2)}"


def _missed(kind: str, noticed: float, error: float) -> str:
    missed = []
    if error > MOST_ERROR.get(kind, 1.0):
        missed.append(f"error over by {error - MOST_ERROR[kind]:.3f}")
    if kind not in UNAIMED and noticed < LEAST_NOTICED:
        missed.append(f"noticed short by {LEAST_NOTICED - noticed:.1f}")
    return ", ".join(missed)


def calibration_table(records: Records) -> str:
    """Accuracy, log loss and average precision of a rare class, by model.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.calibration``.
    """
    rows = []
    for model in dict.fromkeys(record["model"] for record in records):
        alike = [record for record in records if record["model"] == model]
        means = [
            fmean(record[quantity] for record in alike)
            for quantity in ("accuracy", "log_loss", "average_precision")
        ]
        rows.append((f"`{model}`", f"{100 * means[0]:.1f}", f"{means[1]:.2f}", f"{means[2]:.3f}"))
    names = sorted({record["dataset"] for record in records})
    heads = ("Model", "Right / %", "Log loss", "Average precision of a rare class")
    return f"{len(names)} data sets: {', '.join(names)}.\n\n{markdown_table(heads, rows)}"


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated blocks of what can be believed, and what writes them."""
    page, results = root / "docs" / "benchmark.md", root / "results"

    def read(name: str) -> Any:
        return json.loads((results / name / f"{name}.json").read_text("utf-8"))

    return {
        (page, "novelty"): lambda: novelty_table(read("novelty")),
        (page, "calibration"): lambda: calibration_table(read("calibration")),
    }
