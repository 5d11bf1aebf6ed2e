"""What each model of a zoo is worth over all data, beside no physics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.experiments.results.statistics import holm
from physembed.experiments.zoo.models import WITHOUT_PHYSICS
from physembed.experiments.zoo.sweep import Fit
from physembed.physics import ALL_EQUATIONS, equation_named

FEWEST_SETS = 6
"""Below which no test can tell anything."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Standing:
    """What a model is worth over all data.

    Parameters
    ----------
    model : str
    accuracy : float
        Mean over data and seeds.
    first : int
        Sets of data on which no other model is better.
    p : float or None
        Of Wilcoxon's signed ranks against no physics, that of real fields for media of such,
        adjusted by Holm; None below six sets.
    """

    model: str
    accuracy: float
    first: int
    p: float | None


def table_of(fits: Sequence[Fit]) -> tuple[list[str], dict[str, Numbers], dict[str, str]]:
    """Data sets, every model's mean accuracies on them, and why the other models are left out.

    Those are models that some of the sets lack, or on some of which their medium was lost.
    """
    data = sorted({fit.data for fit in fits})
    accuracies: dict[str, dict[str, list[float]]] = {}
    lost: dict[str, list[str]] = {}
    for fit in fits:
        of_model = accuracies.setdefault(fit.model, {})
        if fit.accuracy is None:
            lost.setdefault(fit.model, []).append(fit.data)
        else:
            of_model.setdefault(fit.data, []).append(fit.accuracy)
    table, left_out = {}, {}
    for model, of_model in accuracies.items():
        missing = [d for d in data if d not in of_model and d not in lost.get(model, ())]
        if model in lost:
            left_out[model] = f"lost on {', '.join(sorted(set(lost[model])))}"
        elif missing:
            left_out[model] = f"not run on {', '.join(missing)}"
        else:
            table[model] = np.array([np.mean(of_model[d]) for d in data])
    return data, table, left_out


def without_physics(model: str) -> str:
    """The network without physics that has the encoder and detectors of a model."""
    is_real = model in ALL_EQUATIONS and equation_named(model).is_real
    return WITHOUT_PHYSICS[is_real]


def standings(fits: Sequence[Fit]) -> list[Standing]:
    """Of all models that every set of data has, the best mean first."""
    from scipy.stats import wilcoxon

    data, table, _ = table_of(fits)
    if not table:
        return []
    best = np.max(list(table.values()), axis=0)
    raw: dict[str, float] = {}
    for model, accuracies in table.items():
        plain = without_physics(model)
        if len(data) < FEWEST_SETS or plain not in table or model in WITHOUT_PHYSICS:
            continue
        off = accuracies - table[plain]
        raw[model] = float(wilcoxon(off).pvalue) if bool((off != 0).any()) else 1.0
    p_values = dict(zip(raw, holm(list(raw.values())), strict=True))
    rows = [
        Standing(m, float(v.mean()), int((v >= best - 1e-12).sum()), p_values.get(m))
        for m, v in table.items()
    ]
    return sorted(rows, key=lambda row: -row.accuracy)
