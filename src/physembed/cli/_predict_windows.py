"""`physembed predict --window`: a recording of any length, or one that is still being written."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed.cli._windows_of_recording import opened_windows, report_what_is_not_predicted

if TYPE_CHECKING:
    from physembed.data.own.description import Description


def rows_of_windows(
    estimator: Any,
    run: Path,
    file: Path,
    description: "Description",
    *,
    every: int,
    follow: bool,
    novelty: bool,
) -> Iterator[list[Any]]:
    """The names of the columns, and what is predicted for one window after the other.

    Parameters
    ----------
    estimator : classifier
    run : Path
        Its folder, which may tell the names of channels and times.
    file : Path
        "-" is standard input.
    description : Description
        With a window.
    every : int
        Windows of which the mean probability is told, in a row.
    follow : bool
        Whether the file is read on as it grows.
    novelty : bool
        Whether the last column is how new the newest of the windows is.
    """
    import numpy as np

    from physembed.errors import InvalidInputError

    if not hasattr(estimator, "predict_proba"):
        raise InvalidInputError(f"{run} holds no classifier, which --window needs.")
    opened = opened_windows(estimator, run, file, description, follow=follow)
    stream, channels = opened.stream, opened.channels
    carried = [name for k, name in enumerate(stream.names) if k not in channels]
    classes = estimator.classes_
    last = ["novelty"] if novelty else []
    names = [f"probability_{label}" for label in classes]
    yield ["from", "to", *carried, "prediction", *names, *last]
    of_recordings: dict[str, list[tuple[int, int, list[str], Any]]] = {}
    n_left_out = 0
    for some, there in opened.windows(description):
        n_left_out += int((~there).sum())
        numbers = np.full((len(there), len(names) + len(last)), np.nan)
        if there.any():
            numbers[there, : len(names)] = estimator.predict_proba(some.series[there])
            if novelty:
                numbers[there, -1] = estimator.novelty(some.series[there])
        told = zip(some.first, some.last, some.carried, numbers, strict=True)
        pending = [*of_recordings.pop(some.recording, ()), *told]
        # no mean is of both sides of a long gap
        while len(pending) >= every or (some.ends and pending):
            yield _row(pending[:every], classes)
            del pending[:every]
        if pending:
            of_recordings[some.recording] = pending
    report_what_is_not_predicted(file, n_left_out, stream.n_in_no_window, description)


def _row(windows: list[tuple[int, int, list[str], Any]], classes: Any) -> list[Any]:
    """One row for windows after each other, blank where nothing is predicted of any."""
    import numpy as np

    first, last, carried = windows[0][0], windows[-1][1], windows[-1][2]
    known = np.array([numbers for *_, numbers in windows if not np.isnan(numbers).any()])
    if not len(known):
        return [first, last, *carried, *[""] * (1 + len(windows[0][3]))]
    mean = known[:, : len(classes)].mean(axis=0)
    # of p-values the least is told: one strange window is what one looks for
    least = [f"{value:.3g}" for value in known[:, len(classes) :].min(axis=0)]
    told = (f"{value:.6f}" for value in mean)
    return [first, last, *carried, classes[mean.argmax()], *told, *least]
