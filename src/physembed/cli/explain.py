"""`physembed explain`: look into a trained medium."""

from pathlib import Path
from typing import Annotated

import typer

from physembed.cli._options import DataDir, RunFolder, names
from physembed.errors import InvalidInputError


def explain(
    run: RunFolder,
    *,
    case: Annotated[
        list[int] | None,
        typer.Option(metavar="K", help="A test case to watch; may be given more than once."),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Two classes to compare; default: the most confused."),
    ] = None,
    time_scale: Annotated[
        float,
        typer.Option(metavar="SECONDS", help="Light that a timepoint of the series stands for."),
    ] = 10e-12,
    length_scale: Annotated[
        float,
        typer.Option(metavar="METRES", help="Condensate that a timepoint stands for."),
    ] = 0.5e-6,
    simple: Annotated[
        bool,
        typer.Option("--simple", help="Only the first page: what the model looks at, in pictures."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the report; default: RUN.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Look into a trained medium, or a comparison: a report with pictures, RUN/report.html."""
    from physembed.cli._console import say_facts, standard_error
    from physembed.explain.explain_comparison import explain_comparison
    from physembed.explain.explain_run import explain_run
    from physembed.explain.run_folders import is_comparison

    if is_comparison(run):
        if case or classes or simple:
            raise InvalidInputError(
                f"--case, --classes and --simple are for single runs, and {run} is a comparison; "
                f"explain one of the folders in {run / 'runs'}."
            )
        standard_error().print(f"looking into the runs of {run} ...", highlight=False)
        written = explain_comparison(run, out=out, data_dir=data_dir)
        say_facts({"report": str(written[0]), "pictures": f"{len(written) - 1}"})
        return
    pair = None if classes is None else names(classes, "--classes")
    if pair is not None and len(pair) != 2:
        raise InvalidInputError(f"--classes must be two classes, such as 1,2; got {classes!r}.")
    standard_error().print(f"looking into {run} ...", highlight=False)
    written = explain_run(
        run,
        out=out,
        data_dir=data_dir,
        cases=tuple(case or ()),
        time_scale=time_scale,
        length_scale=length_scale,
        simple=simple,
        classes=None if pair is None else (pair[0], pair[1]),
    )
    say_facts(
        {"report": str(written[0]), "pictures": f"{len(written) - 1} in {written[1].parent}/"}
    )
