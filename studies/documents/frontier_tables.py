"""Accuracy against the number of detectors as Markdown, from the records of the frontier."""

import json
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Any

from scipy.stats import wilcoxon

from physembed._markdown import markdown_table
from physembed.experiments.grid.folder import BENCHMARK
from studies.documents.packed_tables import packed_students

Records = Sequence[dict[str, Any]]

MODELS = ("homodyne", "multirocket-hydra")
"""Of the benchmark, whose accuracies on the same sets stand below."""
SIZES = {"LITE": "9,800", "LITETime": "49,000"}
"""Weights, as their authors tell them."""
PUBLISHED_SIZES = (16, 56, 288, 1120)
NOISE = ("0.01", "0.03", "0.1")
COMPARED = (
    *("Detectors or features", "Ours bear noise of", "Sets", "Division", "`compact` / %"),
    *("MiniRocket's features / %", "Wins / draws / losses", "p"),
)
COLUMNS = (
    *("Model", "Bears noise of", "Weights", "32 bits / %", "8 bits / %", "4 bits / %"),
    *("at 1 % of noise", "3 %", "10 %"),
)


def frontier_table(records: Records, packed: Records, rivals: Records, benchmark: Records) -> str:
    """Means over the sets of the records.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.frontier``.
    packed : sequence of dict
        Of ``studies.packed_detectors``: weights of few bits, on the same cases.
    rivals : sequence of dict
        Of the same study: MiniRocket on the same cases.
    benchmark : sequence of dict
        Records of a benchmark that holds the same sets.
    """
    sets = [record["dataset"] for record in records]
    rows = []
    for number, lesson in enumerate(records[0]["lessons"]):
        asked = sorted({student["asked"] for student in lesson["students"]})
        bears = f"{100 * lesson['robustness']:.0f} %" if lesson["robustness"] else ""
        for n_detectors in asked:
            by_bits = [
                packed_students(of_bits, number, n_detectors, bits)
                for of_bits, bits in ((records, 32), (packed, 8), (packed, 4))
            ]
            rows.append((f"{n_detectors:,} detectors", bears, *_cells(by_bits)))
    rows.append(
        (
            "MiniRocket",
            "",
            f"{fmean(record['weights'] for record in rivals):,.0f}",
            f"{_mean(rivals, '0'):.2f}",
            *("", ""),
            *(f"{_mean(rivals, level):.2f}" for level in NOISE),
        )
    )
    for model in MODELS:
        known = {r["dataset"]: r for r in benchmark if r["model"] == model and r["seed"] == 0}
        of_sets = [known[name] for name in sets if name in known]
        if len(of_sets) == len(sets):
            weights = fmean(record["readout_parameters"] for record in of_sets)
            accuracy = 100 * fmean(record["accuracy"] for record in of_sets)
            rows.append((f"`{model}`", "", f"{weights:,.0f}", f"{accuracy:.2f}", *[""] * 5))
    listed = ", ".join(sorted(sets))
    said = f"{len(sets)} data sets, official split, test cases counted once: {listed}."
    return f"{said}\n\n{markdown_table(COLUMNS, rows)}"


def equal_size_table(records: Records, rivals: Records, frontier: Records) -> str:
    """Ours against as many of MiniRocket's features, chosen and read out by the same recipe.

    Parameters
    ----------
    records, rivals : sequence of dict
        Of ``studies.resamples``; sets that either lacks in a division are left out there.
    frontier : sequence of dict
        Of ``studies.frontier``, which has the official division at other sizes.
    """
    ours = [*records, *({**record, "fold": 0} for record in frontier)]
    theirs = {
        (record["dataset"], record["fold"], student["asked"]): student["accuracy"]["0"]
        for record in rivals
        for student in record["students"]
    }
    rows = []
    sizes = sorted({asked for _, _, asked in theirs})
    for asked, robustness in product(sizes, sorted({x["robustness"] for x in ours[0]["lessons"]})):
        pairs = {
            (record["dataset"], record["fold"]): (
                student["accuracy"]["0"],
                theirs[record["dataset"], record["fold"], asked],
            )
            for record in ours
            for lesson in record["lessons"]
            for student in lesson["students"]
            if lesson["robustness"] == robustness
            and (student["asked"], student["bits"]) == (asked, 32)
            and (record["dataset"], record["fold"], asked) in theirs
        }
        folds = sorted({fold for _, fold in pairs})
        choices = {"official": [0], f"{len(folds)} divisions": folds}
        for name, divisions in list(choices.items())[: len(folds)]:
            sets = [
                dataset
                for dataset, fold in pairs
                if fold == 0 and all((dataset, k) in pairs for k in divisions)
            ]
            means = [[fmean(pairs[n, k][side] for k in divisions) for n in sets] for side in (0, 1)]
            if sets:
                rows.append(_compared(asked, robustness, name, *means))
    return markdown_table(COMPARED, rows)


def _compared(
    asked: int, robustness: float, name: str, ours: Sequence[float], theirs: Sequence[float]
) -> tuple[str, ...]:
    # accuracies that are the same share of cases may differ in their last digit
    differences = [round(one - other, 9) for one, other in zip(ours, theirs, strict=True)]
    counts = (
        sum(difference > 0 for difference in differences),
        differences.count(0),
        sum(difference < 0 for difference in differences),
    )
    p = wilcoxon([difference for difference in differences if difference]).pvalue
    return (
        f"{asked:,}",
        f"{100 * robustness:.0f} %" if robustness else "",
        f"{len(ours)}",
        name,
        f"{100 * fmean(ours):.2f}",
        f"{100 * fmean(theirs):.2f}",
        " / ".join(map(str, counts)),
        f"{p:.2g}",
    )


