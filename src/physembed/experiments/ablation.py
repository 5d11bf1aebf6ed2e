"""What a network loses without a term of its equation, everything else unchanged."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from statistics import fmean

from physembed.errors import InvalidInputError
from physembed.estimators.catalogue import KNOWN
from physembed.experiments.compare import compare
from physembed.experiments.grid.execution import HERE, Comparison, Execution, Reporter
from physembed.experiments.grid.plan import Grid
from physembed.experiments.grid.records import Record
from physembed.experiments.grid.variant import Variant
from physembed.experiments.results.frame import summaries
from physembed.experiments.results.numbers_as_text import as_interval

JOIN = "+"
"""Between terms that are switched off at once."""


def without(variant: Variant, terms: Sequence[str]) -> Variant:
    """The same model with terms, or coefficients, of its equation frozen at zero."""
    return variant.changed(
        f"{variant.name}-without-{JOIN.join(terms)}", frozen=dict.fromkeys(terms, 0.0)
    )


def terms_of(model: str) -> list[str]:
    """The terms of a model's equations that can be switched off.

    Raises
    ------
    InvalidInputError
        If the model has no equation.
    """
    from physembed.estimators.physical_embedding import REFERENCE_LENGTH
    from physembed.presets import PRESETS, check_preset

    if model not in KNOWN:
        check_preset(model)
    if model not in PRESETS:
        raise InvalidInputError(
            f"model {model!r} has no equation of which a term could be switched off; choose one "
            f"of {', '.join(PRESETS)}."
        )
    fibres = PRESETS[model].fibres(REFERENCE_LENGTH)
    present = [
        term
        for fibre in fibres
        for term, names in fibre.equation.terms.items()
        if any(name in fibre.coefficients for name in names)
    ]
    return list(dict.fromkeys(present))


def ablate(
    grid: Grid,
    terms: Sequence[str] | None = None,
    *,
    out: str | Path,
    execution: Execution = HERE,
    reporter: Reporter | None = None,
) -> Comparison:
    """Train a model with and without terms of its equation, with the same budget.

    A term is switched off in the same equation: its coefficients are frozen at zero. Window,
    encoder, detector, readout and training are the same, and the readout learns anew.

    Parameters
    ----------
    grid : Grid
        Of one model, a physical one.
    terms : sequence of str or None, default=None
        Terms or coefficients to do without, one ablation each; several at once are joined by "+",
        as in "dispersion+attenuation". None is every term by itself.
    out : str or Path
    execution : Execution
    reporter : Reporter or None, default=None

    Returns
    -------
    Comparison
        The whole model first.

    Raises
    ------
    InvalidInputError, UnknownNameError
        Before anything is trained.
    """
    if len(grid.variants) != 1:
        raise InvalidInputError(f"models must be one to be ablated, got {grid.models!r}.")
    (whole,) = grid.variants
    of_model = terms_of(whole.model)
    groups = [[term] for term in of_model] if terms is None else [t.split(JOIN) for t in terms]
    ablated = replace(grid, models=[whole, *(without(whole, group) for group in groups)])
    return compare(ablated, out=out, execution=execution, reporter=reporter)


def losses(records: Sequence[Record]) -> list[tuple[str, str, str, str, str]]:
    """What each ablation loses against the whole model: data set, model, points, interval, p.

    The first model of each data set is the whole one; texts are empty where there is no test.
    """
    rows = []
    for dataset, of_dataset in groupby(summaries(records).values(), key=lambda s: s.dataset):
        whole, *ablations = of_dataset
        for ablation in ablations:
            common = whole.runs.keys() & ablation.runs.keys()
            if not common:
                continue
            test = ablation.against(whole)
            points = fmean(ablation.runs[run] - whole.runs[run] for run in common)
            interval = None if test is None else (test.low, test.high)
            p_value = "" if test is None else f"{test.p_value:.2g}"
            rows.append(
                (
                    dataset,
                    ablation.model,
                    f"{points:+.1f}",
                    as_interval(interval, signed=True),
                    p_value,
                )
            )
    return rows
