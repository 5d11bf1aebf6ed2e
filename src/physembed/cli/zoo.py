"""`physembed zoo`: which physics suits which data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from physembed.cli._options import DataDir, GridFolder, Seeds
from physembed.cli._own_data import takes_own_data
from physembed.errors import InvalidInputError

if TYPE_CHECKING:
    from physembed.data.own.description import Description

QUICK_DATA = ("GunPoint", "ItalyPowerDemand")
QUICK_EQUATIONS = (
    *("nonlinear-schrodinger", "korteweg-de-vries", "burgers", "fisher-kpp"),
    *("fitzhugh-nagumo", "sine-gordon"),
)


@takes_own_data
def zoo(
    datasets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DATASET...]", help="Names, or files or folders of your own."),
    ] = None,
    *,
    out: GridFolder,
    equations: Annotated[
        str, typer.Option(metavar="A,B,...|all", help="Whose media are fitted.")
    ] = "all",
    made_by: Annotated[
        str, typer.Option(metavar="A,B,...|all|none", help="Equations that make data.")
    ] = "none",
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Six equations on two bundled sets and on what they make."),
    ] = False,
    identify: Annotated[
        bool,
        typer.Option(
            "--identify",
            help="From what entered and what left: does what made the pairs explain them best?",
        ),
    ] = False,
    seeds: Seeds = 1,
    data_dir: DataDir = None,
    description: "Description",
) -> None:
    """Fit media of all equations, and controls, at equal budgets; stop and go on at any time."""
    from physembed.charts.pictures import write_pictures
    from physembed.cli._console import say, say_table, standard_error
    from physembed.cli._options import names
    from physembed.estimators.placing import fits_say_where
    from physembed.experiments.zoo.models import CONTROLS
    from physembed.experiments.zoo.picture import physics_and_data
    from physembed.experiments.zoo.sweep import MADE_BY, Fit
    from physembed.experiments.zoo.sweep import zoo as run
    from physembed.experiments.zoo.worth import accuracies_over_data, worth_of_models
    from physembed.physics import ALL_EQUATIONS

    fitted = list(ALL_EQUATIONS) if equations == "all" else names(equations, "--equations")
    makers = names(made_by, "--made-by")
    makers = [] if made_by == "none" else fitted if made_by == "all" else makers
    chosen = datasets or []
    if quick:
        chosen, fitted, makers = list(QUICK_DATA), list(QUICK_EQUATIONS), list(QUICK_EQUATIONS)

    if identify:
        if datasets:
            raise InvalidInputError(
                f"--identify fits pairs that equations make (--made-by), and no data sets; got "
                f"{', '.join(datasets)}."
            )
        _identify(fitted if quick or made_by == "none" else makers, fitted, out=out, seeds=seeds)
        return

    def told(fit: Fit) -> None:
        said = "is lost" if fit.accuracy is None else f"{fit.accuracy:.1%}"
        line = f"{fit.data}: {fit.model} {said} in {fit.seconds:.2g} s"
        standard_error().print(line, highlight=False)

    with fits_say_where():
        fits = run(
            chosen,
            out=out,
            equations=fitted,
            makers=makers,
            seeds=seeds,
            data_dir=data_dir,
            description=description,
            told=told,
        )
    # the folder may hold more than is asked for now
    data = {*chosen, *(MADE_BY + name for name in makers)}
    fits = [f for f in fits if f.data in data and f.model in {*fitted, *CONTROLS}]
    kinds = (
        ("On data sets", False, "physics-and-data"),
        ("On data made by equations", True, "physics-and-made-data"),
    )
    for title, made, picture in kinds:
        part = [fit for fit in fits if fit.data.startswith(MADE_BY) == made]
        rows = [
            (s.model, f"{100 * s.accuracy:.1f}", str(s.first), "" if s.p is None else f"{s.p:.2g}")
            for s in worth_of_models(part)
        ]
        if rows:
            say_table(title, ("Model", "Mean accuracy / %", "First", "p beside no physics"), rows)
            say()
        for model, why in accuracies_over_data(part)[2].items():
            say(f"left out: {model}, {why}")
        chart = physics_and_data(part, name=picture)
        if chart is not None:
            say(f"picture: {write_pictures(chart, out, ('.png',))[0]}")


def _identify(makers: list[str], media: list[str], *, out: Path, seeds: int) -> None:
    from physembed.cli._console import say, say_table, standard_error
    from physembed.experiments.zoo.identification import Identified, explained_by, identify_all

    def told(line: Identified) -> None:
        text = f"made by {line.made_by}: {line.medium} leaves {line.residual:.2f} of the noise"
        standard_error().print(f"{text}, in {line.seconds:.2g} s", highlight=False)

    lines = identify_all(makers, out=out, equations=media, seeds=seeds, told=told)
    rows = []
    for maker, seed in sorted({(line.made_by, line.seed) for line in lines}):
        same = [line for line in lines if (line.made_by, line.seed) == (maker, seed)]
        ranks = explained_by(same)
        right = next((line for line in ranks if line.medium == maker), None)
        rows.append(
            (maker, ranks[0].medium, f"{ranks[0].residual:.2f}")
            + (
                ("", "")
                if right is None
                else (f"{right.residual:.2f}", f"{1 + ranks.index(right)}")
            )
        )
    columns = ("Made by", "Explained best by", "leaves", "Its own leaves", "Place")
    say_table("What media leave of the data, in deviations of the noise", columns, rows)
    first = sum(maker == best for maker, best, *_ in rows)
    say(f"What made the data explains them best in {first} of {len(rows)}.")
