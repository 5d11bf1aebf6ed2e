"""Folders of parts on the command line: a model of all of them, and predictions of each."""

import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed.errors import DatasetError, InvalidInputError, RunFolderError

if TYPE_CHECKING:
    from physembed.data.own.description import Description


CASES_OF_CARD, PARTS_OF_CARD = 512, 16
"""Cases on which a card measures time and robustness, and of how many parts."""


def train_parts(
    parts: Path,
    out: Path,
    model: str,
    *,
    seed: int,
    training: str | None,
    max_epochs: int | None,
    overrides: dict[str, Any],
    device: str,
    threads: int | None,
    overwrite: bool,
    options: dict[str, Any],
    description: "Description",
) -> None:
    """Fit a model to a folder of parts, and keep it; the same command goes on after a stop.

    ``options`` are those of a source of parts, as ``fit`` takes them. Of a description ``test``
    alone is looked at, a folder of parts as well.
    """
    from physembed.cli._console import say, say_facts, standard_error
    from physembed.data.own.loading import TEST_SET, WHOLE
    from physembed.data.pieces.told import facts_of_parts
    from physembed.estimators.building import build_classifier
    from physembed.estimators.placing import fits_say_where

    test = _folder_of_tests(parts, description)
    if out.exists() and not overwrite:
        raise RunFolderError(f"{out} exists; choose another --out, or pass --overwrite.")
    classifier: Any = build_classifier(
        model,
        random_state=seed,
        training=training,
        max_epochs=max_epochs,
        overrides=overrides,
        device=device,
        verbose=int(standard_error().is_terminal),
    )
    sums = out.with_name(f"{out.name}.sums")
    classifier.set_params(checkpoint_dir=sums, n_jobs=threads)
    say_facts(facts_of_parts(parts))
    say()
    begun = time.perf_counter()
    with fits_say_where():
        classifier.fit(parts, **options)
    record = {
        "dataset": str(parts),
        "split": WHOLE if test is None else TEST_SET,
        "seed": seed,
        "n_train": classifier.metadata_["n_cases"],
        "classes": list(map(str, classifier.classes_)),
        "n_classes": len(classifier.classes_),
        "fit_seconds": time.perf_counter() - begun,
    }
    classifier.save(out)
    shutil.rmtree(sums, ignore_errors=True)
    tested = {} if test is None else _tested(classifier, test, record, out)
    _write_card(classifier, test or parts, record, out)
    counts = classifier.parameter_counts_
    say_facts(
        {
            "model": f"{model}, seed {seed}",
            "fitted to": f"{classifier.metadata_['n_cases']:,} cases of {parts}",
            "classes": ", ".join(map(str, classifier.classes_)),
            **tested,
            "parameters": f"{counts['embedding']:,} embedding + {counts['readout']:,} readout",
            "folder": f"{out}/, with the model's card, card.md",
        }
    )
    say()
    say("Try next:")
    say(f"  physembed predict {out} PARTS --out PREDICTED")


def _folder_of_tests(parts: Path, description: "Description") -> Path | None:
    """The folder of parts to test on; what else is said of tables is refused."""
    from physembed.data.own.description import Description
    from physembed.data.pieces.part_files import parts_in

    if replace(description, test=None) != Description():
        raise InvalidInputError(
            f"{parts} is a folder of parts, which hold series and labels as they are to be taken: "
            "the options of tables and of folds are not for it, --test is."
        )
    if description.test is None:
        return None
    if not parts_in(Path(description.test)):
        raise InvalidInputError(
            f"--test {description.test} is no folder of .npz or .parquet parts, as {parts} is."
        )
    trained = {part.resolve() for part in parts_in(parts)}
    shared = [part for part in parts_in(Path(description.test)) if part.resolve() in trained]
    if shared:
        raise InvalidInputError(
            f"--test {description.test} holds {shared[0].name}, which is trained on as well: what "
            "is right there says nothing of other cases."
        )
    return Path(description.test)


def _tested(classifier: Any, test: Path, record: dict[str, Any], out: Path) -> dict[str, str]:
    """Count, part by part, what is right; for the record, and in words."""
    from physembed.cli._training_told import say_confusion
    from physembed.estimators.pieces_out import confusion_of

    try:
        confusion = confusion_of(classifier, test)
    except DatasetError as error:
        raise DatasetError(f"{error} The model is kept in {out}, untested.") from error
    n_right, n_cases = int(confusion.trace()), int(confusion.sum())
    record |= {"accuracy": n_right / n_cases, "n_test": n_cases}
    say_confusion(record["classes"], confusion.tolist())
    return {"test accuracy": f"{n_right / n_cases:.1%} of {n_cases:,} cases of {test}"}


def _write_card(classifier: Any, parts: Path, record: dict[str, Any], out: Path) -> None:
    """The card, for which some cases of parts evenly over all are timed and disturbed."""
    import numpy as np

    from physembed._files import write_text_atomically
    from physembed.data.containers import to_numpy
    from physembed.data.pieces.part_files import PART_READERS, parts_in
    from physembed.explain.card import CARD, card_of

    every = parts_in(parts)
    some = [every[k] for k in _evenly(len(every), PARTS_OF_CARD)]
    X, y = [], []
    for part in some:
        piece = PART_READERS[part.suffix.lower()](part, wanted=classifier.columns_)
        cases = to_numpy(piece.X)
        chosen = _evenly(len(cases), -(-CASES_OF_CARD // len(some)))
        X.append(cases[chosen])
        y.append(to_numpy(piece.y)[chosen])
    text = card_of(classifier, np.concatenate(X), np.concatenate(y), record=record, run=str(out))
    write_text_atomically(out / CARD, text)


def _evenly(n: int, most: int) -> list[int]:
    """At most so many of n places, evenly over all."""
    return [k * n // min(n, most) for k in range(min(n, most))]


def predict_all_parts(
    estimator: Any,
    parts: Path,
    out: Path | None,
    *,
    novelty: bool,
    backend: str,
    address: str | None,
) -> None:
    """Predict every part of a folder into a table of its own."""
    from physembed.cli._console import say
    from physembed.estimators.parts_out import predict_parts

    if out is None:
        raise RunFolderError("--out must be a folder, in which each part has a table.")
    options: Any = {"novelty": novelty, "backend": backend, "address": address}
    counts = list(predict_parts(estimator, parts, out, **options))
    say(f"{counts[-1][0]:,} tables in {out}/")
