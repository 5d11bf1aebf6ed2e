"""One model on one data set, kept with its results and figures in a folder of its own."""

from pathlib import Path

from physembed._files import check_writable, replace_folder_atomically, write_json_atomically
from physembed.errors import InvalidInputError
from physembed.estimators.catalogue import MODELS, REFERENCES
from physembed.experiments.grid.folder import FIGURES
from physembed.experiments.grid.plan import ALL, Grid
from physembed.experiments.grid.records import RECORD, Record
from physembed.experiments.grid.run import fit_and_test
from physembed.experiments.run_folder import check_run_folder, claimed_for_a_run


def train_one(
    dataset: str,
    model: str,
    *,
    out: str | Path,
    seed: int = 0,
    data_dir: str | Path | None = None,
    max_epochs: int | None = None,
    training: str | None = None,
    device: str = "auto",
    overwrite: bool = False,
    verbose: int = 0,
) -> Record:
    """Train a model by name, test it, and write the run folder ``out``.

    A training that was stopped, by whatever means, goes on where it was when it is started again;
    the run then ends as if nothing had happened.

    Parameters
    ----------
    dataset, model : str
    out : str or Path
        The folder: the saved model, ``record.json`` and ``figures/``.
    seed : int, default=0
    data_dir : str, Path or None, default=None
    max_epochs : int or None, default=None
        None is the model's own default.
    training : {None, "auto", "designed", "gradient", "projection"}, default=None
        None is the model's own way.
    device : {"auto", "cpu", "cuda"}, default="auto"
    overwrite : bool, default=False
        Replace ``out`` if it is a run folder; anything else is never replaced.
    verbose : int, default=0
        1 shows the progress of the training.

    Returns
    -------
    dict
        See :data:`~physembed.experiments.grid.records.KEYS`, ``train_accuracy``, ``divergence``:
        why the training ended before its time, or None, and ``preset``: what ``auto`` chose, None
        for a baseline.

    Raises
    ------
    InvalidInputError, UnknownNameError, DatasetError, RunFolderError
        Before anything is trained or written.
    """
    if model in REFERENCES:
        raise InvalidInputError(
            f"model {model!r} is a reference of comparisons and cannot be kept; choose one of "
            f"{', '.join(MODELS)}."
        )
    if model == ALL:
        raise InvalidInputError(
            f"model must be the name of one, got {model!r}; `physembed compare` trains several. "
            f"Choose one of {', '.join(MODELS)}."
        )
    from physembed.estimators.series_classifier import SeriesClassifier
    from physembed.experiments.figures import write_run_figures

    folder = Path(out)
    check_run_folder(folder, overwrite=overwrite)
    check_writable(folder)
    grid = Grid(
        [dataset],
        [model],
        [seed],
        training=training,
        max_epochs=max_epochs,
        device=device,
        data_dir=data_dir,
    )
    (run,) = grid.runs()
    with claimed_for_a_run(folder, overwrite=overwrite) as kept:
        classifier, record = fit_and_test(run, verbose=verbose, checkpoint_dir=kept)
        data = grid.dataset(run.dataset, run.fold)
        right = classifier.predict(data.X_train) == data.y_train
        record["train_accuracy"] = float(right.mean())
        record["divergence"] = classifier.divergence_
        record["preset"] = getattr(classifier, "preset_", None)
        # model, figures and results are there at once, or not at all
        with replace_folder_atomically(folder) as complete:
            assert isinstance(classifier, SeriesClassifier)  # no reference, see above
            classifier.model_files().write_into(complete)
            write_run_figures(record, classifier.history_, complete / FIGURES)
            write_json_atomically(complete / RECORD, record)
    return record
