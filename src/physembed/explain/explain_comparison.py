"""`explain` for a comparison: models beside each other, and what changes from seed to seed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from physembed._files import check_writable
from physembed._threads import limited_threads
from physembed._version import __version__
from physembed.charts import Chart
from physembed.charts.arrays import Numbers
from physembed.explain.figures.coefficients import seeds_chart, tolerance_chart
from physembed.explain.measures.tolerance import tolerance
from physembed.explain.measures.variation import knobs, origin, value
from physembed.explain.report import Section, write_report
from physembed.explain.run_folders import ComparedModels
from physembed.explain.subject import Subject

FIGURES = "explained"
"""Not "figures", which are the comparison's own."""


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
    compared = ComparedModels.read(folder)
    check_writable(target / "report.html")
    sections = []
    for dataset in compared.datasets:
        charts = [compared.accuracy_chart(dataset)]
        for model in compared.models:
            subjects = compared.subjects(dataset, model, data_dir)
            charts += _charts_of_seeds(f"{dataset}-{model}", model, subjects)
        sections.append(Section(dataset, tables=[compared.table(dataset)], charts=charts))
    return write_report(
        target,
        f"A comparison of {len(compared.models)} models",
        f"{', '.join(compared.models)}; {len(compared.records)} runs.",
        sections,
        {"physembed": __version__, "runs": compared.provenance()},
        figures=FIGURES,
    )


def _charts_of_seeds(stem: str, model: str, subjects: Sequence[Subject]) -> list[Chart]:
    """What changes from seed to seed of a model; nothing where it has no coefficients."""
    with limited_threads(1):
        measured = [tolerance(s, seed=k) for k, s in enumerate(subjects)]
    charts = []
    if any(m.names for m in measured):
        told = [m for m in measured if m.names]
        charts.append(tolerance_chart(told, name=f"{stem}-tolerance", model=model))
    values = _trained_values(subjects)
    if values:
        charts.append(seeds_chart(stem, model, values))
    return charts


def _trained_values(subjects: Sequence[Subject]) -> dict[str, Numbers]:
    """Coefficients of layers that training moved in any run, by their names, shape (runs,)."""
    values: dict[str, list[float]] = {}
    moved = set()
    for subject in subjects:
        for knob in knobs(subject):
            values.setdefault(knob.label, []).append(value(subject, knob))
            if origin(subject, knob) == "trained":
                moved.add(knob.label)
    return {name: np.array(of_runs) for name, of_runs in values.items() if name in moved}
