"""What each model of a zoo is worth over all data, beside no physics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from physembed.experiments.results.statistics import holm
from physembed.experiments.zoo.sweep import Fit


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


def standings(fits: Sequence[Fit]) -> list[Standing]:
    """Of all models over the sets of data that every one of them has, the best mean first."""
    from scipy.stats import wilcoxon

    means: dict[str, dict[str, list[float]]] = {}
    for fit in fits:
        means.setdefault(fit.model, {}).setdefault(fit.data, []).append(fit.accuracy)
    shared = sorted(set.intersection(*(set(by) for by in means.values()))) if means else []
    table = {m: np.array([np.mean(by[d]) for d in shared]) for m, by in means.items()}
    if not shared:
        return []
    best = np.max([v for m, v in table.items()], axis=0)
    others = [m for m in table if m != "no physics"]
    p_values: dict[str, float] = {}
    if len(shared) >= 6 and "no physics" in table:
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
