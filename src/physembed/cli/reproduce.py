"""`physembed reproduce`: the paper's tables and figures."""

from typing import Annotated

import typer

from physembed.cli._options import DataDir, Device, GridFolder, Jobs


def reproduce(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...",
            help="table1, table2, table3, figure4, figure5, fixed (frozen coefficients), folds "
            "(other divisions of Spoken Digits), or all.",
        ),
    ],
    *,
    out: GridFolder,
    seeds: Annotated[int, typer.Option(metavar="N", help="Seeds 0 ... N - 1.")] = 10,
    jobs: Jobs = 1,
    data_dir: DataDir = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="A small version in minutes: few cases, epochs and seeds."),
    ] = False,
    collect: Annotated[
        bool,
        typer.Option(
            "--collect", help="Run nothing; write tables and figures of the runs finished so far."
        ),
    ] = False,
    device: Device = "auto",
) -> None:
    """Reproduce the paper's tables and figures; stop and start again at any time.

    Settings are chosen on training cases alone, then each model is tested once from every seed.
    Data sets that are not on this machine are named and left out.
    """
    from physembed.cli._comparing import following_progress, report_failures
    from physembed.cli._console import say, standard_error
    from physembed.experiments import Execution
    from physembed.experiments.reproduction import reproduce as run_reproduction
    from physembed.experiments.reproduction.protocol import parts_named
    from physembed.experiments.reproduction.reproduce import collect as write_what_is_there

    parts = parts_named(what)
    if collect:
        written, missing, failures = write_what_is_there(out), {}, []
    else:
        with following_progress(out, overwrite=False) as progress:
            reproduction = run_reproduction(
                what,
                out=out,
                data_dir=data_dir,
                seeds=seeds,
                execution=Execution(jobs),
                quick=quick,
                device=device,
                reporter=progress,
            )
        written, missing = reproduction.written, reproduction.missing
        failures = reproduction.failures
    wanted = {part.name for part in parts}
    for file in written:
        if file.stem in wanted:
            say(file.read_text("utf-8"))
    for role, looked_for in missing.items():
        standard_error().print(
            f"left out: {role}, not on this machine as {' or '.join(looked_for)}; "
            f"`physembed datasets fetch {looked_for[0]}` brings it here.",
            highlight=False,
            soft_wrap=True,
        )
    say(f"Tables, figures and records: {out}/")
    report_failures(failures)
