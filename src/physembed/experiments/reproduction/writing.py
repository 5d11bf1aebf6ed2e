"""The files of a reproduction: records, tables, figures; each says where it is a quick version."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from physembed._files import write_json_atomically, write_text_atomically
from physembed._version import __version__
from physembed.charts import write_pictures
from physembed.data.parts import SMALL
from physembed.experiments.grid.plan import OFFICIAL, run_folder
from physembed.experiments.grid.records import Record
from physembed.experiments.reproduction.archive import ARCHIVE, finished_records, pack, read_archive
from physembed.experiments.reproduction.fixed import fixed_table
from physembed.experiments.reproduction.protocol import NLSE, PAPER
from physembed.experiments.reproduction.reproduction_tables import (
    choices_table,
    folds,
    overview,
    table1,
    table2,
    table3,
)
from physembed.experiments.reproduction.summary import Archive

HISTORIES = "histories.json"
FIRST_LAYERS = 4
"""Layers that the paper's figure 5 shows."""
SMOOTHING = 3
"""Epochs over which figure 4's smooth curves are averaged."""

QUICK = "**Quick version: few cases, epochs and seeds. These are not the paper's figures.**\n\n"

TABLES: dict[str, Callable[[Archive], str]] = {
    "table1": table1,
    "table2": table2,
    "table3": table3,
    "fixed": fixed_table,
    "folds": folds,
    "choices": choices_table,
    "overview": overview,
}
"""Every table by the name of its file."""

History = list[dict[str, float]]


def write_reproduction(out: Path, datasets: Mapping[str, str], *, quick: bool) -> list[Path]:
    """Write what the finished runs in a folder tell.

    Parameters
    ----------
    out : Path
    datasets : mapping of str to str
        The data set of each role; what is known of other roles is kept.
    quick : bool

    Returns
    -------
    list of Path
    """
    known = read_archive(out / ARCHIVE)["datasets"] if (out / ARCHIVE).is_file() else {}
    shown = {**known, **datasets}
    records = finished_records(out)
    archive: dict[str, Any] = {
        "quick": quick,
        "physembed_version": __version__,
        "datasets": shown,
    }
    write_json_atomically(out / ARCHIVE, pack(records, **archive))
    archive["records"] = [r for r in records if r["dataset"] in shown.values()]
    written = [out / ARCHIVE]
    for name, table in TABLES.items():
        text = f"# {name}\n\n{QUICK if quick else ''}{table(archive).strip()}\n"
        write_text_atomically(out / f"{name}.md", text)
        written.append(out / f"{name}.md")
    return [*written, *_write_figures(out, records, quick=quick)]


def _write_figures(out: Path, records: Sequence[Record], *, quick: bool) -> list[Path]:
    from physembed.experiments.figures import coefficient_convergence, learning_curves

    mark = ", quick version" if quick else ""
    split = SMALL if quick else OFFICIAL
    histories = _histories(out, [r for r in records if r["split"] == split])
    shown: dict[str, dict[str, History]] = {}
    written: list[Path] = []
    for (dataset, model), of_model in histories.items():
        title = f"{dataset}, {model}{mark}"
        charts = [
            learning_curves(
                list(of_model.values()),
                name=f"figure4_{dataset}_{model}",
                title=title,
                smoothing=SMOOTHING,
            )
        ]
        seed, first = next(iter(of_model.items()))
        convergence = coefficient_convergence(
            first,
            name=f"figure5_{dataset}_{model}",
            title=f"{title}, seed {seed}",
            most_layers=FIRST_LAYERS,
        )
        if convergence is not None:
            charts.append(convergence)
        written += [path for chart in charts for path in write_pictures(chart, out, (".png",))]
        shown[f"{dataset}/{model}"] = {str(seed): history for seed, history in of_model.items()}
    write_json_atomically(out / HISTORIES, {"quick": quick, "histories": shown})
    return [*written, out / HISTORIES]


def _histories(out: Path, records: Sequence[Record]) -> dict[tuple[str, str], dict[int, History]]:
    """Histories by data set, model and seed: of the runs here, else those kept before."""
    import json

    from physembed.estimators.model_files import HISTORY
    from physembed.training.history import read_history

    before: dict[str, dict[str, History]] = {}
    if (out / HISTORIES).is_file():
        before = json.loads((out / HISTORIES).read_text("utf-8"))["histories"]
    histories: dict[tuple[str, str], dict[int, History]] = {}
    for r in records:
        if r["model"] not in (NLSE.name, PAPER.name):
            continue
        place = run_folder(r["dataset"], r["model"], r["seed"], r["split"], r["fold"])
        file = out / place / HISTORY
        former = before.get(f"{r['dataset']}/{r['model']}", {}).get(str(r["seed"]))
        history = read_history(file.read_bytes()) if file.is_file() else former
        if history:
            histories.setdefault((r["dataset"], r["model"]), {})[r["seed"]] = history
    return histories
