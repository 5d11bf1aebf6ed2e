"""`physembed simulate --fibre`: a pulse of light through a fibre, in SI."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from physembed.optics import Fibre, Propagated, Pulse

PICTURE = "evolution.png"
ARRAYS = "fields.npz"


def simulate_fibre(
    fibre: str,
    pulse: str | None,
    length: str | None,
    out: Path,
    *,
    rtol: float,
    points: int | None,
    window: str | None,
    overwrite: bool,
) -> None:
    """Propagate, draw and report; ``out`` is a folder, or a picture alone."""
    from physembed.errors import InvalidInputError, RunFolderError
    from physembed.optics import Pulse, in_si, read_fibre
    from physembed.physics import TimeGrid

    if pulse is None or length is None:
        raise InvalidInputError(
            '--fibre needs --pulse and --length, such as --pulse "sech 100 fs 1 kW 1550 nm" '
            '--length "10 m".'
        )
    if (points is None) != (window is None):
        raise InvalidInputError("--points and --window must be given together with --fibre.")
    is_picture = out.suffix.lower() in (".png", ".pdf", ".svg")
    files = [out] if is_picture else [out / PICTURE, out / ARRAYS]
    for file in files:
        if file.exists() and not overwrite:
            raise RunFolderError(f"{file} exists; choose another --out, or pass --overwrite.")
    glass, light = read_fibre(fibre), Pulse.read(pulse)
    metres = in_si("--length", length, "m")
    grid = None
    if points is not None and window is not None:
        grid = TimeGrid(points, in_si("--window", window, "s") / points)
    propagated = _run(glass, light, metres, grid, rtol)
    if not is_picture:
        out.mkdir(parents=True, exist_ok=True)
        _write_arrays(propagated, files[1])
    propagated.plot(files[0], f"{fibre}, {length}: {pulse}")
    _report(glass, light, propagated, metres, files)


def _run(glass: "Fibre", light: "Pulse", metres: float, grid: object, rtol: float) -> "Propagated":
    """The propagation; what is undersampled is said on standard error."""
    import warnings

    from physembed.cli._errors import report
    from physembed.errors import PhysembedWarning
    from physembed.propagation.sampling_warning import SamplingWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PhysembedWarning)
        propagated = glass.propagate(light, metres, grid=grid, rtol=rtol)  # type: ignore[arg-type]
    given = [w.message for w in caught if isinstance(w.message, SamplingWarning)]
    for problem in dict.fromkeys(w.problem for w in given):
        report(
            f"{problem}; set --points and --window (now {propagated.grid.n_points} and "
            f'"{propagated.grid.window * 1e12:.4g} ps").',
            label="Warning: ",
            style="yellow",
        )
    for warning in caught:
        if not isinstance(warning.message, SamplingWarning):
            report(f"{warning.message}.", label="Warning: ", style="yellow")
    return propagated


def _write_arrays(propagated: "Propagated", file: Path) -> None:
    import numpy as np

    from physembed._files import file_replaced_atomically

    with file_replaced_atomically(file) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(
            stream,
            z=propagated.z,
            t=propagated.t,
            field=propagated.fields.numpy(),
            frequency=propagated.frequencies,
            wavelength=propagated.wavelengths,
            spectrum=propagated.spectrum,
        )


def _in_si(unit: str) -> str:
    """A coefficient's unit in those that a fibre has; nothing of a pure number."""
    for quantity, symbol in (("length", "m"), ("time", "s"), ("intensity", "W")):
        unit = unit.replace(quantity, symbol)
    return "" if unit == "1" else unit


def _report(
    glass: "Fibre", light: "Pulse", propagated: "Propagated", metres: float, files: list[Path]
) -> None:
    import warnings

    from physembed.cli._console import say, say_facts, say_table
    from physembed.errors import PhysembedWarning

    with warnings.catch_warnings():
        # what there is to be said of the wavelength has been said
        warnings.simplefilter("ignore", PhysembedWarning)
        equation, values = glass.medium(light.wavelength)
    raman = "none" if equation.raman is None else equation.raman.name
    say_facts(
        {
            "fibre": f"{glass.name} ({glass.source})" if glass.name else "your own",
            "coefficients": ", ".join(
                f"{name} = {value:.4g} {_in_si(equation.coefficients[name].unit)}".rstrip()
                for name, value in values.items()
                if value
            ),
            "Raman response": raman,
            "soliton number": f"{glass.soliton_number(light):.4g}",
            "grid": f"{propagated.grid.n_points:,} points over "
            f"{propagated.grid.window * 1e12:.4g} ps",
            "steps": f"{int(propagated.steps):,}, one or more to each of {len(propagated.z) - 1} "
            f"frames; {int(propagated.evaluations):,} evaluations",
        }
    )
    say()
    say_table(
        "The pulse",
        ("Quantity", "In", "Out"),
        [
            (name, *(f"{value:.6g}" for value in (values[0], values[-1])))
            for name, values in (
                ("energy / J", propagated.energy),
                ("photons", propagated.photons),
                ("peak power / W", propagated.power.max(axis=-1)),
            )
        ],
    )
    say()
    say_facts({"length": f"{metres:.6g} m", "written": ", ".join(str(file) for file in files)})
