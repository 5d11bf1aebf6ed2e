"""`physembed explore`: a page that computes the field while its coefficients are moved."""

from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import DataDir


def explore(
    run: Annotated[
        Path | None,
        typer.Argument(metavar="[RUN]", help="Folder that `physembed train` wrote; else scenes."),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Page to write.")] = Path(
        "explore.html"
    ),
    data_dir: DataDir = None,
) -> None:
    """Write a page on which coefficients are moved and the field answers, in any browser."""
    from physembed.cli._console import say_facts
    from physembed.explore import write_explorer

    page = write_explorer(out, run, data_dir=data_dir)
    say_facts({"page": str(page), "size": f"{page.stat().st_size / 1e6:.1f} MB"})
