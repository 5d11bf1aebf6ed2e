"""`physembed train`: one model, kept in a run folder."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import DataDir, DatasetName, Device, MaxEpochs, Training


def train(
    dataset: DatasetName,
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder that is to hold the run.")],
    model: Annotated[
        str, typer.Option(metavar="NAME", help="A model; see: physembed models")
    ] = "auto",
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed, the same model.")] = 0,
    training: Training = None,
    max_epochs: MaxEpochs = None,
    data_dir: DataDir = None,
    device: Device = "auto",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a run that is there already.")
    ] = False,
) -> None:
    """Train a model on a data set and keep it; stop and start again at any time."""
    from physembed.cli._console import say, say_facts, standard_error
    from physembed.cli._errors import INTERRUPTED, report
    from physembed.experiments import train_one
    from physembed.experiments.single_run import has_begun

    standard_error().print(f"training {model} on {dataset}, seed {seed} ...", highlight=False)
    try:
        record = train_one(
            dataset,
            model,
            out=out,
            seed=seed,
            data_dir=data_dir,
            max_epochs=max_epochs,
            training=training,
            device=device,
            overwrite=overwrite,
            verbose=int(standard_error().is_terminal),
        )
    except KeyboardInterrupt:
        is_kept = has_begun(out)
        report(
            f"stopped; the training is kept in {out}, and the same command goes on from there."
            if is_kept
            else "stopped before there was anything to keep; the same command begins anew.",
            label="",
        )
        raise typer.Exit(INTERRUPTED) from None
    embedding, readout = record["embedding_parameters"], record["readout_parameters"]
    preset = record["preset"]
    chosen = f" (chose {preset})" if preset not in (None, model) else ""
    say_facts(
        {
            "model": f"{model}{chosen}, seed {seed}",
            "test accuracy": f"{record['accuracy']:.1%} of {record['n_test']:,} cases",
            "training accuracy": f"{record['train_accuracy']:.1%} of {record['n_train']:,} cases",
            "parameters": f"{embedding:,} embedding + {readout:,} readout",
            "trained in": f"{record['fit_seconds']:.3g} s",
            **({"ended early": record["divergence"]} if record["divergence"] else {}),
            "run folder": f"{out}/",
        }
    )
    where = "" if data_dir is None else f" --data-dir {shlex.quote(str(data_dir))}"
    run = shlex.quote(str(out))
    say()
    say("Try next:")
    say(f"  physembed evaluate {run} {dataset}{where}")
    say(f"  physembed predict {run} FILE          (series in .ts, .tsv, .csv, .npy or .npz)")
    if preset is not None:
        say(f"  physembed explain {run}{where}")
    models = ",".join(dict.fromkeys([model, "linear", "spectral"]))
    say(f"  physembed compare {dataset} --models {models} --out comparison{where}")
