"""Cases of a file, read and prepared as those that a kept model was trained on."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from physembed.data.cases import Cases
    from physembed.data.formats.text_table import TableOptions


def cases_of_file(
    estimator: Any,
    run: Path,
    file: Path,
    table: "TableOptions",
    *,
    sampling_interval: float | None = None,
    resample: bool = False,
    labels: bool = False,
) -> "Iterator[Cases]":
    """The cases of a file, a few at a time.

    Parameters
    ----------
    estimator : classifier or regressor
    run : Path
        Its folder, which may tell what its table was like.
    file : Path
    table : TableOptions
        What is said of the file; where that is nothing, or but its labels, it is understood as the
        table that the model was trained on.
    sampling_interval : float, optional
        Seconds between two timepoints.
    resample : bool
        Whether series of another interval are resampled.
    labels : bool
        Whether labels are read, where all rows have one, and it is told where they have none.

    Raises
    ------
    DatasetError, InvalidInputError
    """
    from physembed.data.formats.text_table import TableOptions

    said_alone = table == TableOptions(label=table.label)
    as_trained = _as_trained(run, file, table.label, labels=labels) if said_alone else None
    read = as_trained if as_trained is not None else _by_rule(estimator, file, table, labels=labels)
    return _prepared(estimator, file, read, sampling_interval, resample=resample)


def _as_trained(run: Path, file: Path, label: str | None, *, labels: bool) -> "list[Cases] | None":
    """Cases of a table of the kind that the model was trained on, of which nothing else is said."""
    from physembed.data.own.description import Description
    from physembed.data.own.unlabelled import cases_as_described
    from physembed.experiments.evaluation import own_data_of

    of_run = own_data_of(run)
    if of_run is None:
        return None
    cases = cases_as_described(
        file,
        Description.from_plain(of_run["description"]),
        of_run.get("channels", ()),
        of_run.get("columns", ()),
        label=label,
        labels=labels,
    )
    return None if cases is None else [cases]


def _by_rule(
    estimator: Any, file: Path, table: "TableOptions", *, labels: bool
) -> "Iterator[Cases]":
    """Cases as any file has them; of an archive with the labels that it has beside its series."""
    from dataclasses import replace

    from physembed.cli._column_of_labels import refuse_labels_among_timepoints
    from physembed.data import read_in_pieces
    from physembed.data.own.reading import arrays_beside
    from physembed.errors import DatasetError

    beside = arrays_beside(file).get("y") if labels else None
    n_read = 0
    for cases in read_in_pieces(file, table):
        if table.label is None and not table.is_long:
            refuse_labels_among_timepoints(estimator, file, cases)
        first, n_read = n_read, n_read + len(cases)
        yield cases if beside is None else replace(cases, labels=beside[first:n_read])
    if beside is not None and beside.shape != (n_read,):
        raise DatasetError(
            f"{file} has {n_read:,} cases, and y of shape {beside.shape}; one label per case is "
            "accepted."
        )


def _prepared(
    estimator: Any,
    file: Path,
    read: "Iterable[Cases]",
    sampling_interval: float | None,
    *,
    resample: bool,
) -> "Iterator[Cases]":
    """The cases of a file, a few at a time, made as those that the model was trained on."""
    from dataclasses import replace

    from physembed._checks import check_number
    from physembed.cli._errors import report
    from physembed.estimators.pieces_out import in_order_of_fit

    check_number("--sampling-interval", sampling_interval, above=0, optional=True)
    for number, cases in enumerate(read):
        if number == 0 and cases.remarks:
            report(f"{file}: {'; '.join(cases.remarks)}.", label="")
        if sampling_interval is not None:
            cases = replace(cases, sampling_interval=sampling_interval)  # noqa: PLW2901
        series = in_order_of_fit(estimator, cases.series, cases.columns, str(file))
        cases = replace(cases, series=series, columns=())  # noqa: PLW2901
        yield estimator.preparation_.applied(cases, str(file), resample=resample)
