"""The reproduction's tables as Markdown, written from its records alone."""

from collections.abc import Callable, Sequence

from physembed._markdown import markdown_table
from physembed.data.parts import SMALL, VALIDATION
from physembed.experiments.grid.plan import OFFICIAL
from physembed.experiments.reproduction.protocol import (
    ALTERNATIVES,
    PARTS,
    Entry,
    Part,
)
from physembed.experiments.reproduction.summary import (
    Archive,
    not_told_from_the_best,
    published,
    summarise,
)
from physembed.experiments.results.frame import Summary
from physembed.experiments.results.numbers_as_text import as_interval, as_mean, as_range, as_seconds
from physembed.experiments.results.statistics import test_case_interval


def table1(archive: Archive) -> str:
    """Every model on every data set: accuracy, parameters, time and memory."""
    return _by_role(archive, PARTS["table1"], _models)


def table2(archive: Archive) -> str:
    """The terms of the nonlinear Schrödinger equation, switched off."""
    return _by_role(archive, PARTS["table2"], _terms)


def table3(archive: Archive) -> str:
    """The terms of the Gross-Pitaevskii equation, switched off."""
    return _by_role(archive, PARTS["table3"], _terms)


def overview(archive: Archive) -> str:
    """Accuracy of every model of table 1 on every data set that was there, with the seeds."""
    here = list(archive["datasets"].items())
    header = ["Model", "Embedding parameters"]
    for _, name in here:
        header += [f"{name} / %", "seeds", "paper / %"]
    rows = []
    for entry in sorted(PARTS["table1"].entries, key=lambda entry: entry.ours):
        cells, embedding = [], ""
        for role, name in here:
            summary = summarise(archive, name, entry.name, OFFICIAL)
            if summary is not None:
                embedding = embedding or as_range(summary.embedding_parameters)
            cells += [
                _accuracy(summary),
                "" if summary is None else _seeds(entry, summary),
                _paper(role, entry),
            ]
        if any(cells[0::3]):
            label = f"*{entry.label}* (ours)" if entry.ours else entry.label
            rows.append([label, embedding, *cells])
    return markdown_table(header, rows) if rows else NOTHING


def folds(archive: Archive) -> str:
    """Other divisions of Spoken Digits than the official one."""
    lines: list[str] = []
    part = PARTS["folds"]
    for role in part.roles:
        dataset = archive["datasets"].get(role)
        rows = []
        for entry in part.entries:
            cells = [entry.label]
            for split in (OFFICIAL, *part.splits):
                summary = summarise(archive, dataset, entry.name, split) if dataset else None
                cells += [
                    _accuracy(summary),
                    "" if summary is None else as_interval(summary.interval),
                ]
            rows.append(cells)
        if any(cell for row in rows for cell in row[3:]):
            header = ["Model", "official / %", ""]
            for split in part.splits:
                header += [f"{split} / %", "95 % interval"]
            lines += [f"#### {dataset}", "", markdown_table(header, rows), ""]
    return "\n".join(lines) or NOTHING


def choices_table(archive: Archive) -> str:
    """What every model had to choose from, and how each did on the validation cases."""
    rows = []
    for dataset in archive["datasets"].values():
        for model, alternatives in ALTERNATIVES.items():
            tries = [
                (changes, summarise(archive, dataset, f"{model}-try{number}", VALIDATION))
                for number, changes in enumerate(alternatives)
            ]
            done = [(changes, summary) for changes, summary in tries if summary is not None]
            if not done:
                continue
            best = max(range(len(done)), key=lambda k: (done[k][1].mean, -k))
            cells = [
                f"{_said(changes)}: {summary.mean:.1f}" + (" (taken)" if k == best else "")
                for k, (changes, summary) in enumerate(done)
            ]
            rows.append([dataset, f"`{model}`", "; ".join(cells)])
    if not rows:
        return NOTHING
    return markdown_table(["Data set", "Model", "Accuracy on validation cases / %"], rows)


NOTHING = "No run is finished yet."


Shown = Sequence[tuple[Entry, Summary]]


