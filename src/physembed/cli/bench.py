"""`physembed bench`: what a step of training costs on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import DataDir, Device


def bench(
    *,
    parts: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Of steps, memory, start-up, scaling, training, designed. The last two need "
            "Spoken Digits.",
        ),
    ] = "steps,memory,start-up,scaling",
    quick: Annotated[bool, typer.Option("--quick", help="Fewer sizes: about a minute.")] = False,
    device: Annotated[Device, typer.Option(help="Where steps are measured.")] = Device.CPU,
    data_dir: DataDir = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write bench.json, bench.md and scaling.png there."),
    ] = None,
) -> None:
    """Measure time and memory of training against the floor, the Fourier transforms it needs."""
    from physembed.cli._console import say, say_table, standard_error
    from physembed.experiments.speed import Bench, run_bench
    from physembed.experiments.speed.tables import machine, markdown, tables
    from physembed.propagation.self_check import resolve_device

    wanted = [part.strip() for part in parts.split(",") if part.strip()]
    plan = Bench(wanted, resolve_device(device.value), quick=quick, data_dir=data_dir)
    with standard_error().status("measuring; leave the machine alone") as status:
        record = run_bench(plan, out, lambda what: status.update(f"measuring {what}"))
    for title, columns, rows in tables(record):
        say_table(title, columns, rows, n_text_columns=1)
        say()
    say(machine(record))
    if out is not None:
        from physembed._files import write_text_atomically
        from physembed.experiments.speed.figure import draw_scaling

        write_text_atomically(out / "bench.md", markdown(record) + "\n")
        if "scaling" in record:
            draw_scaling(record["scaling"], out / "scaling.png")
        say(f"Written to {out}.")
