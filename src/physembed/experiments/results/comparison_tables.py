"""Records as the rows of a table, and the table as Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean, median, stdev

from physembed.experiments.grid.records import Record, base_model

COLUMNS = (
    "Model",
    "Accuracy / %",
    "Embedding parameters",
    "Readout parameters",
    "Total parameters",
    "Fit / s",
    "Predict / s",
)


@dataclass(frozen=True)
class Row:
    """One model on one data set, over all its runs.

    Parameters
    ----------
    dataset, model : str
    base_model : str
        The catalogue's model, of which ``model`` may be a variant.
    accuracies : tuple of float
        One per seed, in %; over several folds, their mean.
    embedding_parameters, readout_parameters, total_parameters : tuple of int
        Smallest and largest count over the runs; they differ where a choice is made in training.
    fit_seconds, predict_seconds : float
        Median over the runs, which a run on a busy machine does not move.
    """

    dataset: str
    model: str
    base_model: str
    accuracies: tuple[float, ...]
    embedding_parameters: tuple[int, int]
    readout_parameters: tuple[int, int]
    total_parameters: tuple[int, int]
    fit_seconds: float
    predict_seconds: float

    @property
    def mean(self) -> float:
        """Mean accuracy over the seeds, in %."""
        return fmean(self.accuracies)

    @property
    def deviation(self) -> float | None:
        """Standard deviation over the seeds (N - 1), in points; None for a single seed."""
        return stdev(self.accuracies) if len(self.accuracies) > 1 else None

    def cells(self) -> tuple[str, ...]:
        """The row as text, in the order of :data:`COLUMNS`."""
        spread = "" if self.deviation is None else f" ± {self.deviation:.1f}"
        return (
            self.model,
            f"{self.mean:.1f}{spread}",
            _count(self.embedding_parameters),
            _count(self.readout_parameters),
            _count(self.total_parameters),
            _seconds(self.fit_seconds),
            _seconds(self.predict_seconds),
        )


def rows(records: Sequence[Record]) -> list[Row]:
    """One row for each data set and model, in the order of the records."""
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record["dataset"], record["model"]), []).append(record)
    return [_row(*key, group) for key, group in groups.items()]


def caption(records: Sequence[Record]) -> str:
    """What the rows of one data set have in common, in a sentence."""
    first = records[0]
    seeds = sorted({r["seed"] for r in records})
    folds = len({r["fold"] for r in records})
    sizes = (
        f"{first['n_train']:,} training and {first['n_test']:,} test cases"
        if folds == 1
        else f"{first['n_train'] + first['n_test']:,} cases, mean of {folds} folds"
    )
    limits = {r["settings"].get("max_epochs") for r in records} - {None}
    limited = f"; at most {_joined(str(n) for n in sorted(limits))} epochs" if limits else ""
    return (
        f"{first['split']} split, {sizes}, {first['n_classes']} classes; "
        f"{_counted(len(seeds), 'seed')} ({', '.join(map(str, seeds))}){limited}"
    )


def markdown(records: Sequence[Record], failures: Sequence[tuple[str, str]] = ()) -> str:
    """The comparison as Markdown: a table for each data set.

    Parameters
    ----------
    records : sequence of dict
        Sorted by data set and model.
    failures : sequence of (str, str)
        Titles and reasons of the runs that failed.
    """
    lines = ["# Comparison", ""]
    if records:
        lines += [
            "Accuracy: mean ± standard deviation over the seeds, on the test cases. Embedding "
            "parameters are what is trained before the last layer, readout parameters are the "
            "last layer. Seconds: median over the runs, each with the threads stated below.",
            "",
        ]
    for dataset, group in groupby(records, key=lambda r: r["dataset"]):
        lines += _section(dataset, list(group))
    if failures:
        lines += ["## Failed", "", *(f"- {title}: {reason}" for title, reason in failures), ""]
    return "\n".join(lines)


def _section(dataset: str, records: list[Record]) -> list[str]:
    table = [COLUMNS, *(row.cells() for row in rows(records))]
    widths = [max(len(line[k]) for line in table) for k in range(len(COLUMNS))]
    header, *body = (
        [_padded(c, w, k) for k, (c, w) in enumerate(zip(line, widths, strict=True))]
        for line in table
    )
    rule = ["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])]
    return [
        f"## {dataset}",
        "",
        f"{_capitalised(caption(records))}.",
        "",
        *(f"| {' | '.join(cells)} |" for cells in (header, rule, *body)),
        "",
        f"{_provenance(records)}.",
        "",
    ]


def _row(dataset: str, model: str, records: list[Record]) -> Row:
    by_seed: dict[int, list[float]] = {}
    for record in records:
        by_seed.setdefault(record["seed"], []).append(100 * record["accuracy"])

    def extremes(key: str) -> tuple[int, int]:
        counts = [record[key] for record in records]
        return min(counts), max(counts)

    return Row(
        dataset=dataset,
        model=model,
        base_model=base_model(records[0]),
        accuracies=tuple(fmean(values) for values in by_seed.values()),
        embedding_parameters=extremes("embedding_parameters"),
        readout_parameters=extremes("readout_parameters"),
        total_parameters=extremes("total_parameters"),
        fit_seconds=median(record["fit_seconds"] for record in records),
        predict_seconds=median(record["predict_seconds"] for record in records),
    )


def _provenance(records: list[Record]) -> str:
    digests = _joined(r["dataset_digest"][:16] for r in records)
    versions = _joined(
        f"physembed {r['physembed_version']}, torch {r['versions']['torch']}" for r in records
    )
    machines = _joined(
        f"{r['machine']['processor']}, {_counted(r['machine']['threads'], 'thread')} per run, "
        f"accelerator: {_accelerator(r['machine']['device'])}"
        for r in records
    )
    # of records of before, when several seeds could be trained as one batch
    together = _joined(
        f"{r['model']} ({_counted(r['trained_together'], 'seed')} at a time)"
        for r in records
        if r.get("trained_together", 1) > 1
    )
    shared = f"; trained together, seconds shared equally: {together}" if together else ""
    return f"Data SHA-256 {digests}; {versions}; {machines}{shared}"


def _accelerator(device: str) -> str:
    return "none" if device == "cpu" else device


def _joined(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(texts))


def _padded(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _count(extremes: tuple[int, int]) -> str:
    smallest, largest = extremes
    return f"{smallest:,}" if smallest == largest else f"{smallest:,}-{largest:,}"


def _seconds(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}" if value < 10 else f"{value:.1f}"
