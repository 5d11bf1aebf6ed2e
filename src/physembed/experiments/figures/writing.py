"""Which figures belong to a comparison and to a run, and under which names they are written."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from physembed.charts import write_pictures
from physembed.charts.confusion import confusion_matrix
from physembed.experiments.figures.accuracy_against_price import accuracy_against_parameters
from physembed.experiments.figures.coefficient_convergence import coefficient_convergence
from physembed.experiments.figures.learning_curves import History, learning_curves
from physembed.experiments.grid.folder import FIGURES
from physembed.experiments.grid.plan import run_folder
from physembed.experiments.grid.records import Record
from physembed.experiments.results.frame import summaries


def write_comparison_figures(records: Sequence[Record], out: Path) -> list[Path]:
    """Write all figures of a comparison into its folder.

    Parameters
    ----------
    records : sequence of dict
        Sorted by data set and model.
    out : Path
        The comparison's folder, which holds the runs.

    Returns
    -------
    list of Path
    """
    from physembed.estimators.model_files import HISTORY
    from physembed.training.history import read_history

    written = []
    for dataset, group in groupby(records, key=lambda r: r["dataset"]):
        of_dataset = list(group)
        chart = accuracy_against_parameters(
            list(summaries(of_dataset).values()),
            name=f"{dataset}_accuracy_against_parameters",
            title=dataset,
        )
        written += write_pictures(chart, out / FIGURES, PNG)
        for model, runs in groupby(of_dataset, key=lambda r: r["model"]):
            of_model = list(runs)
            files = [
                out / run_folder(**{key: r[key] for key in _PLACE}) / HISTORY for r in of_model
            ]
            # a reference leaves none
            histories = [read_history(file.read_bytes()) if file.exists() else [] for file in files]
            written += _write(of_model, histories, out / FIGURES, f"{dataset}_{model}_")
    return written


def write_run_figures(record: Record, history: History, folder: Path) -> list[Path]:
    """Write the figures of a single run into ``folder``."""
    return _write([record], [history], folder, "")


PNG = (".png",)
_PLACE = ("dataset", "model", "seed", "split", "fold")


def _write(
    records: list[Record], histories: list[History], folder: Path, prefix: str
) -> list[Path]:
    """Figures of one model on one data set."""
    first = records[0]
    subject = f"{first['dataset']}, {first['model']}"
    merged = [
        [sum(cells) for cells in zip(*lines, strict=True)]
        for lines in zip(*(r["confusion_matrix"] for r in records), strict=True)
    ]
    runs = "all runs" if len(records) > 1 else f"seed {first['seed']}"
    name = f"{prefix}confusion_matrix"
    charts = [confusion_matrix(merged, first["classes"], name=name, title=f"{subject}, {runs}")]
    # what had no steps, or one alone, has no curve
    trained = [history for history in histories if len(history) > 1]
    if trained:
        charts.append(learning_curves(trained, name=f"{prefix}learning_curves", title=subject))
        convergence = coefficient_convergence(
            trained[0],
            name=f"{prefix}coefficient_convergence",
            title=f"{subject}, seed {first['seed']}",
        )
        charts += [convergence] if convergence is not None else []
    return [path for chart in charts for path in write_pictures(chart, folder, PNG)]
