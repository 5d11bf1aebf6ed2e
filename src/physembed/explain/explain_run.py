"""`explain`: from a run folder to a report."""

from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from physembed._files import check_writable
from physembed._threads import limited_threads
from physembed._version import __version__
from physembed.explain.card import card_of_run
from physembed.explain.card_sections import card_sections
from physembed.explain.first_page import first_section
from physembed.explain.measures.tolerance import tolerance
from physembed.explain.report import write_report
from physembed.explain.request import Request
from physembed.explain.robustness import Robustness
from physembed.explain.run_folders import load_subject
from physembed.explain.sections import report_sections


def explain_run(
    run: str | Path,
    *,
    out: str | Path | None = None,
    data_dir: str | Path | None = None,
    cases: tuple[int, ...] = (),
    classes: tuple[str, str] | None = None,
    time_scale: float = Request.time_scale,
    length_scale: float = Request.length_scale,
    simple: bool = False,
) -> list[Path]:
    """Write the report of a run, and its pictures.

    Parameters
    ----------
    run : str or Path
        A run folder of `physembed train` or `physembed compare`.
    out : str, Path or None, default=None
        Folder of the report; None is the run folder itself.
    data_dir : str, Path or None, default=None
    cases : tuple of int, default=()
        Test cases to watch; empty is the first one that the model gets right.
    classes : (str, str) or None, default=None
        Two classes to compare; None is the pair that the model confuses most.
    time_scale : float
        Seconds of light that a timepoint of the series stands for.
    length_scale : float
        Metres of a condensate that it stands for.
    simple : bool, default=False
        Whether only the first page is written: what the model looks at, in pictures.

    Returns
    -------
    list of Path
        What was written, ``report.html`` first.

    Raises
    ------
    RunFolderError, DatasetError, InvalidInputError
        Before any work is done.

    Examples
    --------
    >>> import physembed as pe
    >>> pe.explain_run("run", simple=True)[0].name  # doctest: +SKIP
    """
    folder = Path(run)
    target = folder if out is None else Path(out)
    request = Request(cases, classes, time_scale, length_scale)
    # for many small steps two threads that wait for each other are slower than one, and many
    # times as slow where another process holds the second core
    with limited_threads(1):
        subject = load_subject(folder, data_dir)
        request.check(subject)
        check_writable(target / "report.html")
        record = subject.record
        provenance: dict[str, Any] = {
            "physembed": __version__,
            "explain": asdict(request),
            "run": {k: v for k, v in record.items() if k != "confusion_matrix"},
        }
        title = f"{record['model']} on {subject.dataset}: what the medium does"
        # what a lab asks, and two thirds of the work: the page of pictures does without
        disturbed = None if simple else tolerance(subject)
        card = card_of_run(folder, data_dir)
        first = [first_section(subject, disturbed, Robustness.in_card(card)), *card_sections(card)]
        sections = first if simple else chain(first, report_sections(subject, request, disturbed))
        return write_report(target, title, _lead(record), sections, provenance)


def _lead(record: Any) -> str:
    estimate = record.get("estimate")
    by_folds = estimate is not None and record["split"] == "whole"
    accuracy = (
        f"{record['accuracy']:.1%} right by {estimate['by']}; the pictures are of the cases that "
        "it was trained on"
        if by_folds
        else f"{record['accuracy']:.1%} of {record['n_test']:,} test cases right"
    )
    return (
        f"Seed {record['seed']}; {accuracy}; {record['embedding_parameters']:,} embedding and "
        f"{record['readout_parameters']:,} readout parameters."
    )
