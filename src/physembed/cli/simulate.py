"""`physembed simulate`: a pulse on its way through a medium, as a picture and a few numbers."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from physembed.evolution.evolution import Evolution
    from physembed.evolution.scene import Scene
    from physembed.propagation.sampling_warning import SamplingWarning

_LISTED = "see: physembed simulate --list"


def simulate(
    *,
    fibre: Annotated[
        str | None,
        typer.Option(
            metavar="FIBRE",
            help=f'A fibre in SI, in place of an equation; {_LISTED}. Or your own: "-21.7 ps^2/km, '
            '1.3 /W/km, 0.2 dB/km".',
        ),
    ] = None,
    rtol: Annotated[float, typer.Option(help="Of a fibre: the error that a step may make.")] = 1e-6,
    equation: Annotated[
        str, typer.Option(metavar="NAME", help=f"Master equation; {_LISTED}")
    ] = "nonlinear-schrodinger",
    pulse: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f'What is launched; {_LISTED}. Of a fibre: "sech 100 fs 1 kW 1550 nm".',
        ),
    ] = None,
    coefficient: Annotated[
        list[str] | None,
        typer.Option("--coefficient", "-c", metavar="NAME=VALUE", help="Such as -c beta2=-1."),
    ] = None,
    potential: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of gross-pitaevskii; several are joined by +."),
    ] = None,
    period: Annotated[float | None, typer.Option(help="Cell length of an optical lattice.")] = None,
    length: Annotated[
        str | None, typer.Option(metavar="NUMBER", help='Of the medium; of a fibre such as "10 m".')
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Split steps over the length.")] = None,
    scheme: Annotated[
        str | None, typer.Option(metavar="NAME", help="lie, strang, yoshida4, etdrk2 or etdrk4.")
    ] = None,
    points: Annotated[int | None, typer.Option(help="Points of the grid.")] = None,
    window: Annotated[
        str | None, typer.Option(metavar="NUMBER", help='Of the grid; of a fibre such as "20 ps".')
    ] = None,
    amplitude: Annotated[
        float | None, typer.Option(help="Peak of |E|; default: the soliton's, of others 1.")
    ] = None,
    width: Annotated[float | None, typer.Option(help="Width of the pulse.")] = None,
    centre: Annotated[float | None, typer.Option(help="Where the pulse begins.")] = None,
    frequency: Annotated[
        float | None, typer.Option(help="Shift of the carrier in rad; a tone's modulation.")
    ] = None,
    order: Annotated[
        float | None, typer.Option(help="Of a higher-order soliton or a super-Gaussian.")
    ] = None,
    chirp: Annotated[float | None, typer.Option(help="Of a chirped pulse.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of noise.")] = None,
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Picture to write: .png, .pdf or .svg; of a fibre also a folder."
        ),
    ] = Path("simulation.png"),
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the picture if it exists.")
    ] = False,
    list_names: Annotated[
        bool, typer.Option("--list", help="List equations, coefficients, potentials and pulses.")
    ] = False,
) -> None:
    """Propagate a pulse through a medium; draw how it and its spectrum evolve.

    What is left out is chosen so that the equation shows what it is about.
    """
    if list_names:
        from physembed.cli._simulate_names import show_names

        show_names()
        return
    if fibre is not None:
        from physembed.cli._simulate_fibre import simulate_fibre

        _refuse_beside_a_fibre(
            {
                "--coefficient": coefficient, "--potential": potential, "--period": period,
                "--steps": steps, "--scheme": scheme, "--amplitude": amplitude, "--width": width,
                "--centre": centre, "--frequency": frequency, "--order": order, "--chirp": chirp,
                "--seed": seed,
            }
        )  # fmt: skip
        options: dict[str, Any] = {"points": points, "window": window, "overwrite": overwrite}
        simulate_fibre(fibre, pulse, length, out, rtol=rtol, **options)
        return
    from dataclasses import replace

    from physembed.charts.style import save_figure
    from physembed.evolution.scenes import scene_of

    _check_out(out, overwrite=overwrite)
    scene = scene_of(equation)
    shape = _given(
        width=width, centre=centre, frequency=frequency, order=order, chirp=chirp, seed=seed
    )
    changes: dict[str, Any] = _given(
        pulse=pulse,
        potential=potential,
        period=period,
        length=_number("--length", length),
        steps=steps,
        scheme=scheme,
        points=points,
        window=_number("--window", window),
    )
    if pulse is not None or amplitude is not None:
        changes["amplitude"] = amplitude
    stated = _coefficients(coefficient or ())
    if changes or shape or stated:
        changes["about"] = ""
    scene = replace(
        scene,
        **changes,
        shape=replace(scene.shape, **shape),
        coefficients={**scene.coefficients, **stated},
    )
    evolution = _run(scene)
    save_figure(_figure(scene, evolution), out)
    _report(scene, evolution, out)


def _refuse_beside_a_fibre(options: dict[str, Any]) -> None:
    """Refuse what a fibre in SI does not take, rather than leave it aside."""
    from physembed.errors import InvalidInputError

    given = [name for name, value in options.items() if value is not None]
    if given:
        raise InvalidInputError(
            f"{', '.join(given)} cannot be given with --fibre, whose pulse says all in "
            '--pulse "sech 100 fs 1 kW 1550 nm" and whose steps follow from --rtol.'
        )


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _number(option: str, text: str | None) -> float | None:
    """What an option says that is a number where there is no unit."""
    from physembed.errors import InvalidInputError

    try:
        return None if text is None else float(text)
    except ValueError:
        raise InvalidInputError(
            f"{option} must be a number, as an equation has no units, got {text!r}; with --fibre "
            "it has one."
        ) from None


def _coefficients(assignments: Sequence[str]) -> dict[str, float]:
    """What -c says, such as beta2=-1."""
    from physembed.errors import InvalidInputError

    coefficients: dict[str, float] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        try:
            number = float(value)
        except ValueError:
            equals = ""
            number = 0.0
        if not (name.strip() and equals):
            raise InvalidInputError(
                f"-c must be NAME=VALUE with a number, such as -c beta2=-1; got {text!r}."
            )
        coefficients[name.strip()] = number
    return coefficients


def _check_out(out: Path, *, overwrite: bool) -> None:
    from physembed.errors import InvalidInputError, RunFolderError

    if out.suffix.lower() not in (".png", ".pdf", ".svg"):
        raise InvalidInputError(f"--out must end in .png, .pdf or .svg; got {str(out)!r}.")
    if out.exists() and not overwrite:
        raise RunFolderError(f"{out} exists; choose another --out, or pass --overwrite.")


def _run(scene: "Scene") -> "Evolution":
    """The evolution; what is undersampled is said on standard error."""
    import warnings

    from physembed.cli._errors import report
    from physembed.evolution.simulation import simulate as run_scene
    from physembed.propagation.sampling_warning import SamplingWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SamplingWarning)
        evolution = run_scene(scene)
    given = [w.message for w in caught if isinstance(w.message, SamplingWarning)]
    for sentence in dict.fromkeys(f"{w.problem}; {_advice(w, scene)}." for w in given):
        report(sentence, label="Warning: ", style="yellow")
    return evolution


def _advice(warning: "SamplingWarning", scene: "Scene") -> str:
    """What to do about a warning of the library, in this command's options."""
    from physembed.propagation.schedule import MOST_STEPS

    if warning.remedy == "window":
        return "raise --window and --points if it should not"
    if warning.remedy == "spacing":
        return "raise --points"
    wanted = scene.steps * (warning.factor or 2)
    if wanted > MOST_STEPS:
        return "no number of --steps would do: lower --amplitude, a coefficient or --length"
    return f"raise --steps to {math.ceil(wanted):,} or more"


