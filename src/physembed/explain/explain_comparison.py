"""`explain` for a comparison: models beside each other, and what changes from seed to seed."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from physembed._files import check_writable
from physembed._threads import limited_threads
from physembed._version import __version__
from physembed.errors import InvalidInputError, RunFolderError
from physembed.experiments.grid.folder import MARKER, RESULTS
from physembed.experiments.grid.plan import run_folder
from physembed.experiments.grid.records import Record
from physembed.experiments.results.comparison_tables import COLUMNS, caption, cells
from physembed.experiments.results.frame import summaries
from physembed.explain.figures.comparison import accuracy_chart, coefficients_chart, seeds_chart
from physembed.explain.measures.tolerance import tolerance
from physembed.explain.report import Section, Table, write_report
from physembed.explain.subject import Subject, load_subject

PLACE = ("dataset", "model", "seed", "split", "fold")
FIGURES = "explained"
"""Not "figures", which are the comparison's own."""


def is_comparison(folder: Path) -> bool:
    """Whether a folder is that of a comparison."""
    return (folder / MARKER).is_file()


def explain_comparison(
    comparison: str | Path, *, out: str | Path | None = None, data_dir: str | Path | None = None
) -> list[Path]:
    """Write the report of a comparison, and its pictures.

    Parameters
    ----------
    comparison : str or Path
        A folder of `physembed compare`.
    out : str, Path or None, default=None
        Folder of the report; None is the comparison's own.
    data_dir : str, Path or None, default=None

    Returns
    -------
    list of Path
        What was written, ``report.html`` first.

    Raises
    ------
    RunFolderError, DatasetError
    """
    folder = Path(comparison)
    target = folder if out is None else Path(out)
    try:
        records: list[Record] = json.loads((folder / RESULTS).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{folder / RESULTS} cannot be read: {error}.") from error
    if not records:
        raise RunFolderError(f"{folder} holds no finished run.")
    check_writable(target / "report.html")
    sections = []
    for dataset, group in groupby(records, key=lambda r: r["dataset"]):
        of_dataset = list(group)
        lines = list(summaries(of_dataset).values())
        table = Table(caption(of_dataset) + ".", COLUMNS, [cells(line) for line in lines])
        charts = [accuracy_chart(dataset, lines)]
        for model, runs in groupby(of_dataset, key=lambda r: r["model"]):
            subjects = _subjects(list(runs), folder, data_dir)
            if subjects:
                stem = f"{dataset}-{model}"
                with limited_threads(1):
                    measured = [tolerance(s, seed=k) for k, s in enumerate(subjects)]
                charts.append(seeds_chart(stem, model, measured))
                values = _coefficients(subjects)
                if values:
                    charts.append(coefficients_chart(stem, model, values))
        sections.append(Section(dataset, tables=[table], charts=charts))
    provenance: dict[str, Any] = {
        "physembed": __version__,
        "runs": [
            {k: r[k] for k in (*PLACE, "accuracy", "dataset_digest", "versions", "started")}
            for r in records
        ],
    }
    models = list(dict.fromkeys(r["model"] for r in records))
    return write_report(
        target,
        f"A comparison of {len(models)} models",
        f"{', '.join(models)}; {len(records)} runs.",
        sections,
        provenance,
        figures=FIGURES,
    )


def _subjects(runs: Sequence[Record], folder: Path, data_dir: str | Path | None) -> list[Subject]:
    """The runs of a model that have a medium."""
    found = []
    for record in runs:
        run = folder / run_folder(**{key: record[key] for key in PLACE})
        try:
            found.append(load_subject(run, data_dir))
        except InvalidInputError:
            # a baseline
            return []
    return found


def _coefficients(subjects: Sequence[Subject]) -> dict[str, "np.ndarray[Any, Any]"]:
    """Trained coefficients of every run by their name, shape (runs,)."""
    found: dict[str, list[float]] = {}
    for subject in subjects:
        for fibre, (_, medium) in enumerate(subject.fibres):
            values = medium.dimensionless()
            for name in medium.trainable:
                for layer, value in enumerate(values[name].tolist()):
                    label = f"fibre {fibre + 1}, layer {layer + 1}, {name}"
                    found.setdefault(label, []).append(value)
    return {name: np.array(values) for name, values in found.items()}
