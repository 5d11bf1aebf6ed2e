"""`physembed reproduce`: the paper's tables and figures."""

from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import DataDir, Device, DeviceName, Jobs


def reproduce(
    context: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...",
            help="table1, table2, table3, figure4, figure5, fixed (frozen coefficients), folds "
            "(other divisions of Spoken Digits), or all.",
        ),
    ],
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the results; goes on if it has some.")
    ],
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
    device: DeviceName = Device.AUTO,
) -> None:
    """Reproduce the paper's tables and figures; stop and start again at any time.

    Settings are chosen on training cases alone, then each model is tested once from every seed.
    Data sets that are not on this machine are named and left out.
    """
    from physembed.cli._comparing import following_progress, report_failed_runs
    from physembed.cli._console import say, standard_error
    from physembed.experiments.reproduction import reproduce as run_reproduction
    from physembed.experiments.reproduction.protocol import parts_named
    from physembed.experiments.reproduction.reproduce import collect as write_what_is_there

    parts = parts_named(what)
    if collect:
        written, missing, failures = write_what_is_there(out), {}, []
    else:
        with following_progress(out, overwrite=False) as progress:
            found = run_reproduction(
                what,
                out=out,
                data_dir=data_dir,
                seeds=seeds,
                jobs=jobs,
                quick=quick,
                device=device.value,
                reporter=progress,
            )
        written, missing, failures = found.written, found.missing, found.failures
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
    if failures:
        report_failed_runs(failures, debug=bool(context.find_root().params.get("debug")))
