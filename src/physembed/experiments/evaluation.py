"""A saved model on the test cases of a data set."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed.errors import InvalidInputError
from physembed.experiments.grid.plan import OFFICIAL
from physembed.experiments.grid.records import read_record

if TYPE_CHECKING:
    from physembed.data.own.description import Description


@dataclass(frozen=True)
class Evaluation:
    """What a model got right.

    Parameters
    ----------
    accuracy : float
        Between 0 and 1.
    n_test : int
    recall : dict of str to (int, int)
        For each class of the data set: cases taken for it rightly, and cases of it.
    trained_on_them : bool, default=False
        Whether the model was trained on these very cases, which then say nothing of others.
    """

    accuracy: float
    n_test: int
    recall: dict[str, tuple[int, int]]
    trained_on_them: bool = False


def evaluate(
    run: str | Path,
    dataset: str,
    *,
    data_dir: str | Path | None = None,
    description: "Description | None" = None,
) -> Evaluation:
    """Test the saved model in the folder ``run`` on the official test cases of a data set.

    Only on those: the test cases of another split are training cases of this one. Of a file or
    folder of one's own, every case is tested on.

    Parameters
    ----------
    run : str or Path
        A model's folder.
    dataset : str
    data_dir : str, Path or None, default=None
    description : Description or None, default=None
        Of a file or folder of one's own; None is that of the run.

    Returns
    -------
    Evaluation

    Raises
    ------
    RunFolderError
        If ``run`` is not a model that can be read.
    InvalidInputError
        If the data set's series or classes are not of the kind the model was trained on.
    DatasetError
    """
    import numpy as np

    from physembed.data import load_dataset
    from physembed.data.known_classes import places_among, places_by_name
    from physembed.data.loading import own_place
    from physembed.data.own.description import BY_RULE
    from physembed.data.own.loading import WHOLE, labelled, load_own
    from physembed.data.own.names_of_training import NamesOfTraining
    from physembed.estimators import load
    from physembed.estimators.pieces_out import in_order_of_fit

    classifier = load(run)
    if not hasattr(classifier, "classes_"):
        raise InvalidInputError(f"{run} holds a {type(classifier).__name__}, not a classifier.")
    columns: tuple[str, ...] = ()
    place = own_place(dataset, data_dir)
    if place is None:
        data = load_dataset(dataset, data_dir, split=OFFICIAL)
    else:
        of_run = own_data_of(Path(run)) or {}
        trained = NamesOfTraining(
            tuple(of_run.get("channels", ())), tuple(of_run.get("columns", ()))
        )
        # channels that somebody names for this file are those, whatever they are called
        by = trained if description is None or description.channels is None else None
        description = description or description_of(Path(run)) or BY_RULE
        cases = labelled(place, description, by)
        trained.check_order(cases)
        columns = cases.columns
        data = load_own(place, description, split=WHOLE, trained=by)
    classifier.preparation_.check_interval(data.sampling_interval, dataset)
    places = places_by_name(data.y_test, classifier.classes_)
    if (places < 0).all():
        raise InvalidInputError(
            f"{dataset} has the classes {_listed(data.y_test)}, of which the model in {run} knows "
            f"none; it was trained on {_listed(classifier.classes_)}."
        )
    X = data.X_test
    if columns and classifier.columns_ and isinstance(X, np.ndarray) and X.shape[1] == 1:
        # each a timepoint of one channel, of a model that was fitted to a frame
        X = in_order_of_fit(classifier, X[:, 0], columns, dataset)
    right = places_among(classifier.predict(X), classifier.classes_) == places
    recall = {
        str(label): (int(right[data.y_test == label].sum()), int((data.y_test == label).sum()))
        for label in np.unique(data.y_test)
    }
    record = read_record(Path(run)) or {}
    seen = record.get("split") == WHOLE and record.get("dataset_digest") == data.digest
    return Evaluation(float(right.mean()), len(right), recall, trained_on_them=seen)


def description_of(run: Path) -> "Description | None":
    """How the data of a run were understood; None of a data set with a name."""
    from physembed.data.own.description import Description

    of_run = own_data_of(run)
    return None if of_run is None else Description.from_plain(of_run["description"])


def own_data_of(run: Path) -> dict[str, Any] | None:
    """Where the data of a run lie, their channels, and how they are understood; None of others."""
    of_run: dict[str, Any] | None = (read_record(run) or {}).get("own_data")
    return of_run


def _listed(labels: object) -> str:
    import numpy as np

    names = [str(label) for label in np.unique(np.asarray(labels))]
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
