"""What each model of a zoo is worth over all data, beside no physics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.experiments.results.statistics import holm
from physembed.experiments.zoo.sweep import Fit

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
        Of Wilcoxon's signed ranks against no physics, adjusted by Holm; None below six sets.
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


def standings(fits: Sequence[Fit]) -> list[Standing]:
    """Of all models that every set of data has, the best mean first."""
    from scipy.stats import wilcoxon

    data, table, _ = table_of(fits)
    if not table:
        return []
    best = np.max(list(table.values()), axis=0)
    others = [m for m in table if m != "no physics"]
    p_values: dict[str, float] = {}
    if len(data) >= 6 and "no physics" in table:
        raw = []
        for model in others:
            off = table[model] - table["no physics"]
            raw.append(float(wilcoxon(off).pvalue) if bool((off != 0).any()) else 1.0)
        p_values = dict(zip(others, holm(raw), strict=True))
    rows = [
        Standing(m, float(v.mean()), int((v >= best - 1e-12).sum()), p_values.get(m))
        for m, v in table.items()
    ]
    return sorted(rows, key=lambda row: -row.accuracy)
