"""One model on one data set, kept with its results and figures in a folder of its own."""

from pathlib import Path

from physembed._files import check_writable, write_json_atomically
from physembed.errors import InvalidInputError, RunFolderError
from physembed.estimators.catalogue import MODELS, REFERENCES
from physembed.experiments.comparison_folder import FIGURES, RESULTS
from physembed.experiments.grid import cached_dataset, plan
from physembed.experiments.interruption import interrupts_are_raised
from physembed.experiments.records import Record
from physembed.experiments.run import fit_and_test, save_model


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

    Parameters
    ----------
    dataset, model : str
    out : str or Path
        The folder: the saved model, ``results.json`` and ``figures/``.
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
        See :data:`~physembed.experiments.records.KEYS`, and ``train_accuracy``.

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
    folder = Path(out)
    check_run_folder(folder, overwrite=overwrite)
    check_writable(folder)
    run = plan(
        [dataset],
        [model],
        [seed],
        data_dir=data_dir,
        max_epochs=max_epochs,
        device=device,
        training=training,
    )[0]
    with interrupts_are_raised():
        classifier, record = fit_and_test(run, verbose=verbose)
        data = cached_dataset(run.dataset, run.data_dir, run.split, run.fold)
        record["train_accuracy"] = float((classifier.predict(data.X_train) == data.y_train).mean())
    save_model(classifier, folder)

    from physembed.experiments.figures import write_run_figures

    write_run_figures(record, classifier.history_, folder / FIGURES)
    write_json_atomically(folder / RESULTS, record)
    return record


def check_run_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder that a new run would overwrite without being told to, or must not."""
    from physembed.estimators.persistence import is_model_folder

    if folder.exists() and not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; --out must be a folder.")
    if not folder.is_dir() or not any(folder.iterdir()):
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
