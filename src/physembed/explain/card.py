"""The card of a model: what it is, takes, knows and does not know, on one page of Markdown."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from physembed._files import write_text_atomically
from physembed._markdown import markdown_table
from physembed._version import __version__
from physembed.data.containers import cases_in
from physembed.explain.card_sizes import sizes_of
from physembed.explain.robustness import Robustness

CARD = "card.md"


def card_of(
    classifier: Any,
    X: Any = None,
    y: Any = None,
    *,
    record: Mapping[str, Any] | None = None,
    run: str = "run",
) -> str:
    """The card of a fitted classifier.

    Parameters
    ----------
    classifier : SeriesClassifier
    X, y : array_like, optional
        Cases on which time and robustness are measured; neither is told without them.
    record : mapping, optional
        What was kept of its run: the data, and how well it does.
    run : str, default="run"
        The folder that examples load.

    Returns
    -------
    str
        Markdown.

    Notes
    -----
    Robustness is measured at a seed of its own: noise in deviations of each series, shifts by
    shares of its length (at either end it keeps its value), values missing at random, and readout
    weights rounded to so many bits.
    """
    record = record or {}
    parts = [
        f"# {_name(classifier)}",
        "",
        f"A model of physembed {__version__}. The input is a window of "
        f"{classifier.metadata_['n_timepoints']:,} timepoints and "
        f"{_channels(classifier)}{_rate(classifier)}; the classes are "
        f"{', '.join(map(str, classifier.classes_))}.",
        "",
        "## What it takes",
        "",
        markdown_table(("", ""), sizes_of(classifier, X), n_text_columns=2),
        "",
        "## What it was trained on",
        "",
        *_training(classifier, record),
        "",
        "## How well it does",
        "",
        *_estimate(record),
    ]
    if not record and X is not None and y is not None:
        n_cases = len(cases_in(X))
        right = f"it says {round(classifier.score(X, y) * n_cases):,} right"
        unknown = "whether it was trained on them, nobody has said"
        parts.append(f"Of {n_cases:,} cases that were given for this card {right}; {unknown}.")
    if X is not None and y is not None:
        seen = " that it was trained on" if record.get("split") == "whole" else ""
        parts += ["", *Robustness.of(classifier, X, y, seen).lines()]
    parts += ["", "## What it does not know", "", *_limits(classifier, record), ""]
    parts += ["## How to use it", "", *_use(run), ""]
    return "\n".join(parts)


def write_card(folder: Path, data_dir: Path | None = None, *, run: str | None = None) -> Path:
    """Write the card of a run into its folder; its data set is read again.

    Parameters
    ----------
    folder : Path
    data_dir : Path, optional
    run : str, optional
        What examples call the folder, where it is still to be renamed.

    Raises
    ------
    RunFolderError
        If the folder is no run, or cannot be written.
    """
    text = _card_anew(folder, data_dir, run or str(folder))
    write_text_atomically(folder / CARD, text)
    return folder / CARD


def card_of_run(folder: Path, data_dir: Path | str | None = None) -> str:
    """The card in a run's folder, or where none was written, such as by a comparison, what it
    would be.

    Parameters
    ----------
    folder : Path
    data_dir : Path or str, optional
    """
    if (folder / CARD).is_file():
        return (folder / CARD).read_text("utf-8")
    return _card_anew(folder, data_dir, str(folder))


def _card_anew(folder: Path, data_dir: Path | str | None, run: str) -> str:
    from physembed.estimators import load
    from physembed.explain.run_folders import data_of_run, record_of_run

    record = record_of_run(folder)
    data = data_of_run(record, data_dir)
    return card_of(load(folder), data.X_test, data.y_test, record=record, run=run)


def _name(classifier: Any) -> str:
    return str(getattr(classifier, "preset_", None) or getattr(classifier, "model", "model"))


def _channels(classifier: Any) -> str:
    count = classifier.metadata_["n_channels"]
    return f"{count // 2} complex field(s)" if classifier.of_fields_ else f"{count} channel(s)"


def _rate(classifier: Any) -> str:
    interval = classifier.preparation_.sampling_interval
    return "" if interval is None else f", {1 / interval:.6g} a second"


def _training(classifier: Any, record: Mapping[str, Any]) -> list[str]:
    if not record:
        n_cases = classifier.metadata_.get("n_cases")
        known = "Cases" if n_cases is None else f"{n_cases:,} cases"
        return [f"{known} of which nothing is on record; `classifier.card(record=...)` tells it."]
    file = record.get("own_data")
    source = record["dataset"] if file is None else f"`{Path(file['path']).name}`"
    classes = ", ".join(map(str, record["classes"]))
    digest = record.get("dataset_digest")
    split = "all of them" if record["split"] == "whole" else f"{record['split']} split"
    return [
        f"{record['n_train']:,} cases of {source} ({record['n_classes']} classes: {classes}), "
        f"{split}, seed {record['seed']}, in {record['fit_seconds']:.3g} s."
        + (f" SHA-256 of the data: `{digest}`." if digest else ""),
    ]


def _share(right: int, n_cases: int) -> str:
    from scipy.stats import binomtest

    low, high = binomtest(right, n_cases).proportion_ci(0.95, method="wilson")
    interval = f"(95 % interval {low:.1%} to {high:.1%})"
    return f"{right / n_cases:.1%} of {n_cases:,} test cases right {interval}"


def _estimate(record: Mapping[str, Any]) -> list[str]:
    estimate = record.get("estimate")
    if estimate is None and "accuracy" not in record:
        if record.get("split") == "whole":
            return ["Nobody has said: it was tested on nothing else than it was trained on."]
        return ["Nobody has said." if record else "No test is on record."]
    if estimate is None:
        n_cases = record["n_test"]
        return [f"{_share(round(record['accuracy'] * n_cases), n_cases)}."]
    rows: list[tuple[str, ...]] = [
        (
            row["model"],
            f"{row['accuracy']:.1%}",
            "{:.1%} to {:.1%}".format(*row["interval"]),
            f"{row['total_parameters']:,.0f}",
        )
        for row in estimate["models"]
    ]
    # every fold chooses anew, and the model that is kept once more from all cases
    columns = ("Model", "Accuracy", "95 % interval", "Parameters, mean of folds")
    table = markdown_table(columns, rows, n_text_columns=len(columns))
    lines = [f"By {estimate['by']}:", "", table]
    if estimate["whether_it_pays"]:
        lines += ["", estimate["whether_it_pays"]]
    return lines


def _limits(classifier: Any, record: Mapping[str, Any]) -> list[str]:
    limits = [
        "- Every series is given one of the classes above, also one that is none of them. "
        + _novelty(classifier),
        "- Series sampled at another rate are refused where the rate is known; `physembed predict "
        "--resample` resamples them.",
    ]
    if hasattr(classifier.network_, "fibres"):
        limits.append(
            "- Encoders normalise: a level or a scale that changes is not seen, unless a detector "
            "of levels is among those chosen."
        )
    estimate = record.get("estimate") or {}
    return limits + [
        f"- {warning[0].upper()}{warning[1:]}." for warning in estimate.get("warnings", ())
    ]


def _novelty(classifier: Any) -> str:
    if not classifier.tells_novelty:
        return "A new kind of state is not noticed: the model has no measure of novelty."
    return (
        "`classifier.novelty(X)`, and `physembed predict --novelty`, tell how often a case like "
        "those of training is as far from them: below 0.01, do not believe the class. A state that "
        "differs only in what neither detectors nor a channel's mean, deviation and roughness see "
        "is not noticed."
    )


def _use(run: str) -> list[str]:
    return [
        "```python",
        "import physembed as pe",
        "",
        f"classifier = pe.load({json.dumps(run)})",
        "classifier.predict(X)        # (cases, channels, timepoints)",
        "```",
        "",
        "```",
        f"physembed predict {run} FILE",
        f"physembed export {run} --to c --out program",
        "```",
        "",
        "```c",
        '#include "program.h"',
        "",
        "static program_memory memory;",
        "float scores[PROGRAM_SCORES];",
        "int label = program_predict(window, &memory, scores);",
        "```",
    ]
