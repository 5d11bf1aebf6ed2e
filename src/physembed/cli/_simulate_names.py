"""What `physembed simulate` has by name."""


def show_names() -> None:
    """What an equation, a potential, a fibre and a pulse may be, in tables."""
    from physembed.cli._console import say, say_table
    from physembed.evolution.scenes import POTENTIAL_COEFFICIENTS, SCENES
    from physembed.evolution.simulation import CLOSED_FORM
    from physembed.optics import FIBRES
    from physembed.physics import POTENTIALS, equation_named
    from physembed.physics.pulses import PULSES

    say_table(
        "Equations",
        ("Name", "Coefficients", "Shown by default"),
        [
            (name, ", ".join(equation_named(name).coefficients), scene.about)
            for name, scene in SCENES.items()
        ],
        n_text_columns=3,
    )
    say()
    say_table(
        "Potentials of gross-pitaevskii, joined by +",
        ("Name", "What it is"),
        [(name, _first_line(POTENTIALS[name])) for name in POTENTIAL_COEFFICIENTS],
        n_text_columns=2,
    )
    say()
    say_table(
        "Fibres, in SI",
        ("Name", "Source"),
        [(name, fibre.source) for name, fibre in FIBRES.items()],
        n_text_columns=2,
    )
    say()
    say_table(
        "Pulses",
        ("Name", "What it is"),
        [
            *((name, _first_line(launch)) for name, launch in PULSES.items()),
            (CLOSED_FORM, "An equation's own exact solution, of those that have one."),
        ],
        n_text_columns=2,
    )


def _first_line(documented: object) -> str:
    return (documented.__doc__ or "").splitlines()[0]
