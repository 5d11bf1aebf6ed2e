"""What `compact` was to reach, and what it reaches, from the records of the frontier."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from physembed._markdown import markdown_table
from physembed.training.selection.quantisation import WEIGHT_BITS
from studies.digits_in_bands import SPLITS
from studies.disturbances import AIMED_AT
from studies.documents.packed_tables import packed_students
from studies.few_cases import DRAWS
from studies.loud_levels import loud_levels_table

Records = Sequence[dict[str, Any]]

SIZES = ((56, 250, 88.3), (288, 1200, 89.4), (1120, 4600, 90.0))
"""Detectors, about how many weights were allowed, and the accuracy that was aimed at in %."""
DIVIDED = ((56, 250, 88.3), (352, 1200, 89.4), (1344, 4600, 90.0))
"""The same of the sizes that were measured on several divisions of every set."""
BYTES = {56: 400, 288: 1500, 352: 1500, 1120: 5000, 1344: 5000}
"""That were allowed with indices and thresholds, by detectors."""
NOISE = ("0.01", "0.03", "0.1")
BEARING = 1
"""The lesson of detectors that bear noise; the other is of all."""
MOST_LOST = 3.0
"""Points that a set may lose at 1 % of noise."""
SINGLE = (("FordASubset", "0.01", 94.0), ("GunPoint", "0.03", 97.0))
"""Data set, level of noise, and what is to be left in %."""
ENGINE = AIMED_AT[0]
CONVTRAN = 84.0
"""Published mean over the eight sets of several channels, in %."""
COLUMNS = ("What", "Aimed at", "Reached", "")


READ = (
    *("frontier", "packed", "rivals", "several_channels", "resamples"),
    *("disturbances", "levels_alone"),
)
"""Records that are read beside the aims, by the names of their files."""


def aims_table(records: Mapping[str, Records]) -> str:
    """Means over sets, and single sets; what is missed says by how much.

    Parameters
    ----------
    records : mapping of str to sequence of dict
        Of each of :data:`READ`.
    """
    frontier, packed, rivals, several, resamples, disturbances, levels = (
        records[name] for name in READ
    )
    rows = [*_accuracies(frontier), *_bytes(packed)]
    rows += [*_over_divisions(resamples), *_in_noise(frontier, rivals)]
    rows += [*_engine(frontier, disturbances), *_levels(levels), *_several_channels(several)]
    return markdown_table(COLUMNS, rows)


def _row(what: str, aim: float, reached: float) -> tuple[str, str, str, str]:
    short = f"short by {aim - reached:.1f}" if round(reached, 1) < round(aim, 1) else ""
    return what, f"{aim:.1f}", f"{reached:.1f}", short


def _accuracies(frontier: Records) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for asked, weights, aim in SIZES:
        for lesson, said in ((0, ""), (BEARING, ", of those that bear noise")):
            students = _students(frontier, lesson, asked)
            mean = fmean(student["weights"] for student in students)
            what = (
                f"{len(frontier)} sets, about {weights:,} weights: {asked:,} detectors, "
                f"{mean:,.0f} weights"
            )
            rows.append(_row(what + said, aim, _accuracy(students, "0")))
    return rows


def _bytes(packed: Records) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    aims = {asked: aim for asked, _, aim in (*SIZES, *DIVIDED)}
    for asked, most in BYTES.items():
        for lesson, said in ((0, ""), (BEARING, ", of those that bear noise")):
            students = packed_students(packed, lesson, asked, min(WEIGHT_BITS))
            mean = fmean(student["bytes"] for student in students)
            weights = fmean(student["weights"] for student in students)
            what = (
                f"{len(packed)} sets, {asked:,} detectors{said}, {weights:,.0f} weights of "
                f"{min(WEIGHT_BITS)} bits"
            )
            over = f"over by {mean - most:,.0f}" if round(mean) > most else ""
            of_bytes = f"{what}: bytes with indices, thresholds, scales, at most"
            rows.append((of_bytes, f"{most:,}", f"{mean:,.0f}", over))
            rows.append(_row(f"{what}: accuracy / %", aims[asked], _accuracy(students, "0")))
    return rows


def _over_divisions(resamples: Records) -> list[tuple[str, ...]]:
    """Beside the official division the mean of all."""
    rows: list[tuple[str, ...]] = []
    folds = {record["fold"] for record in resamples}
    official = [record for record in resamples if record["fold"] == 0]
    divisions = {"official division": official, f"mean of {len(folds)} divisions": resamples}
    for asked, weights, aim in DIVIDED:
        for lesson, said in ((0, ""), (BEARING, ", of those that bear noise")):
            for name, records in divisions.items():
                students = _students(records, lesson, asked)
                mean = fmean(student["weights"] for student in students)
                what = (
                    f"{len(official)} sets, {name}, about {weights:,} weights: {asked:,} "
                    f"detectors, {mean:,.0f} weights{said}"
                )
                rows.append(_row(what, aim, _accuracy(students, "0")))
    return rows


def _in_noise(frontier: Records, rivals: Records) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for asked, _, _ in SIZES:
        students = _students(frontier, BEARING, asked)
        name = f"{asked:,} detectors that bear noise"
        rows += [
            _row(
                f"{name}: mean at {100 * float(level):.0f} % of noise, at least MiniRocket's",
                _accuracy(rivals, level),
                _accuracy(students, level),
            )
            for level in NOISE
        ]
        lost = {
            record["dataset"]: 100 * (student["accuracy"]["0"] - student["accuracy"]["0.01"])
            for record, student in zip(frontier, students, strict=True)
        }
        far = [f"{n} {points:.1f}" for n, points in lost.items() if points > MOST_LOST]
        rows.append(
            (
                f"{name}: sets that lose more than 3 points at 1 %",
                "none",
                ", ".join(far) or "none",
                f"{len(far)} too many" if far else "",
            )
        )
        for dataset, level, aim in SINGLE:
            of_set = [s for r, s in zip(frontier, students, strict=True) if r["dataset"] == dataset]
            what = f"{name}: {dataset} at {100 * float(level):.0f} %"
            rows.append(_row(what, aim, _accuracy(of_set, level)))
    return rows


def _engine(frontier: Records, disturbances: Records) -> list[tuple[str, ...]]:
    """FordASubset: with few weights, with any, and behind a converter."""
    (engine,) = [record for record in frontier if record["dataset"] == ENGINE]
    rows: list[tuple[str, ...]] = []
    for asked, aim in ((56, 96.0), (1120, 97.0)):
        for lesson, said in ((0, ""), (BEARING, ", of those that bear noise")):
            students = _students([engine], lesson, asked)
            what = f"{ENGINE}, {asked:,} detectors{said}, {students[0]['weights']:,} weights"
            rows.append(_row(what, aim, _accuracy(students, "0")))
    (alike,) = [r for r in disturbances if (r["dataset"], r["model"]) == AIMED_AT]
    what = f"{ENGINE} behind a converter of 8 bits, {AIMED_AT[1]}"
    return [*rows, _row(what, 94.0, 100 * alike["accuracy"]["8 bits"])]


def _levels(levels: Records) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for model, n_classes in dict.fromkeys((r["model"], r["classes"]) for r in levels):
        alike = [r for r in levels if (r["model"], r["classes"]) == (model, n_classes)]
        what = f"{n_classes} classes of level alone, {len(alike)} draws, {model}"
        mean = 100 * fmean(record["accuracy"] for record in alike)
        if model.startswith("`compact`, "):
            rows.append(_row(what, 100.0, mean))
        else:
            rows.append((what, "", f"{mean:.1f}", ""))
    return rows


def _several_channels(several: Records) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    both = sorted({r["dataset"] for r in several if r["model"] == "minirocket"})
    rival = _mean(several, "minirocket", None, both, "accuracy")
    of_rival = _mean(several, "minirocket", None, both, "weights")
    for asked in sorted(_sizes_of_all(several)):
        weights = _mean(several, "compact", asked, both, "weights")
        what = (
            f"{len(both)} sets of several channels, {asked:,} detectors, {weights:,.0f} weights: "
            f"MiniRocket's, which has {of_rival:,.0f}"
        )
        reached = 100 * _mean(several, "compact", asked, both, "accuracy")
        rows.append(_row(what, 100 * rival, reached))
        every = sorted({record["dataset"] for record in several})
        what = f"{len(every)} sets of several channels, {asked:,} detectors: ConvTran's"
        rows.append(_row(what, CONVTRAN, 100 * _mean(several, "compact", asked, every, "accuracy")))
    for record in several:
        if record["dataset"] in ("JapaneseVowels", "BasicMotions") and record["detectors"]:
            what = f"{record['dataset']}, {record['weights']:,} weights"
            aim = 99.0 if record["dataset"] == "JapaneseVowels" else 100.0
            rows.append(_row(what, aim, 100 * record["accuracy"]))
    return rows


def _sizes_of_all(several: Records) -> set[int]:
    """Numbers of detectors that were measured on every set."""
    sets = {record["dataset"] for record in several}
    of_size: dict[int, set[str]] = {}
    for record in several:
        if record["model"] == "compact":
            of_size.setdefault(record["detectors"], set()).add(record["dataset"])
    return {size for size, measured in of_size.items() if measured == sets}


def _students(records: Records, lesson: int, asked: int) -> list[dict[str, Any]]:
    """Of every set, the one of that size, in single precision."""
    return packed_students(records, lesson, asked, max(WEIGHT_BITS))


def _accuracy(records: Records, level: str) -> float:
    return 100 * fmean(record["accuracy"][level] for record in records)


def _mean(
    several: Records, model: str, detectors: int | None, sets: Sequence[str], key: str
) -> float:
    return fmean(
        record[key]
        for record in several
        if (record["model"], record["detectors"]) == (model, detectors)
        and record["dataset"] in sets
    )


def few_cases_table(records: Records) -> str:
    """Mean accuracy by the number of training cases that were drawn.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.few_cases``.
    """
    by_size = {n: [r for r in records if DRAWS[r["draw"]] == n] for n in sorted(set(DRAWS))}
    by_size = {n: alike for n, alike in by_size.items() if alike}
    heads = [
        f"about {n} cases: {len(alike)} draws of {len({r['dataset'] for r in alike})} sets / %"
        for n, alike in by_size.items()
    ]
    rows = [
        (model, *(f"{_accuracy(alike, model):.1f}" for alike in by_size.values()))
        for model in records[0]["accuracy"]
    ]
    return markdown_table(("", *heads), rows)


def digits_table(records: Records) -> str:
    """Mean accuracy on every split.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.digits_in_bands``.
    """
    by_split = {name: [r for r in records if r["split"] == name] for name in SPLITS}
    heads = [
        f"{name}, {len(alike)} of {SPLITS[name]} / %" for name, alike in by_split.items() if alike
    ]
    rows = [
        (model, *(f"{_accuracy(alike, model):.1f}" for alike in by_split.values() if alike))
        for model in records[0]["accuracy"]
    ]
    return markdown_table(("Spoken Digits", *heads), rows)


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated blocks of what `compact` reaches, and what writes them."""

    def read(name: str) -> Any:
        return json.loads((root / "results" / "frontier" / name).read_text("utf-8"))

    def write() -> str:
        return aims_table({name: read(f"{name}.json") for name in READ})

    page = root / "docs" / "benchmark.md"
    questions = root / "docs" / "benchmark-questions.md"
    return {
        (page, "aims"): write,
        (questions, "few cases"): lambda: few_cases_table(read("few_cases.json")),
        (page, "loud levels"): lambda: loud_levels_table(read("loud_levels.json")),
        (page, "digits"): lambda: digits_table(read("digits_in_bands.json")),
    }
