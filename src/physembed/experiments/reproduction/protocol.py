"""What is run: data sets, models, what is chosen for each, and which table shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from physembed.errors import UnknownNameError
from physembed.experiments.ablation import without
from physembed.experiments.grid.plan import OFFICIAL
from physembed.experiments.grid.variant import Variant

ROLES: dict[str, tuple[str, ...]] = {
    "Ford Engine": ("FordA", "FordASubset"),
    "Starlight": ("StarLightCurves",),
    "Starlight, simulated": ("SimulatedLightCurves",),
    "Spoken Digits": ("SpokenDigits",),
}
"""The paper's data sets in the order in which they are run, cheapest first, and where each is
looked for: the first one that is on the machine is taken, and is called by its own name. The paper
says nothing of the simulated one, which is everywhere."""

STAND_INS = {"Ford Engine": "GunPoint", "Spoken Digits": "OSULeaf"}
"""What a quick version takes where a data set is absent: sets that come with aeon."""

FORD, DIGITS = "Ford Engine", "Spoken Digits"


@dataclass(frozen=True)
class Entry:
    """A model of the protocol.

    Parameters
    ----------
    variant : Variant
    label : str
        Its name in tables.
    ours : bool, default=False
        Whether the paper has nothing of the kind.
    deterministic : bool, default=False
        Whether it is the same from every seed, so that one run tells all.
    chosen_as : str or None, default=None
        The model whose chosen settings it takes; None is its own.
    """

    variant: Variant
    label: str
    ours: bool = False
    deterministic: bool = False
    chosen_as: str | None = None

    @property
    def name(self) -> str:
        """The name of its runs."""
        return self.variant.name


@dataclass(frozen=True)
class Part:
    """A table or figure.

    Parameters
    ----------
    name, title : str
    entries : tuple of Entry
    roles : tuple of str
    splits : tuple of str, default=("official",)
    """

    name: str
    title: str
    entries: tuple[Entry, ...]
    roles: tuple[str, ...] = tuple(ROLES)
    splits: tuple[str, ...] = (OFFICIAL,)


def _plain(model: str, label: str, **details: Any) -> Entry:
    return Entry(Variant.plain(model), label, **details)


LINEAR = _plain("linear", "linear classifier", deterministic=True)
NLSE = Entry(Variant("nlse", "nlse", "gradient"), "NLSE, our preprocessing, by gradient")
PAPER = Entry(Variant("paper", "paper", "gradient"), "NLSE, the paper's text, by gradient")
GPE = Entry(Variant("gpe", "gpe", "gradient"), "GPE, our preprocessing, by gradient", ours=True)
SPECTRAL = _plain(
    "spectral", "linear classifier on the power spectrum", ours=True, deterministic=True
)
LATTICE = _plain("lattice", "lattice", ours=True, deterministic=True)
AUDITORY = _plain("auditory", "lattices read in auditory bands", ours=True)
MINIROCKET = _plain("minirocket", "MiniRocket", ours=True)

TABLE1 = (
    LINEAR,
    SPECTRAL,
    LATTICE,
    AUDITORY,
    GPE,
    NLSE,
    PAPER,
    Entry(
        Variant("paper-projection", "paper", "projection"), "NLSE, the paper's text, by projection"
    ),
    Entry(
        Variant("nlse-projection", "nlse", "projection"), "NLSE, our preprocessing, by projection"
    ),
    _plain("mlp", "MLP"),
    MINIROCKET,
    _plain("cnn", "CNN"),
    _plain("lstm-attention", "LSTM with attention"),
)
"""In the order in which they are run: what is cheap, or matters most, comes first."""

_TERMS = {
    ("dispersion",): "nonlinearity and attenuation",
    ("nonlinearity",): "dispersion and attenuation",
    ("attenuation",): "dispersion and nonlinearity",
    ("dispersion", "attenuation"): "nonlinearity",
    ("nonlinearity", "attenuation"): "dispersion",
}


def _ablated(whole: Entry, terms: Sequence[str], label: str) -> Entry:
    return Entry(without(whole.variant, terms), label, chosen_as=whole.name)


TABLE2 = (
    LINEAR,
    NLSE,
    *(_ablated(NLSE, terms, f"NLSE, our preprocessing: {left}") for terms, left in _TERMS.items()),
    PAPER,
    *(
        _ablated(PAPER, terms, f"NLSE, the paper's text: {_TERMS[terms]}")
        for terms in (("dispersion",), ("nonlinearity",))
    ),
)

TABLE3 = (
    LINEAR,
    GPE,
    _ablated(GPE, ["dispersion"], "nonlinearity and potential"),
    _ablated(GPE, ["nonlinearity"], "dispersion and potential"),
    _ablated(GPE, ["potential"], "dispersion and nonlinearity"),
)

N_LAYERS = 6
FAR_FIELD = 1 / N_LAYERS
"""beta2 of a layer such that the cascade spreads the band over the window once."""
RANDOM_DRAWS = 5
WINDOWS = {"series": 0.0, "4series": 3.0, "16series": 15.0}


def _random_beta2(draw: int) -> list[float]:
    import numpy as np

    drawn = np.random.default_rng(draw).normal(0, 3 * FAR_FIELD, N_LAYERS)
    return [round(float(value), 4) for value in drawn]


def _fixed() -> tuple[Entry, ...]:
    """The layers of `nlse` with nothing trained but the readout, in closed form."""
    beta2: dict[str, float | list[float]] = {"zero": 0.0, "far": FAR_FIELD, "far4": 4 * FAR_FIELD}
    beta2 |= {f"random{draw}": _random_beta2(draw) for draw in range(RANDOM_DRAWS)}
    entries = []
    for window, guard_band in WINDOWS.items():
        for kind, value in beta2.items():
            variant = Variant(
                f"fixed-{window}-{kind}",
                "nlse",
                "designed",
                frozen={"beta2": value, "gamma": 0.0, "alpha": 0.0},
                guard_band=guard_band,
            )
            entries.append(Entry(variant, f"{window}, {kind}", deterministic=True))
    return tuple(entries)


PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        Part("table1", "Table 1: models", TABLE1),
        Part("table2", "Table 2: terms of the NLSE", TABLE2, roles=(FORD, DIGITS)),
        Part("table3", "Table 3: terms of the GPE", TABLE3, roles=(FORD,)),
        Part("figure4", "Figure 4: learning curves", (NLSE, PAPER)),
        Part("figure5", "Figure 5: coefficients in training", (NLSE, PAPER)),
        Part("fixed", "Fixed coefficients", _fixed(), roles=(FORD, DIGITS)),
        Part(
            "folds",
            "Spoken Digits by folds and by speakers",
            (AUDITORY, LATTICE, SPECTRAL, MINIROCKET, LINEAR),
            roles=(DIGITS,),
            splits=("10-fold", "leave-one-speaker-out"),
        ),
    )
}
"""Every table and figure by its name on the command line."""

ALL = "all"

MOST_POINTS = 24_000
"""Windows of more points than this are not tried: they would cost more than is there."""

ALTERNATIVES: dict[str, tuple[dict[str, Any], ...]] = {
    "nlse": tuple({"guard_band": g} for g in (3.0, 7.0, 15.0, 31.0)),
    "nlse-projection": tuple({"guard_band": g} for g in (3.0, 7.0, 15.0, 31.0)),
    "gpe": tuple({"guard_band": g} for g in (1.0, 3.0, 7.0, 15.0)),
    "paper": tuple({"overrides": {"physics_rate": r}} for r in (0.01, 0.003, 0.03, 0.1)),
    **{
        model: tuple(
            {"overrides": {"physics_rate": r, "head_rate": r}} for r in (3e-3, 1e-3, 3e-4, 1e-2)
        )
        for model in ("mlp", "cnn", "lstm-attention")
    },
}
"""What is chosen from for each model, at most four things, the model's own setting first. Models
with a closed-form readout choose its penalty among nineteen by leave-one-out error instead."""


def alternatives(model: str, n_timepoints: int) -> list[dict[str, Any]]:
    """What there is to choose from for a model on series of a length; the first is its own."""
    return [
        changes
        for changes in ALTERNATIVES.get(model, ())
        if (1 + changes.get("guard_band", 0.0)) * n_timepoints <= MOST_POINTS
    ]


def parts_named(names: Sequence[str]) -> list[Part]:
    """Parts by name; "all" is every one.

    Raises
    ------
    UnknownNameError
    """
    for name in names:
        if name not in PARTS and name != ALL:
            raise UnknownNameError("table or figure", name, [*PARTS, ALL])
    return [part for part in PARTS.values() if part.name in names or ALL in names]
