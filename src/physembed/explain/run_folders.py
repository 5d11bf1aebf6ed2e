"""Runs and comparisons on disk as what is to be explained: the one place that knows their layout.

Everything else here sees a :class:`~physembed.explain.subject.Subject`, and tables and charts.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed.charts import Chart
from physembed.errors import DatasetError, InvalidInputError, RunFolderError
from physembed.experiments.figures import accuracy_against_parameters
from physembed.experiments.grid.folder import FORMER_RESULTS, MARKER, read_records
from physembed.experiments.grid.plan import run_folder
from physembed.experiments.grid.records import RECORD, Record
from physembed.experiments.results.comparison_tables import COLUMNS, caption, cells
from physembed.experiments.results.frame import summaries
from physembed.explain.report import Table
from physembed.explain.subject import Subject

if TYPE_CHECKING:
    from physembed.data import Dataset

_RECORDS = (RECORD, FORMER_RESULTS)
"""What a run calls its record; what `physembed train` called it before."""

_PLACE = ("dataset", "model", "seed", "split", "fold")


def load_subject(folder: Path, data_dir: Path | str | None = None) -> Subject:
    """What a run folder holds: the model, and the data set that its record names.

    Raises
    ------
    RunFolderError
        If the folder is no run that can be read, or names no data set.
    DatasetError
        If the data set is absent, or not the one that the run was made with.
    InvalidInputError
        If the model has no medium.
    """
    from physembed.estimators import load

    classifier = load(folder)
    record = record_of_run(folder)
    data = data_of_run(record, data_dir)
    X_train, X_test = data.arrays()
    seen = record["split"] == "whole"
    return Subject.of(
        classifier,
        X_train,
        data.y_train,
        X_test,
        data.y_test,
        dataset=data.name,
        sampling_interval=data.sampling_interval,
        record=record,
        called="cases that it was trained on" if seen else "test cases",
        unseen=not seen,
        channels=tuple((record.get("own_data") or {}).get("channels", ())),
    )


def record_of_run(folder: Path) -> Record:
    """What was kept of a run.

    Raises
    ------
    RunFolderError
        If the folder has no record that can be read.
    """
    file = next((folder / name for name in _RECORDS if (folder / name).is_file()), None)
    if file is None:
        raise RunFolderError(
            f"{folder} holds a model, but no record.json that says which data set it was trained "
            "on; explain takes a folder that `physembed train` or `physembed compare` wrote. In "
            "Python, classifier.explain(X, y) takes any fitted classifier and its cases."
        )
    record: Record = _read(file)
    return record


def data_of_run(record: Record, data_dir: Path | str | None = None) -> "Dataset":
    """The cases that a run was trained and tested on.

    Raises
    ------
    DatasetError
        If the data set is absent, or not the one that the run was made with.
    """
    from physembed.data import load_dataset
    from physembed.data.own.description import Description

    file = record.get("own_data")
    name = record["dataset"] if file is None else file["path"]
    data = load_dataset(
        name,
        data_dir,
        split=record["split"],
        fold=int(record["fold"]),
        description=None if file is None else Description.from_plain(file["description"]),
    )
    if data.digest != record["dataset_digest"]:
        raise DatasetError(
            f"{data.name} in {data.source} is not the data set of the run: its digest is "
            f"{data.digest[:12]}, that of the run {record['dataset_digest'][:12]}."
        )
    return data


def is_comparison(folder: Path) -> bool:
    """Whether a folder is that of a comparison."""
    return (folder / MARKER).is_file()


@dataclass(frozen=True)
class ComparedModels:
    """The finished runs of a comparison.

    Parameters
    ----------
    folder : Path
        The comparison's.
    records : list of dict
        One of each run, sorted by data set and model.
    """

    folder: Path
    records: list[Record]

    @classmethod
    def read(cls, folder: Path) -> "ComparedModels":
        """The runs of a folder of `physembed compare`.

        Raises
        ------
        RunFolderError
            If it cannot be read, or holds no finished run.
        """
        records = read_records(folder)
        if not records:
            raise RunFolderError(f"{folder} holds no finished run.")
        return cls(folder, records)

    @property
    def datasets(self) -> list[str]:
        """The data sets, in order."""
        return list(dict.fromkeys(r["dataset"] for r in self.records))

    @property
    def models(self) -> list[str]:
        """All models, in order."""
        return list(dict.fromkeys(r["model"] for r in self.records))

    def table(self, dataset: str) -> Table:
        """Accuracy, parameters and seconds of every model on a data set."""
        records = self._on(dataset)
        return Table(
            f"{caption(records)}.", COLUMNS, [cells(model) for model in summaries(records).values()]
        )

    def accuracy_chart(self, dataset: str) -> Chart:
        """Accuracy of every model on a data set, and what it costs in parameters."""
        return accuracy_against_parameters(
            list(summaries(self._on(dataset)).values()),
            name=f"{dataset}-accuracy",
            title=f"accuracy and parameters on {dataset}",
        )

    def subjects(
        self, dataset: str, model: str, data_dir: str | Path | None = None
    ) -> list[Subject]:
        """The runs of a model on a data set; none where it has no medium, as a baseline."""
        places = [
            {key: record[key] for key in _PLACE}
            for record in self._on(dataset)
            if record["model"] == model
        ]
        try:
            return [load_subject(self.folder / run_folder(**p), data_dir) for p in places]
        except InvalidInputError:
            return []

    def provenance(self) -> list[dict[str, Any]]:
        """What tells each run from all others."""
        keys = (*_PLACE, "accuracy", "dataset_digest", "versions", "started")
        return [{key: record[key] for key in keys} for record in self.records]

    def _on(self, dataset: str) -> list[Record]:
        return [record for record in self.records if record["dataset"] == dataset]


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{file} cannot be read: {error}.") from error