def _by_role(archive: Archive, part: Part, rows_of: Callable[[str, Shown], str]) -> str:
    lines: list[str] = []
    split = SMALL if archive["quick"] else OFFICIAL
    for role in part.roles:
        dataset = archive["datasets"].get(role)
        if dataset is None:
            why = "Nothing is reported: it was not at hand, or is not run yet."
            lines += [f"#### {role}", "", why, ""]
            continue
        shown = [
            (entry, summary)
            for entry in part.entries
            if (summary := summarise(archive, dataset, entry.name, split)) is not None
        ]
        if shown:
            title = role if dataset == role else f"{role}: {dataset}"
            lines += [f"#### {title}", "", _caption([s for _, s in shown]), ""]
            lines += [rows_of(role, shown), ""]
            waiting = [e.label for e in part.entries if e not in [entry for entry, _ in shown]]
            if waiting:
                lines += [f"Not run yet: {'; '.join(waiting)}.", ""]
    return "\n".join(lines) or NOTHING


def _models(role: str, shown: Shown) -> str:
    header = [
        *("Model", "Paper / %", "Accuracy / %", "95 % interval", "Seeds"),
        *("Embedding", "Readout", "Total", "Fit / s", "Predict / s", "Peak memory / MB"),
    ]
    best = not_told_from_the_best([summary for _, summary in shown])
    rows = []
    marked = zip(shown, best or [False] * len(shown), strict=True)
    # the paper's rows first, then ours
    for (entry, summary), is_best in sorted(marked, key=lambda pair: pair[0][0].ours):
        accuracy = _accuracy(summary)
        rows.append(
            [
                f"*{entry.label}* (ours)" if entry.ours else entry.label,
                _paper(role, entry),
                f"**{accuracy}**" if is_best else accuracy,
                as_interval(summary.interval),
                _seeds(entry, summary),
                *(
                    as_range(summary.extremes(f"{kind}_parameters"))
                    for kind in ("embedding", "readout", "total")
                ),
                as_seconds(summary.median_of("fit_seconds")),
                as_seconds(summary.median_of("predict_seconds")),
                _megabytes(summary.largest("peak_memory_bytes")),
            ]
        )
    note = (
        "Bold: the best model and those that paired t tests over the seeds do not tell from it at "
        "5 % (Holm)."
        if best
        else "Nothing is bold: paired tests need at least three seeds of every model."
    )
    return f"{markdown_table(header, rows)}\n\n{note}"


def _terms(role: str, shown: Shown) -> str:
    header = ["Terms", "Paper / %", "Accuracy / %", "95 % interval", "Seeds"]
    header += ["Embedding", "Against the whole", "95 % interval", "p"]
    summaries = {entry.name: summary for entry, summary in shown}
    rows = []
    for entry, summary in shown:
        test, difference = None, ""
        whole = summaries.get(entry.chosen_as) if entry.chosen_as else None
        if whole is not None:
            test = summary.against(whole)
            points = summary.mean - whole.mean if test is None else test.difference
            difference = f"{points:+.1f}"
        rows.append(
            [
                entry.label,
                _paper(role, entry),
                _accuracy(summary),
                as_interval(summary.interval),
                _seeds(entry, summary),
                as_range(summary.embedding_parameters),
                difference,
                as_interval(None if test is None else (test.low, test.high), signed=True),
                "" if test is None else f"{test.p_value:.2g}",
            ]
        )
    return markdown_table(header, rows)


def _caption(summaries: Sequence[Summary]) -> str:
    first = summaries[0].records[0]
    low, high = test_case_interval(0.9, first["n_test"])
    processors = dict.fromkeys(r["machine"]["processor"] for s in summaries for r in s.records)
    threads = dict.fromkeys(str(r["machine"]["threads"]) for s in summaries for r in s.records)
    return (
        f"{first['n_train']:,} training and {first['n_test']:,} test cases, {first['n_classes']} "
        f"classes; data SHA-256 {first['dataset_digest'][:16]}; {' / '.join(processors)}, "
        f"{' / '.join(threads)} thread(s). Intervals over seeds say nothing of the choice of test "
        f"cases: with so many, 90 % stand for {100 * low:.1f} to {100 * high:.1f} (Wilson)."
    )


def _paper(role: str, entry: Entry) -> str:
    figure = published(role, entry.name)
    return "" if figure is None else f"{figure:.1f}"


def _accuracy(summary: Summary | None) -> str:
    return "" if summary is None else as_mean(summary.mean, summary.deviation_of_runs)


def _seeds(entry: Entry, summary: Summary) -> str:
    return "any" if entry.deterministic else str(summary.n)


def _megabytes(value: float | None) -> str:
    return "" if value is None else f"{value / 1e6:.0f}"


def _said(changes: dict[str, object]) -> str:
    """A change in a few words."""
    overrides = changes.get("overrides")
    if isinstance(overrides, dict):
        return f"rate {next(iter(overrides.values())):g}"
    return f"guard band {changes['guard_band']:g}"
