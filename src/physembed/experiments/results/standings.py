"""What a benchmark says: means and ranks of models over data sets, wins, losses, the price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, wilcoxon

from physembed.experiments.grid.records import Record

FEWEST_SETS = 6
"""Data sets below which no paired test is made: Wilcoxon's cannot be significant on fewer."""

WORTH_NAMING = 2.0
"""Difference in accuracy, in points, from which on a data set is listed as won or lost."""


@dataclass(frozen=True)
class Standing:
    """A model over all data sets that every model has a result on.

    Parameters
    ----------
    model : str
    mean, rank : float
        Mean accuracy in % and mean rank, 1 the best.
    wins, draws, losses : int
        Of the first model against this one; 0 for the first itself.
    p_value : float or None
        Of Wilcoxon's signed-rank test of the first model against this one.
    embedding_parameters, readout_parameters : float
        Mean over the data sets.
    fit_seconds, predict_seconds : float
        Mean over the data sets.
    """

    model: str
    mean: float
    rank: float
    wins: int
    draws: int
    losses: int
    p_value: float | None
    embedding_parameters: float
    readout_parameters: float
    fit_seconds: float
    predict_seconds: float

    @property
    def total_parameters(self) -> float:
        """Mean number of parameters in all."""
        return self.embedding_parameters + self.readout_parameters


def accuracies(records: Sequence[Record]) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Data sets, models, and accuracy in %, (data sets, models), over seeds and resamples.

    Only data sets that all models have finished, in every seed and resample, are listed.
    """
    models = list(dict.fromkeys(r["model"] for r in records))
    cells: dict[tuple[str, str], dict[tuple[int, int], float]] = {}
    for r in records:
        runs = cells.setdefault((r["dataset"], r["model"]), {})
        runs[r["seed"], r["fold"]] = 100 * r["accuracy"]
    everywhere = {run for runs in cells.values() for run in runs}
    datasets = [
        name
        for name in sorted({r["dataset"] for r in records})
        if all(cells.get((name, model), {}).keys() == everywhere for model in models)
    ]
    table = [[fmean(cells[name, model].values()) for model in models] for name in datasets]
    return datasets, models, np.array(table).reshape(len(datasets), len(models))


def first_of(records: Sequence[Record], first: str) -> str:
    """The model that others are compared with: ``first``, or the next one if it always failed."""
    models = [r["model"] for r in records]
    return first if first in models or not models else models[0]


def standings(records: Sequence[Record], first: str) -> list[Standing]:
    """Every model's standing, the best mean rank first; empty where no set is complete."""
    datasets, models, table = accuracies(records)
    if not datasets:
        return []
    ranks = rankdata(-table, axis=1).mean(axis=0)
    reference = table[:, models.index(first)]
    found = []
    for k, model in enumerate(models):
        difference = reference - table[:, k]
        of_model = [r for r in records if r["model"] == model and r["dataset"] in datasets]
        is_first = model == first
        found.append(
            Standing(
                model=model,
                mean=float(table[:, k].mean()),
                rank=float(ranks[k]),
                wins=0 if is_first else int((difference > 0).sum()),
                draws=0 if is_first else int((difference == 0).sum()),
                losses=0 if is_first else int((difference < 0).sum()),
                p_value=None if is_first else _p_value(difference),
                **{key: _mean_over_sets(of_model, key) for key in _MEANS},
            )
        )
    return sorted(found, key=lambda s: s.rank)


_MEANS = ("embedding_parameters", "readout_parameters", "fit_seconds", "predict_seconds")


def _mean_over_sets(records: Sequence[Record], key: str) -> float:
    by_set: dict[str, list[float]] = {}
    for r in records:
        by_set.setdefault(r["dataset"], []).append(r[key])
    return fmean(fmean(values) for values in by_set.values())


def _p_value(differences: NDArray[np.float64]) -> float | None:
    if np.count_nonzero(differences) < FEWEST_SETS:
        return None
    return float(wilcoxon(differences).pvalue)


