"""A comparison as a table for each data set."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from physembed._markdown import markdown_table
from physembed.experiments.grid.records import Record
from physembed.experiments.results.frame import Summary, summaries
from physembed.experiments.results.numbers_as_text import as_mean, as_range

COLUMNS = (
    "Model",
    "Accuracy / %",
    "Embedding parameters",
    "Readout parameters",
    "Total parameters",
    "Fit / s",
    "Predict / s",
)


def cells(summary: Summary) -> tuple[str, ...]:
    """A summary as the row of a table, in the order of :data:`COLUMNS`."""
    return (
        summary.model,
        as_mean(summary.mean, summary.deviation),
        as_range(summary.embedding_parameters),
        as_range(summary.readout_parameters),
        as_range(summary.total_parameters),
        _seconds(summary.median_of("fit_seconds") or 0.0),
        _seconds(summary.median_of("predict_seconds") or 0.0),
    )


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
    rows = [cells(summary) for summary in summaries(records).values()]
    return [
        f"## {dataset}",
        "",
        f"{_capitalised(caption(records))}.",
        "",
        markdown_table(COLUMNS, rows, padded=True),
        "",
        f"{_provenance(records)}.",
        "",
    ]


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


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _seconds(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}" if value < 10 else f"{value:.1f}"
