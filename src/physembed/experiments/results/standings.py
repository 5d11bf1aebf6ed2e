"""What a benchmark says: means and ranks of models over data sets, wins, losses, the price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from physembed._markdown import markdown_table
from physembed.experiments.grid.records import Record
from physembed.experiments.results.frame import accuracy_table, summaries
from physembed.experiments.results.numbers_as_text import as_seconds
from physembed.experiments.results.statistics import FEWEST_SETS, signed_rank_p


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


def first_of(records: Sequence[Record], first: str) -> str:
    """The model that others are compared with: ``first``, or the next one if it always failed."""
    models = [r["model"] for r in records]
    return first if first in models or not models else models[0]


def standings(records: Sequence[Record], first: str) -> list[Standing]:
    """Every model's standing, the best mean rank first; empty where no set is complete."""
    datasets, models, table = accuracy_table(records)
    if not datasets:
        return []
    gathered = summaries(records)
    ranks = rankdata(-table, axis=1).mean(axis=0)
    reference = table[:, models.index(first)]
    order = []
    for k, model in enumerate(models):
        difference = reference - table[:, k]
        of_model = [gathered[name, model] for name in datasets]
        is_first = model == first
        order.append(
            Standing(
                model=model,
                mean=float(table[:, k].mean()),
                rank=float(ranks[k]),
                wins=0 if is_first else int((difference > 0).sum()),
                draws=0 if is_first else int((difference == 0).sum()),
                losses=0 if is_first else int((difference < 0).sum()),
                p_value=None if is_first else _p_value(difference),
                **{key: fmean(s.mean_of(key) for s in of_model) for key in _MEANS},
            )
        )
    return sorted(order, key=lambda standing: standing.rank)


_MEANS = ("embedding_parameters", "readout_parameters", "fit_seconds", "predict_seconds")


def _p_value(differences: NDArray[np.float64]) -> float | None:
    if np.count_nonzero(differences) < FEWEST_SETS:
        return None
    return signed_rank_p(differences)


def standings_markdown(results: Mapping[str, Any]) -> str:
    """A benchmark's results as Markdown: the standings, every set, where the first model loses.

    Parameters
    ----------
    results : mapping
        What ``benchmark.json`` holds.
    """
    records, first = results["records"], results["first"]
    datasets, models, table = accuracy_table(records)
    lines: list[str] = []
    if datasets:
        order = standings(records, first)
        lines += [*_head(records, datasets, first), standings_table(order), ""]
        names = [standing.model for standing in order]
        lines += [_sets_table(datasets, names, table[:, [models.index(n) for n in names]], records)]
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


def standings_table(order: Sequence[Standing]) -> str:
    """The table of standings, as Markdown."""
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
            as_seconds(s.fit_seconds),
            f"{s.predict_seconds:.2g}",
        )
        for s in order
    ]
    return markdown_table(header, rows)


def _sets_table(
    datasets: list[str],
    models: list[str],
    table: NDArray[np.float64],
    records: Sequence[Record],
) -> str:
    sizes = {r["dataset"]: (r["n_train"], r["n_test"], r["n_classes"]) for r in records}
    rows = []
    for name, line in zip(datasets, table, strict=True):
        best = round(float(line.max()), 1)
        cells = [f"**{v:.1f}**" if round(float(v), 1) == best else f"{v:.1f}" for v in line]
        rows.append((name, " / ".join(map(str, sizes[name])), *cells))
    columns = ("Data set", "Training / test / classes", *(f"`{m}`" for m in models))
    return markdown_table(columns, rows)


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
