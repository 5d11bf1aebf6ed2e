"""One run: load, train, test, keep; or say why not."""

import shutil
import traceback
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed._files import to_plain
from physembed._version import __version__
from physembed.data import Dataset
from physembed.errors import PhysembedError, TrainingError, TrainingWarning
from physembed.estimators.catalogue import REFERENCES
from physembed.experiments.grid.effort import Effort, measured
from physembed.experiments.grid.folder import FIGURES, FORMER_RESULTS
from physembed.experiments.grid.plan import Run
from physembed.experiments.grid.records import RECORD, Record, write_record
from physembed.experiments.grid.variant import groups_of_fit

if TYPE_CHECKING:
    from physembed.estimators.reference_classifier import ReferenceClassifier
    from physembed.estimators.series_classifier import SeriesClassifier


@dataclass(frozen=True)
class Outcome:
    """A run that has ended: its record, or why there is none.

    Parameters
    ----------
    run : Run
    record : dict or None
    reason : str
        One sentence where the run failed, else empty.
    details : str
        The traceback where the failure was not one that physembed foresees, else empty.
    """

    run: Run
    record: Record | None
    reason: str = ""
    details: str = ""


def attempt(run: Run, out: Path, *, keep_models: bool = True) -> Outcome:
    """Do a run; whatever goes wrong becomes its outcome's reason."""
    try:
        return Outcome(run, execute(run, out, keep_model=keep_models))
    except PhysembedError as error:
        return Outcome(run, None, reason=str(error))
    except Exception as error:
        # a grid of hours must not end with the first surprise; the reason is reported at its end
        reason = f"{type(error).__name__}: {error}"
        return Outcome(run, None, reason=reason, details=traceback.format_exc())


def execute(run: Run, out: Path, *, keep_model: bool = True) -> Record:
    """Do one run of a comparison and keep it in ``out``; its record is written last.

    Without ``keep_model``, and for a reference, which cannot be saved, the record and the history
    of the training are all.
    """
    with warnings.catch_warnings():
        # a training that went astray is no result to compare with, though its weights can be used
        warnings.simplefilter("error", TrainingWarning)
        try:
            classifier, record = fit_and_test(run)
        except TrainingWarning as warning:
            raise TrainingError(str(warning)) from warning
    _store(run, classifier, record, out, keep_model=keep_model)
    return record


def _store(
    run: Run,
    classifier: "SeriesClassifier | ReferenceClassifier",
    record: Record,
    out: Path,
    *,
    keep_model: bool,
) -> None:
    from physembed.estimators.model_files import HISTORY
    from physembed.training.history import write_history

    if keep_model and run.variant.model not in REFERENCES:
        save_model(classifier, out / run.folder)
    else:
        (out / run.folder).mkdir(parents=True, exist_ok=True)
        history = getattr(classifier, "history_", [])
        if history:
            write_history(out / run.folder / HISTORY, history)
    write_record(out / run.folder, record)


def save_model(classifier: "SeriesClassifier | ReferenceClassifier", folder: Path) -> None:
    """Save a model; what a former run left beside its own goes first."""
    from physembed.estimators.model_files import is_model_folder

    if is_model_folder(folder):
        for name in (RECORD, FORMER_RESULTS):
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / FIGURES, ignore_errors=True)
    classifier.save(folder)


def fit_and_test(
    run: Run, *, verbose: int = 0, checkpoint_dir: Path | None = None
) -> tuple["SeriesClassifier | ReferenceClassifier", Record]:
    """Train a run's model on its training cases and test it on its test cases.

    Parameters
    ----------
    run : Run
    verbose : int, default=0
        1 shows the progress of the training.
    checkpoint_dir : Path or None, default=None
        Where the training is kept while it runs, and what it goes on from.

    Returns
    -------
    classifier : SeriesClassifier
        Fitted.
    record : dict
        See :data:`~physembed.experiments.grid.records.KEYS`. Accuracy lies between 0 and 1; row i,
        column j of the confusion matrix counts the test cases of class i taken for class j.
        Of data of one's own also "predicted": the class of every test case, of which an estimate
        by folds is made.
    """
    dataset = run.data()
    classifier = _classifier(run, verbose=verbose)
    if checkpoint_dir is not None:
        classifier.set_params(checkpoint_dir=checkpoint_dir)
    started = _now()
    groups = groups_of_fit(dataset, run.settings)
    # those that refuse groups are not told of any
    beside: dict[str, Any] = {} if groups is None else {"groups": groups}
    _, effort = measured(lambda: classifier.fit(dataset.X_train, dataset.y_train, **beside))
    classifier.preparation_ = dataset.preparation
    return classifier, _tested(run, classifier, dataset, started, effort)


def _classifier(run: Run, *, verbose: int = 0) -> "SeriesClassifier | ReferenceClassifier":
    return run.variant.classifier(
        random_state=run.seed,
        max_epochs=run.grid.max_epochs,
        device=run.grid.device,
        verbose=verbose,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _tested(
    run: Run,
    classifier: "SeriesClassifier | ReferenceClassifier",
    dataset: Dataset,
    started: str,
    effort: Effort,
) -> Record:
    """The record of a fitted classifier."""
    import numpy as np
    from sklearn.metrics import confusion_matrix

    from physembed.training.environment import environment_record

    predicted, prediction = measured(lambda: classifier.predict(dataset.X_test), memory=False)
    classes = np.unique(np.concatenate([dataset.y_train, dataset.y_test]))
    counts = classifier.parameter_counts_
    environment = environment_record()
    if getattr(classifier, "device_", "cpu") == "cpu":
        # there may be a GPU, on which nothing was trained
        environment["device"] = "cpu"
    versions = environment.pop("versions")
    record = {
        "dataset": run.dataset,
        "model": run.model,
        "seed": run.seed,
        "fold": run.fold,
        "split": run.split,
        "accuracy": float(np.mean(predicted == dataset.y_test)),
        "embedding_parameters": counts["embedding"],
        "readout_parameters": counts["readout"],
        "total_parameters": counts["embedding"] + counts["readout"],
        "fit_seconds": effort.seconds,
        "predict_seconds": prediction.seconds,
        "peak_memory_bytes": effort.peak_bytes,
        "n_train": len(dataset.y_train),
        "n_test": len(dataset.y_test),
        "n_classes": len(classes),
        "classes": classes,
        "confusion_matrix": confusion_matrix(dataset.y_test, predicted, labels=classes),
        "settings": run.settings,
        "composition": classifier.composition(),
        "dataset_digest": dataset.digest,
        "versions": versions,
        "machine": environment,
        "physembed_version": __version__,
        "started": started,
        "own_data": run.own_data(),
    }
    if record["own_data"] is not None:
        record["predicted"] = predicted
    plain: Record = to_plain(record)
    return plain
