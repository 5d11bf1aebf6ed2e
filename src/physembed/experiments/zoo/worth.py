"""What each model of a zoo is worth over all data, beside no physics.

A benchmark's standings (``experiments/results/standings.py``) leave out data sets that a model
has not finished. Here media lose their field on some data, which says something about those media
and nothing about the data: the sets stay and the media are left out, by name and with the reason.
By a benchmark's rule half of the data sets of the committed record would go. Every medium is
compared with no physics of its own kind instead of with one first model, and for all of them at
once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.experiments.results.statistics import FEWEST_SETS, holm, signed_rank_p
from physembed.experiments.zoo.models import WITHOUT_PHYSICS
from physembed.experiments.zoo.sweep import Fit
from physembed.physics import ALL_EQUATIONS, equation_named

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
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


def accuracies_over_data(
    fits: Sequence[Fit],
) -> tuple[list[str], dict[str, Numbers], dict[str, str]]:
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


def worth_of_models(fits: Sequence[Fit]) -> list[Worth]:
    """Of all models that every set of data has, the best mean first."""
    data, table, _ = accuracies_over_data(fits)
    if not table:
        return []
    best = np.max(list(table.values()), axis=0)
    raw: dict[str, float] = {}
    for model, accuracies in table.items():
        plain = without_physics(model)
        if len(data) < FEWEST_SETS or plain not in table or model in WITHOUT_PHYSICS:
            continue
        raw[model] = signed_rank_p(accuracies - table[plain])
    p_values = dict(zip(raw, holm(list(raw.values())), strict=True))
    rows = [
        Worth(m, float(v.mean()), int((v >= best - 1e-12).sum()), p_values.get(m))
        for m, v in table.items()
    ]
    return sorted(rows, key=lambda row: -row.accuracy)
