"""`physembed train`: one model, kept in a run folder."""

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from physembed.cli._options import DataDir, DatasetName, Device, MaxEpochs, Threads, Training
from physembed.cli._own_data import takes_own_data
from physembed.estimators.catalogue import DEFAULT_MODEL as DEFAULT
from physembed.estimators.catalogue import OF_EQUATION

if TYPE_CHECKING:
    from physembed.data.own.description import Description


BUDGET: Any = {"rich_help_panel": "What `compact` may cost; default: 1,120 detectors, 32 bits"}


@takes_own_data
def train(
    dataset: DatasetName,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder that is to hold the run.")
    ] = None,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="A model; see: physembed models")
    ] = DEFAULT,
    equation: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="In place of a model a medium of this equation, such as kdv."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed, the same model.")] = 0,
    detectors: Annotated[
        int | None, typer.Option(metavar="N", help="Detectors that are chosen.", **BUDGET)
    ] = None,
    max_bytes: Annotated[
        int | None,
        typer.Option(metavar="N", help="Most bytes of all that is stored.", **BUDGET),
    ] = None,
    weight_bits: Annotated[
        int | None, typer.Option(metavar="4|8|32", help="Of each weight.", **BUDGET)
    ] = None,
    robustness: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Noise, in deviations of a series, that detectors have to bear. [default: 0.03]",
            **BUDGET,
        ),
    ] = None,
    no_levels: Annotated[
        bool,
        typer.Option(
            "--no-levels",
            help="Without mean, deviation, slope and range of a series as it comes.",
            **BUDGET,
        ),
    ] = False,
    guard_band: Annotated[
        float | None,
        typer.Option(
            metavar="LENGTHS",
            help="Zeros beside a series, in its lengths; few make `tiny` smaller in C.",
        ),
    ] = None,
    training: Training = None,
    max_epochs: MaxEpochs = None,
    data_dir: DataDir = None,
    device: Device = "auto",
    threads: Threads = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a run that is there already.")
    ] = False,
    beside: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Models that stand beside it, on data of one's own; or `none`.",
        ),
    ] = "linear,spectral,minirocket",
    backend: Annotated[
        str,
        typer.Option(metavar="here|ray", help="Where a folder of parts is summed."),
    ] = "here",
    address: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Of a Ray cluster; default: one on this machine."),
    ] = None,
    taught_by: Annotated[
        str,
        typer.Option(
            metavar="sample|all",
            help="Of a folder of parts: who chooses the detectors, a sample or all cases.",
        ),
    ] = "sample",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what is understood of data of one's own, and end."),
    ] = False,
    description: "Description",
) -> None:
    """Train a model on a data set and keep it; stop and start again at any time.

    DATASET is a name, a file (.csv, .tsv, .parquet, .feather, .npz, .ts, .arff, ...), or a folder
    with a folder for each class. Without a test set, the estimate is that of folds. A folder of
    .npz or .parquet parts is fitted in pieces, however many cases it holds.
    """
    from physembed.cli._console import standard_error
    from physembed.cli._errors import INTERRUPTED, report
    from physembed.cli._own_data import say_understood
    from physembed.cli._training_told import say_results, say_what_next
    from physembed.data.loading import own_place
    from physembed.data.pieces.part_files import parts_in
    from physembed.errors import InvalidInputError

    model = _model_of(model, equation)
    changes = {
        "detectors": detectors,
        "max_bytes": max_bytes,
        "weight_bits": weight_bits,
        "robustness": robustness,
        "levels": False if no_levels else None,
        "guard_band": guard_band,
    }
    overrides = {name: value for name, value in changes.items() if value is not None}
    if parts_in(Path(dataset)):
        from physembed.cli._parts import train_parts

        if dry_run:
            raise InvalidInputError(f"--dry-run is for tables and recordings; {dataset} has parts.")
        if out is None:
            raise InvalidInputError("--out must be a folder that is to hold the model.")
        train_parts(
            Path(dataset),
            out,
            model,
            seed=seed,
            training=training,
            max_epochs=max_epochs,
            overrides=overrides,
            device=device,
            threads=threads,
            overwrite=overwrite,
            options={"backend": backend, "address": address, "taught_by": taught_by},
            description=description,
        )
        return
    if backend != "here" or address is not None or taught_by != "sample":
        raise InvalidInputError(
            f"--backend, --address and --taught-by are for a folder of parts; {dataset} is none."
        )
    place = own_place(dataset, data_dir)
    if place is not None:
        say_understood(place, description)
    if dry_run:
        if place is None:
            raise InvalidInputError(
                f"--dry-run is for data of one's own; see physembed datasets info {dataset}."
            )
        return
    if out is None:
        raise InvalidInputError("--out must be a folder that is to hold the run.")
    # loads torch, for which a look at the data need not wait
    from physembed._threads import limited_threads
    from physembed.estimators.options import device_of
    from physembed.estimators.placing import fits_say_where
    from physembed.experiments import train_one
    from physembed.experiments.single_run import has_begun
    from physembed.explain import write_card

    training_told = f"training {model} on {dataset}, seed {seed} ..."

    def begin() -> None:
        # refuses one that is not there, before anything is written
        device_of(device)
        standard_error().print(training_told, highlight=False)

    try:
        with (
            limited_threads(threads),
            fits_say_where(),
            _progress(shown=place is not None) as progress,
        ):
            record = train_one(
                dataset,
                model,
                out=out,
                seed=seed,
                data_dir=data_dir,
                max_epochs=max_epochs,
                training=training,
                overrides=overrides,
                device=device,
                overwrite=overwrite,
                verbose=int(standard_error().is_terminal),
                description=description,
                beside=_beside(beside),
                reporter=progress,
                begin=begin,
                finish=partial(write_card, data_dir=data_dir, run=str(out)),
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
    say_results(record, model, seed, out)
    say_what_next(record, dataset, model, out, data_dir)


def _model_of(model: str, equation: str | None) -> str:
    """The model of a name, or the medium of an equation in its place."""
    from physembed.errors import InvalidInputError

    if equation is None:
        return model
    if model != DEFAULT:
        raise InvalidInputError(
            f"--model and --equation are one or the other, got {model!r} and {equation!r}."
        )
    return f"{OF_EQUATION}{equation}"


def _progress(*, shown: bool) -> Any:
    """A bar over the fits of an estimate."""
    if not shown:
        return nullcontext()
    from physembed.cli._progress import GridProgress

    return GridProgress()


def _beside(text: str) -> list[str]:
    from physembed.cli._options import names

    return [] if text == "none" else names(text, "--beside")
