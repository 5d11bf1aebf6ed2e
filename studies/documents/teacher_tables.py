"""What MiniRocket beside the teacher is worth on all sets as Markdown, from the records."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from scipy.stats import wilcoxon

from physembed._markdown import markdown_table
from studies.documents.packed_tables import packed_students

Records = Sequence[dict[str, Any]]

NOISE = "0.03"
COLUMNS = (
    *("Detectors", "Bear noise of", "Weights", "Taught by the pool alone / %"),
    *("with MiniRocket / %", "Wins / draws / losses", "p", "with MiniRocket, in 3 % of noise / %"),
)


def both_teachers_table(with_minirocket: Records, resamples: Records) -> str:
    """Means over sets in their official division, the same detectors of both teachers.

    Parameters
    ----------
    with_minirocket : sequence of dict
        Of ``studies.taught_with_minirocket``.
    resamples : sequence of dict
        Of ``studies.resamples``.
    """
    official = {record["dataset"]: record for record in resamples if record["fold"] == 0}
    sets = [record for record in with_minirocket if record["dataset"] in official]
    alone = [official[record["dataset"]] for record in sets]
    rows = []
    for number, lesson in enumerate(sets[0]["lessons"]):
        bears = f"{100 * lesson['robustness']:.0f} %" if lesson["robustness"] else ""
        for asked in sorted({student["asked"] for student in lesson["students"]}):
            ours, both = (packed_students(part, number, asked, 32) for part in (alone, sets))
            pairs = [
                (a["accuracy"]["0"], b["accuracy"]["0"]) for a, b in zip(ours, both, strict=True)
            ]
            # accuracies that are the same share of cases may differ in their last digit
            gains = [round(after - before, 9) for before, after in pairs]
            counts = (sum(g > 0 for g in gains), gains.count(0), sum(g < 0 for g in gains))
            rows.append(
                (
                    f"{asked:,}",
                    bears,
                    f"{fmean(student['weights'] for student in both):,.0f}",
                    *(f"{100 * fmean(side):.2f}" for side in zip(*pairs, strict=True)),
                    " / ".join(map(str, counts)),
                    f"{wilcoxon([g for g in gains if g]).pvalue:.2g}",
                    f"{100 * fmean(student['accuracy'][NOISE] for student in both):.2f}",
                )
            )
    return f"{len(sets)} data sets, official split.\n\n{markdown_table(COLUMNS, rows)}"


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated block, and what writes it."""
    frontier, page = root / "results" / "frontier", root / "docs" / "benchmark-questions.md"

    def read(name: str) -> Any:
        return json.loads((frontier / f"{name}.json").read_text("utf-8"))

    return {
        (page, "both teachers"): lambda: both_teachers_table(
            read("with_minirocket"), read("resamples")
        )
    }