def standings_markdown(results: Mapping[str, Any]) -> str:
    """A benchmark's results as Markdown: the standings, every set, where the first model loses.

    Parameters
    ----------
    results : mapping
        What ``results.json`` of a benchmark holds.
    """
    records, first = results["records"], results["first"]
    datasets, models, table = accuracies(records)
    lines: list[str] = []
    if datasets:
        order = standings(records, first)
        lines += [*_head(records, datasets, first), *standings_table(order), ""]
        names = [standing.model for standing in order]
        lines += _sets_table(datasets, names, table[:, [models.index(n) for n in names]], records)
        lines += ["", *_provenance(records), ""]
    incomplete = sorted({r["dataset"] for r in records} - set(datasets))
    for title, entries in (
        ("Not finished by every model, and left out above", incomplete),
        ("Failed", [f"{name}: {reason}" for name, reason in results["failed"]]),
        ("Left out", [f"{name}: {reason}" for name, reason in results["skipped"]]),
    ):
        if entries:
            lines += [f"{title}:", "", *(f"- {entry}" for entry in entries), ""]
    return "\n".join(lines)


def losses_markdown(records: Sequence[Record], first: str, against: str) -> str:
    """The data sets on which ``first`` loses at least 2 points to ``against``, and wins as much."""
    datasets, models, table = accuracies(records)
    mine, theirs = table[:, models.index(first)], table[:, models.index(against)]
    rows = [
        (name, f"{a:.1f}", f"{b:.1f}", f"{a - b:+.1f}")
        for name, a, b in sorted(
            zip(datasets, mine, theirs, strict=True), key=lambda row: row[1] - row[2]
        )
        if abs(a - b) >= WORTH_NAMING
    ]
    return "\n".join(_table(("Data set", f"`{first}`", f"`{against}`", "difference"), rows))


def _head(records: Sequence[Record], datasets: list[str], first: str) -> list[str]:
    seeds = len({r["seed"] for r in records})
    folds = len({r["fold"] for r in records})
    division = "official split" if folds == 1 else f"mean of {folds} resamples"
    return [
        f"{len(datasets)} data sets, {division}, {seeds} seed{'s' if seeds > 1 else ''}. Means "
        f"are over data sets; wins / draws / losses and p (Wilcoxon's signed-rank test, "
        f"two-sided, not corrected) are of `{first}` against the model of the row.",
        "",
    ]


def standings_table(order: Sequence[Standing]) -> list[str]:
    """The lines of the table of standings, as Markdown."""
    header = (
        "Model",
        "Accuracy / %",
        "Rank",
        "Wins / draws / losses",
        "p",
        "Embedding parameters",
        "Readout parameters",
        "Fit / s",
        "Predict / s",
    )
    rows = [
        (
            f"`{s.model}`",
            f"{s.mean:.2f}",
            f"{s.rank:.2f}",
            "" if s.wins + s.draws + s.losses == 0 else f"{s.wins} / {s.draws} / {s.losses}",
            "" if s.p_value is None else f"{s.p_value:.2g}",
            f"{s.embedding_parameters:,.0f}",
            f"{s.readout_parameters:,.0f}",
            f"{s.fit_seconds:.2g}" if s.fit_seconds < 10 else f"{s.fit_seconds:.0f}",
            f"{s.predict_seconds:.2g}",
        )
        for s in order
    ]
    return _table(header, rows)


def _sets_table(
    datasets: list[str],
    models: list[str],
    table: NDArray[np.float64],
    records: Sequence[Record],
) -> list[str]:
    sizes = {r["dataset"]: (r["n_train"], r["n_test"], r["n_classes"]) for r in records}
    rows = []
    for name, line in zip(datasets, table, strict=True):
        best = round(float(line.max()), 1)
        cells = [f"**{v:.1f}**" if round(float(v), 1) == best else f"{v:.1f}" for v in line]
        rows.append((name, " / ".join(map(str, sizes[name])), *cells))
    return _table(("Data set", "Training / test / classes", *(f"`{m}`" for m in models)), rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---", *["---:"] * (len(header) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)]


def _provenance(records: Sequence[Record]) -> list[str]:
    versions = dict.fromkeys(
        f"physembed {r['physembed_version']}, torch {r['versions']['torch']}, "
        f"aeon {r['versions']['aeon']}"
        for r in records
    )
    machines = dict.fromkeys(
        f"{r['machine']['processor']}, {r['machine']['threads']} thread(s) per run" for r in records
    )
    return [f"{'; '.join(versions)}; {'; '.join(machines)}."]