def published_table(records: Records, rivals: Records, published: Records) -> str:
    """Means over the sets that others published accuracies of.

    Parameters
    ----------
    records : sequence of dict
        Of ``studies.packed_detectors``.
    rivals, published : sequence of dict
    """
    known = {row["dataset"] for row in published}
    sets = sorted({record["dataset"] for record in records} & known)
    students = [
        (lesson["robustness"], student)
        for record in records
        for lesson in record["lessons"]
        for student in lesson["students"]
        if record["dataset"] in sets
        and (student["bits"], student["asked"] in PUBLISHED_SIZES) == (8, True)
    ]
    rows = _published_rows(published, sets)
    for asked, robustness in sorted({(s["asked"], r) for r, s in students}):
        alike = [s for r, s in students if (s["asked"], r) == (asked, robustness)]
        bears = f", which bear {100 * robustness:.0f} % of noise" if robustness else ""
        weights = f"{fmean(student['weights'] for student in alike):,.0f} of 8 bits"
        rows.append((f"`compact`, {asked:,} detectors{bears}", weights, _mean(alike, "0")))
    here = [record for record in rivals if record["dataset"] in sets]
    weights = f"{fmean(record['weights'] for record in here):,.0f}"
    rows.append(("MiniRocket, run here", weights, _mean(here, "0")))
    return _by_accuracy(rows, f"Accuracy over {len(sets)} sets / %")


def several_channels_table(records: Records, published: Records) -> str:
    """Means over sets of several channels, and every set."""
    sets = sorted({record["dataset"] for record in records})
    rows = _published_rows(published, sets)
    for model, asked in dict.fromkeys((r["model"], r["detectors"]) for r in records):
        alike = [r for r in records if (r["model"], r["detectors"]) == (model, asked)]
        if len(alike) < len(sets):
            continue
        name = f"`compact`, {asked:,} detectors" if asked else "MiniRocket, run here"
        weights = f"{fmean(record['weights'] for record in alike):,.0f}"
        rows.append((name, weights, 100 * fmean(record["accuracy"] for record in alike)))
    best = {(r["dataset"], r["detectors"]): 100 * r["accuracy"] for r in records}
    # what was measured on one set alone is not a column
    measured = [r["detectors"] for r in records]
    sizes = [size for size in dict.fromkeys(measured) if measured.count(size) > 1]
    others = sorted({row["model"] for row in published if row["dataset"] == sets[0]})
    theirs = {(row["dataset"], row["model"]): 100 * row["accuracy"] for row in published}
    heads = [f"{size:,} detectors" if size else "MiniRocket" for size in sizes]
    each = [
        [
            name,
            *(f"{best[name, size]:.1f}" if (name, size) in best else "" for size in sizes),
            *(f"{theirs[name, other]:.1f}" for other in others),
        ]
        for name in sets
    ]
    means = _by_accuracy(rows, f"Accuracy over {len(sets)} sets / %")
    return f"{means}\n\n{markdown_table(('Data set', *heads, *others), each)}"


Row = tuple[str, str, float]
"""A model, its weights, and its mean accuracy in %."""


def _published_rows(published: Records, sets: Sequence[str]) -> list[Row]:
    """Of the models that were published for all of the sets."""
    rows = []
    for model in sorted({row["model"] for row in published}):
        of_sets = {r["dataset"]: r["accuracy"] for r in published if r["model"] == model}
        if all(name in of_sets for name in sets):
            mean = 100 * fmean(of_sets[name] for name in sets)
            rows.append((model, SIZES.get(model, ""), mean))
    return rows


def _by_accuracy(rows: Sequence[Row], accuracy: str) -> str:
    ordered = sorted(rows, key=lambda row: -row[-1])
    cells = [(name, size, f"{mean:.2f}") for name, size, mean in ordered]
    return markdown_table(("Model", "Weights", accuracy), cells)


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The generated blocks of the frontier, and what writes them."""
    results, page = root / "results", root / "docs" / "benchmark.md"

    def read(name: str) -> Any:
        return json.loads((results / "frontier" / name).read_text("utf-8"))

    def write() -> str:
        benchmark = json.loads((results / "benchmark" / BENCHMARK).read_text("utf-8"))
        return frontier_table(
            read("frontier.json"), read("packed.json"), read("rivals.json"), benchmark["records"]
        )

    def write_published() -> str:
        return published_table(read("packed.json"), read("rivals.json"), read("published.json"))

    def write_equal_size() -> str:
        return equal_size_table(
            read("resamples.json"), read("resampled_rivals.json"), read("frontier.json")
        )

    def write_several() -> str:
        return several_channels_table(read("several_channels.json"), read("published.json"))

    return {
        (page, "frontier"): write,
        (page, "equal size"): write_equal_size,
        (page, "published"): write_published,
        (page, "several channels"): write_several,
    }


def _cells(by_bits: Sequence[Records]) -> list[str]:
    whole = by_bits[0]
    cells = [f"{fmean(student['weights'] for student in whole):,.0f}"]
    cells += [f"{_mean(of_bits, '0'):.2f}" for of_bits in by_bits]
    return cells + [f"{_mean(whole, level):.2f}" for level in NOISE]


def _mean(students: Records, level: str) -> float:
    return 100 * fmean(student["accuracy"][level] for student in students)
