"""One model on one data set, kept with its results and figures in a folder of its own."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed._files import (
    check_writable,
    one_writer,
    put_back,
    remove_temporaries,
    remove_temporaries_of,
    replace_folder_atomically,
    write_json_atomically,
)
from physembed.data.loading import own_place
from physembed.data.own.description import BY_RULE
from physembed.data.own.loading import TEST_SET, WHOLE
from physembed.errors import InvalidInputError, RunFolderError
from physembed.estimators.catalogue import MODELS, REFERENCES
from physembed.experiments.estimate import estimate
from physembed.experiments.grid.folder import FIGURES
from physembed.experiments.grid.plan import ALL, OFFICIAL, Grid
from physembed.experiments.grid.records import RECORD, Record
from physembed.experiments.grid.run import fit_and_test
from physembed.experiments.grid.variant import Variant

if TYPE_CHECKING:
    from physembed.data.own.description import Description
    from physembed.experiments.grid.execution import Reporter

UNFINISHED = "unfinished"
"""What a run that has not come to its end keeps in its folder; the same command goes on from it."""
_LOCK = ".lock"


def train_one(
    dataset: str,
    model: str,
    *,
    out: str | Path,
    seed: int = 0,
    data_dir: str | Path | None = None,
    max_epochs: int | None = None,
    training: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    device: str = "auto",
    overwrite: bool = False,
    verbose: int = 0,
    description: "Description | None" = None,
    beside: Sequence[str] = (),
    reporter: "Reporter | None" = None,
    begin: Callable[[], object] | None = None,
    finish: Callable[[Path], object] | None = None,
) -> Record:
    """Train a model by name, test it, and write the run folder ``out``.

    On a file or folder of one's own, the model is trained on all cases, and what is said of its
    accuracy is an estimate by folds, or that of the test set where the description names one.

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
    overrides : mapping of str to value, or None, default=None
        Settings of the training in place of the model's own, such as ``detectors``.
    device : {"auto", "cpu", "cuda"}, default="auto"
    overwrite : bool, default=False
        Replace ``out`` if it is a run folder; anything else is never replaced.
    verbose : int, default=0
        1 shows the progress of the training.
    description : Description or None, default=None
        How a file or folder of one's own is to be understood.
    beside : sequence of str, default=()
        Models that are estimated beside it, on such data.
    reporter : Reporter or None, default=None
        Who is told how the fits of the estimate go on.
    begin : callable or None, default=None
        Called once everything is checked, before any work.
    finish : callable or None, default=None
        Adds to the complete folder before it takes its place.

    Returns
    -------
    dict
        See :data:`~physembed.experiments.grid.records.KEYS`, ``train_accuracy``, ``divergence``:
        why the training ended before its time, or None, ``preset``: the one that was taken, None
        for a baseline, and ``estimate``: of data of one's own, else None.

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
    variant = Variant(model, model, training, overrides=overrides or None)
    grid = Grid(
        [dataset],
        [variant],
        [seed],
        training=training,
        max_epochs=max_epochs,
        device=device,
        data_dir=data_dir,
    )
    place = own_place(dataset, data_dir)
    if place is not None:
        whole = TEST_SET if description is not None and description.test else WHOLE
        grid = replace(grid, description=description or BY_RULE, split=whole, folds=1)
    (run,) = grid.runs()
    if begin is not None:
        begin()
    with claimed_for_a_run(folder, overwrite=overwrite) as unfinished:
        estimated = None
        if place is not None:
            others = (name for name in dict.fromkeys(beside) if name != model)
            models: list[str | Variant] = [variant, *others]
            divided = replace(grid, models=models, split=OFFICIAL, folds=None)
            estimated = estimate(divided, keep_in=unfinished, reporter=reporter)
        classifier, record = fit_and_test(run, verbose=verbose, checkpoint_dir=unfinished)
        record.pop("predicted", None)
        if run.split == WHOLE:
            record["train_accuracy"] = record["accuracy"]
        else:
            data = run.data()
            right = classifier.predict(data.X_train) == data.y_train
            record["train_accuracy"] = float(right.mean())
        record["estimate"] = None if estimated is None else estimated.to_plain(model)
        if estimated is not None and run.split == WHOLE:
            record["accuracy"] = estimated.accuracy(model)
            record["confusion_matrix"] = estimated.confusion_matrix(model, record["classes"])
        record["divergence"] = classifier.divergence_
        record["preset"] = getattr(classifier, "preset_", None)
        # model, figures and results are there at once, or not at all
        with replace_folder_atomically(folder) as complete:
            assert isinstance(classifier, SeriesClassifier)  # no reference, see above
            classifier.model_files().write_into(complete)
            write_run_figures(record, classifier.history_, complete / FIGURES)
            write_json_atomically(complete / RECORD, record)
            if finish is not None:
                finish(complete)
    return record


def check_run_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder that a new run would overwrite without being told to, or must not."""
    from physembed.estimators.model_files import is_model_folder

    put_back(folder)
    if folder.exists() and not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; --out must be a folder.")
    if not folder.is_dir() or {path.name for path in folder.iterdir()} <= {UNFINISHED}:
        return
    if not is_model_folder(folder):
        raise RunFolderError(
            f"{folder} is not empty and not a run folder, so it is left alone. "
            "Choose another --out."
        )
    if not overwrite:
        raise RunFolderError(
            f"{folder} holds a run already. Choose another --out, or pass --overwrite to replace "
            "it."
        )


@contextmanager
def claimed_for_a_run(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """Claim a folder for one run while the block runs.

    Yields
    ------
    Path
        A folder inside, in which the training is kept while it is unfinished. It stays where
        the block ends before the training does, and goes where nothing is in it.

    Raises
    ------
    RunFolderError
        If another process is at work there, the folder cannot be written, or is in the way.
    """
    unfinished = folder / UNFINISHED
    is_new = not folder.exists()
    try:
        unfinished.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFolderError(f"{folder} cannot be written: {error.strerror or error}.") from error
    busy = f"another physembed is at work in {folder}; wait for it, or choose another --out."
    with one_writer(unfinished / _LOCK, busy):
        # it may have been finished while this process came here
        check_run_folder(folder, overwrite=overwrite)
        remove_temporaries_of(folder)
        remove_temporaries(unfinished)
        try:
            yield unfinished
        finally:
            if unfinished.is_dir() and not has_begun(folder):
                shutil.rmtree(unfinished, ignore_errors=True)
                if is_new:
                    with suppress(OSError):
                        folder.rmdir()


def has_begun(folder: Path) -> bool:
    """Whether a training that has not come to its end is kept in a run folder."""
    unfinished = folder / UNFINISHED
    # hidden are the lock, and what a killed process was about to write
    return unfinished.is_dir() and any(
        not path.name.startswith(".") for path in unfinished.iterdir()
    )
