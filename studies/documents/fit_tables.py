"""The records of fits as Markdown."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, geometric_mean, stdev
from typing import Any

from physembed._markdown import markdown_table
from physembed.experiments.results.numbers_as_text import as_mean

Records = Sequence[dict[str, Any]]


def fits_table(folder: Path) -> str:
    """Every fit that was measured, by task and model: mean, worst, size and time."""
    columns = (
        *("Task", "Model", "Seeds", "Accuracy / %", "Worst seed / %"),
        *("Physical + readout numbers", "Fit, CPU seconds"),
    )
    rows: list[tuple[str, ...]] = []
    for name, title, group in GROUPS:
        file = folder / f"{name}.json"
        if file.is_file():
            rows += _rows(title, json.loads(file.read_text("utf-8")), group)
    return markdown_table(columns, rows, n_text_columns=2)


def frames_table(file: Path) -> str:
    """Spectrograms at once and frame by frame: accuracy over speakers, by what was tested on."""
    records = json.loads(file.read_text("utf-8"))
    tested = list(dict.fromkeys(record["tested on"] for record in records))
    rows = []
    for model in dict.fromkeys(record["model"] for record in records):
        cells = []
        for where in tested:
            some = [
                100 * r["accuracy"]
                for r in records
                if (r["model"], r["tested on"]) == (model, where)
            ]
            cells.append(as_mean(fmean(some), stdev(some) if len(some) > 1 else None))
        weights = max(record["readout"] for record in records if record["model"] == model)
        rows.append((f"`{model}`", *cells, f"{weights:,}"))
    return markdown_table(("Preset", *(f"{t} / %" for t in tested), "Weights"), rows)


def _rows(
    title: str, records: Records, group: Callable[[dict[str, Any]], str]
) -> list[tuple[str, ...]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        groups.setdefault(group(record), []).append(record)
    rows: list[tuple[str, ...]] = []
    for model, entries in groups.items():
        accuracies = list(_by_seed(entries).values())
        embedding, readout = max((entry["embedding"], entry["readout"]) for entry in entries)
        rows.append(
            (
                title,
                model,
                str(len(accuracies)),
                as_mean(fmean(accuracies), stdev(accuracies) if len(accuracies) > 1 else None),
                f"{min(accuracies):.1f}",
                f"{embedding} + {readout:,}",
                f"{fmean(entry['cpu_seconds'] for entry in entries):.1f}",
            )
        )
    return rows


def _by_seed(records: Records) -> dict[int, float]:
    """Accuracy of each seed in %, the mean of its folds; only seeds with all folds."""
    folds: dict[int, list[float]] = {}
    for record in records:
        folds.setdefault(record["seed"], []).append(100 * record["accuracy"])
    most = max(map(len, folds.values()))
    return {seed: fmean(values) for seed, values in folds.items() if len(values) == most}


def _of_budget(record: dict[str, Any]) -> str:
    return f"at most {record['budget']} in all, {record['model']}"


def _of_bits(record: dict[str, Any]) -> str:
    return f"{record['bits']} bits, {record['model']}"


def _of_model(record: dict[str, Any]) -> str:
    return str(record["model"])


GROUPS: tuple[tuple[str, str, Callable[[dict[str, Any]], str]], ...] = (
    ("digits", "Spoken Digits", _of_model),
    ("speakers", "Spoken Digits, unseen speakers", _of_model),
    ("ford", "FordASubset", _of_budget),
    ("parity", "parity of phase bits", _of_bits),
)


UCR_PAIRS = (
    ("chosen", "no physics"),
    ("chosen", "lens in focus"),
    ("chosen", "lens found"),
    ("chosen", "spread"),
    ("tuned", "chosen"),
    ("tiny", "chosen"),
    ("tiny", "spread"),
    ("tiny", "no physics"),
    ("tiny", "lens in focus"),
    ("tuned with Kerr", "tuned"),
    ("lens found", "lens in focus"),
    ("lens found", "no physics"),
)
BANK_PAIRS = (
    ("trained", "designed"),
    ("trained without a prior", "designed"),
)


def ucr_table(file: Path) -> str:
    """Sixteen detectors over the UCR sets, with paired tests over sets, as Markdown."""
    return _paired(json.loads(file.read_text("utf-8")), UCR_PAIRS)


def bank_table(file: Path) -> str:
    """The bank of `homodyne-small` with its physics trained, over the UCR sets, as Markdown."""
    return _paired(json.loads(file.read_text("utf-8")), BANK_PAIRS)


def comparators_table(file: Path) -> str:
    """Banks of ideal comparators against those of finite gain, by left-out error, as Markdown."""
    records = json.loads(file.read_text("utf-8"))
    columns = (
        *("Bank", "Sets", "Readout weights, mean", "Left-out error, finite gain / ideal"),
        *("Lower on", "Test accuracy, finite gain / %", "ideal / %"),
    )
    rows = []
    for model in dict.fromkeys(r["model"].removesuffix(", ideal") for r in records):
        finite, ideal = (
            {r["dataset"]: r for r in records if r["model"] == name}
            for name in (model, f"{model}, ideal")
        )
        names = sorted(finite.keys() & ideal.keys())
        ratios = [finite[n]["left_out_error"] / ideal[n]["left_out_error"] for n in names]
        rows.append(
            (
                f"`{model}`",
                str(len(names)),
                f"{fmean(finite[n]['readout'] for n in names):,.0f}",
                f"{geometric_mean(ratios):.3f} (geometric mean)",
                str(sum(r < 1 for r in ratios)),
                f"{fmean(100 * finite[n]['accuracy'] for n in names):.2f}",
                f"{fmean(100 * ideal[n]['accuracy'] for n in names):.2f}",
            )
        )
    return markdown_table(columns, rows)


def _paired(records: Records, pairs: Sequence[tuple[str, str]]) -> str:
    from scipy.stats import wilcoxon

    means = {
        model: _by_set([entry for entry in records if entry["model"] == model])
        for model in dict.fromkeys(entry["model"] for entry in records)
    }
    seeds = {
        model: len({entry["seed"] for entry in records if entry["model"] == model})
        for model in means
    }
    columns = (
        *("Compared", "Sets", "Seeds", "Mean of the one / %", "Mean of the other / %"),
        *("Difference", "Better / worse on", "Wilcoxon p"),
    )
    rows = []
    for one, other in pairs:
        names = sorted(means.get(one, {}).keys() & means.get(other, {}).keys())
        if len(names) < 2:
            continue
        a = [means[one][name] for name in names]
        b = [means[other][name] for name in names]
        differences = [x - y for x, y in zip(a, b, strict=True)]
        better, worse = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
        rows.append(
            (
                f"{one}, {other}",
                str(len(names)),
                str(seeds[one]),
                f"{fmean(a):.1f}",
                f"{fmean(b):.1f}",
                f"{fmean(differences):+.1f}",
                f"{better} / {worse}",
                f"{wilcoxon(a, b).pvalue:.2g}",
            )
        )
    return markdown_table(columns, rows)


def _by_set(records: Records) -> dict[str, float]:
    accuracies: dict[str, list[float]] = {}
    for record in records:
        accuracies.setdefault(record["dataset"], []).append(100 * record["accuracy"])
    return {name: fmean(values) for name, values in accuracies.items()}
