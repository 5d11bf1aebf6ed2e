"""Folders of parts on the command line: a model of all of them, and predictions of each."""

import shutil
from pathlib import Path
from typing import Any

from physembed.errors import RunFolderError


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
    backend: str,
    address: str | None,
) -> None:
    """Fit a model to a folder of parts, and keep it; the same command goes on after a stop."""
    from physembed.cli._console import say, say_facts, standard_error
    from physembed.estimators.building import build_classifier

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
    kept = out.with_name(f"{out.name}.sums")
    classifier.set_params(checkpoint_dir=kept, n_jobs=threads)
    classifier.fit(parts, backend=backend, address=address)
    classifier.save(out)
    shutil.rmtree(kept, ignore_errors=True)
    counts = classifier.parameter_counts_
    say_facts(
        {
            "model": f"{model}, seed {seed}",
            "fitted to": f"{classifier.metadata_['n_cases']:,} cases of {parts}",
            "classes": ", ".join(map(str, classifier.classes_)),
            "parameters": f"{counts['embedding']:,} embedding + {counts['readout']:,} readout",
            "folder": f"{out}/",
        }
    )
    say()
    say("Try next:")
    say(f"  physembed predict {out} PARTS --out PREDICTED")


def predict_all_parts(
    estimator: Any, parts: Path, out: Path | None, *, backend: str, address: str | None
) -> None:
    """Predict every part of a folder into a table of its own."""
    from physembed.cli._console import say
    from physembed.estimators.parts_out import predict_parts

    if out is None:
        raise RunFolderError("--out must be a folder, in which each part has a table.")
    counts = list(predict_parts(estimator, parts, out, backend=backend, address=address))
    say(f"{counts[-1][0]:,} tables in {out}/")
