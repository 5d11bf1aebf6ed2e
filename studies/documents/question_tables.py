"""What else might go into pool, teacher and student, from the records of the studies."""

import json
from collections.abc import Callable, Sequence
from math import exp, log
from pathlib import Path
from statistics import fmean
from typing import Any

from physembed._markdown import markdown_table
from studies.other_pools import CHANNELS, MEDIA
from studies.other_students import WITH_RIVAL

Records = Sequence[dict[str, Any]]

AS_IT_IS = ""
"""The name of the answer without any change."""
POOL_COLUMNS = (
    *("Changed", "Sets", "Left-out error / as it is", "Lower on", "Accuracy / points"),
    "Families that the others' choice serves",
)
STUDENT = "student"
STUDENT_COLUMNS = ("", "Right / %", "better / worse than the student on", "with 3 % of noise / %")
TEACHER_COLUMNS = (
    *("", "taught by the pool alone / %", "with MiniRocket / %", "better / worse on"),
    *("alone, with 3 % of noise / %", "with MiniRocket, with noise / %"),
)
RIVAL = "MiniRocket"
"""Alone, which is no change of ours."""


def pools_table(records: Records) -> str:
    """Left-out errors of teachers over sets, and what a choice by the other families is worth.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.other_pools``.
    """
    rows = []
    for several in (False, True):
        alike = [record for record in records if (record["family"] == CHANNELS) is several]
        # sets of several channels are of no families: each is one
        kind = "dataset" if several else "family"
        for name in list(alike[0]["answers"])[1:]:
            rows.append(_pool_row(name, alike, kind))
        if not several:
            media = [
                f"{what} x {factor:g}" for what, factors in MEDIA.items() for factor in factors
            ]
            rows.append(_chosen_row("the best of these four media", media, alike, kind))
    return markdown_table(POOL_COLUMNS, rows)


def _pool_row(name: str, records: Records, kind: str) -> tuple[str, ...]:
    if name == RIVAL:
        changes = [log(_ratio(record, name)) for record in records]
        return (*_told(f"{name} alone", changes, records, [name] * len(records)), "")
    return _chosen_row(name, [name], records, kind, always=True)


def _chosen_row(
    said: str, names: Sequence[str], records: Records, kind: str, *, always: bool = False
) -> tuple[str, ...]:
    """A change, or one of some, which the other families choose where it lowers their error."""
    served, chosen = [], []
    families = list(dict.fromkeys(record[kind] for record in records))
    for family in families:
        others = [record for record in records if record[kind] != family]
        means = {name: fmean(log(_ratio(r, name)) for r in others) for name in (AS_IT_IS, *names)}
        best = min(means, key=lambda name: means[name])
        here = [record for record in records if record[kind] == family]
        served.append(best != AS_IT_IS and fmean(log(_ratio(r, best)) for r in here) < 0)
        chosen += [names[0] if always else best] * len(here)
    ordered = [record for family in families for record in records if record[kind] == family]
    changes = [log(_ratio(r, name)) for r, name in zip(ordered, chosen, strict=True)]
    return (*_told(said, changes, ordered, chosen), f"{sum(served)} of {len(families)}")


def _told(
    said: str, changes: Sequence[float], records: Records, chosen: Sequence[str]
) -> tuple[str, ...]:
    points = [
        100 * (r["answers"][name]["accuracy"] - r["answers"][AS_IT_IS]["accuracy"])
        for r, name in zip(records, chosen, strict=True)
    ]
    lower = sum(change < 0 for change in changes)
    return (
        said,
        f"{len(records)}",
        f"{exp(fmean(changes)):.3f}",
        f"{lower}",
        f"{fmean(points):+.1f}",
    )


def _ratio(record: dict[str, Any], name: str) -> float:
    return float(record["answers"][name]["error"] / record["answers"][AS_IT_IS]["error"])


def students_table(records: Records) -> str:
    """Accuracy of students on the half that they were not taught.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.other_students``.
    """
    rows = []
    for name in records[0]["answers"]:
        accuracies = [record["answers"][name]["accuracy"] for record in records]
        usual = [record["answers"][STUDENT]["accuracy"] for record in records]
        better = sum(one > other for one, other in zip(accuracies, usual, strict=True))
        worse = sum(one < other for one, other in zip(accuracies, usual, strict=True))
        noisy = fmean(record["answers"][name]["in_noise"] for record in records)
        rows.append(
            (
                name,
                f"{100 * fmean(accuracies):.1f}",
                "" if name == STUDENT else f"{better} / {worse}",
                f"{100 * noisy:.1f}",
            )
        )
    return f"{len(records)} sets.\n\n{markdown_table(STUDENT_COLUMNS, rows)}"


def teachers_table(records: Records) -> str:
    """Teachers and students with MiniRocket beside the pool, and without.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.other_students``, its teachers.
    """
    rows = []
    for name in records[0]["answers"]:
        if name.endswith(WITH_RIVAL):
            continue
        alone, both = (
            [record["answers"][name + ending]["accuracy"] for record in records]
            for ending in ("", WITH_RIVAL)
        )
        noisy = [
            fmean(record["answers"][name + ending]["in_noise"] for record in records)
            for ending in ("", WITH_RIVAL)
        ]
        pairs = list(zip(both, alone, strict=True))
        rows.append(
            (
                name,
                f"{100 * fmean(alone):.1f}",
                f"{100 * fmean(both):.1f}",
                f"{sum(a > b for a, b in pairs)} / {sum(a < b for a, b in pairs)}",
                *(f"{100 * accuracy:.1f}" for accuracy in noisy),
            )
        )
    return f"{len(records)} sets.\n\n{markdown_table(TEACHER_COLUMNS, rows)}"


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated blocks of the questions, and what writes them."""
    page, frontier = root / "docs" / "benchmark-questions.md", root / "results" / "frontier"

    def read(name: str) -> Any:
        return json.loads((frontier / f"{name}.json").read_text("utf-8"))

    return {
        (page, "other pools"): lambda: pools_table(read("other_pools")),
        (page, "other students"): lambda: students_table(read("other_students")),
        (page, "other teachers"): lambda: teachers_table(read("other_teachers")),
    }
