"""What `physembed train` says when it has trained."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MOST_CLASSES = 12


def say_results(record: dict[str, Any], model: str, seed: int, out: Path) -> None:
    """What came out, and what it was estimated by."""
    from physembed.cli._console import say, say_facts

    embedding, readout = record["embedding_parameters"], record["readout_parameters"]
    preset = record["preset"]
    chosen = f" (chose {preset})" if preset not in (None, model) else ""
    estimate = record["estimate"]
    if estimate is not None:
        say()
        _say_estimate(record, estimate)
        say()
    tested = (
        {"test accuracy": f"{record['accuracy']:.1%} of {record['n_test']:,} cases"}
        if estimate is None or record["split"] != "whole"
        else {"accuracy": f"{_with_interval(estimate['models'][0])}, estimated by folds"}
    )
    say_facts(
        {
            "model": f"{model}{chosen}, seed {seed}",
            **tested,
            "training accuracy": f"{record['train_accuracy']:.1%} of {record['n_train']:,} cases",
            "parameters": f"{embedding:,} embedding + {readout:,} readout",
            "trained in": f"{record['fit_seconds']:.3g} s",
            **({"ended early": record["divergence"]} if record["divergence"] else {}),
            "run folder": f"{out}/, with the model's card, card.md",
        }
    )


def _with_interval(row: dict[str, Any]) -> str:
    accuracy = f"{row['accuracy']:.1%}"
    if row["interval"] is None:
        return accuracy
    low, high = row["interval"]
    return f"{accuracy} (95 % interval {low:.1%} to {high:.1%})"


def _say_estimate(record: dict[str, Any], estimate: dict[str, Any]) -> None:
    """The table of models, the confusion matrix, and what to beware of."""
    from physembed.cli._console import say, say_table
    from physembed.cli._errors import report

    say_table(
        f"Estimate: {estimate['by']}",
        ("Model", "Accuracy / %", "95 % interval", "Parameters", "Fit / s"),
        [
            (
                row["model"],
                f"{100 * row['accuracy']:.1f}",
                ""
                if row["interval"] is None
                else f"{100 * row['interval'][0]:.1f} to {100 * row['interval'][1]:.1f}",
                f"{row['total_parameters']:,.0f}",
                f"{row['fit_seconds']:.2g}",
            )
            for row in estimate["models"]
        ],
    )
    if estimate["whether_it_pays"]:
        say(estimate["whether_it_pays"])
    say_confusion(record["classes"], record["confusion_matrix"])
    for warning in estimate["warnings"]:
        report(f"{warning}.", label="Warning: ", style="yellow")


def say_confusion(classes: Sequence[str], matrix: Sequence[Sequence[int]]) -> None:
    """The confusion matrix, where a screen holds it."""
    from physembed.cli._console import say, say_table

    if len(classes) > MOST_CLASSES:
        return
    say()
    say_table(
        "Taken for which class (rows: true class)",
        ("Class", *classes),
        [(label, *(f"{n:,}" for n in row)) for label, row in zip(classes, matrix, strict=True)],
    )


def say_what_next(
    record: dict[str, Any], dataset: str, model: str, out: Path, data_dir: Path | None
) -> None:
    """The commands that go on from here."""
    from physembed.cli._console import say

    where = "" if data_dir is None else f" --data-dir {shlex.quote(str(data_dir))}"
    run, preset = shlex.quote(str(out)), record["preset"]
    say()
    say("Try next:")
    if record["own_data"] is None:
        say(f"  physembed evaluate {run} {dataset}{where}")
        say(f"  physembed predict {run} FILE          (series in .ts, .tsv, .csv, .npy or .npz)")
    else:
        say(f"  physembed predict {run} FILE")
    if preset is not None:
        say(f"  physembed explain {run}{where}")
    if record["own_data"] is None:
        models = ",".join(dict.fromkeys([model, "linear", "spectral"]))
        say(f"  physembed compare {dataset} --models {models} --out comparison{where}")