def _figure(scene: "Scene", evolution: "Evolution") -> Any:
    from physembed.charts.in_matplotlib import draw
    from physembed.evolution.picture import evolution_chart
    from physembed.evolution.simulation import medium_of

    _, coefficients = medium_of(scene)
    medium = ", ".join(f"{name} = {value:.4g}" for name, value in coefficients.items())
    condensate = scene.equation == "gross-pitaevskii"
    place = f" ({scene.potential})" if condensate else ""
    what = scene.about or f"{scene.pulse}; {medium}"
    chart = evolution_chart(
        evolution,
        title=f"{scene.equation}{place}\n{what}",
        coordinate="x" if condensate else "t",
        frequency="k" if condensate else "ω",
    )
    return draw(chart)


def _report(scene: "Scene", evolution: "Evolution", out: Path) -> None:
    from physembed.cli._console import say, say_facts, say_table
    from physembed.evolution.simulation import medium_of
    from physembed.physics import ZOO

    _, coefficients = medium_of(scene)
    grid = evolution.grid
    say_facts(
        {
            "equation": scene.equation,
            **({"fields": ", ".join(evolution.components)} if scene.equation in ZOO else {}),
            "coefficients": ", ".join(f"{k} = {v:.6g}" for k, v in coefficients.items()),
            "pulse": scene.pulse,
            "medium": f"length {scene.length:.6g}, {scene.steps:,} steps of {scene.scheme}",
            "grid": f"{grid.n_points:,} points over {grid.window:.6g}",
        }
    )
    say()
    quantities = {
        "energy": evolution.energy,
        "peak intensity": evolution.peak,
        "rms width": evolution.rms_width,
        "rms width of the spectrum": evolution.spectral_width,
    }
    say_table(
        "The field",
        ("Quantity", "In", "Out", "Largest on the way"),
        [
            (name, *(f"{float(value):.6g}" for value in (values[0], values[-1], values.max())))
            for name, values in quantities.items()
        ],
    )
    say()
    turned = {} if evolution.is_real else {"B-integral": f"{evolution.b_integral:.4g} rad"}
    say_facts(turned | {"picture": str(out)})
