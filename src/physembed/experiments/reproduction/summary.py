"""What a reproduction's records say of a model, what the paper says, and which are the best."""

from collections.abc import Mapping, Sequence
from typing import Any

from physembed.experiments.reproduction.protocol import PARTS
from physembed.experiments.results.frame import Summary
from physembed.experiments.results.statistics import FEWEST, holm

SIGNIFICANT = 0.05
DETERMINISTIC = {
    entry.name for part in PARTS.values() for entry in part.entries if entry.deterministic
}
"""Models that are the same from every seed."""

Archive = Mapping[str, Any]
"""What is kept of a reproduction: ``quick``, ``datasets`` by role, ``records``."""


PUBLISHED: dict[str, dict[str, float]] = {
    "Starlight": {"linear": 84.6, "cnn": 92.0, "lstm-attention": 86.7, "paper": 92.1},
    "Ford Engine": {
        "linear": 49.1,
        "cnn": 89.5,
        "lstm-attention": 90.9,
        "paper": 86.2,
        "paper-without-dispersion": 51.7,
        "paper-without-nonlinearity": 79.5,
        "gpe-without-dispersion": 52.1,
        "gpe-without-nonlinearity": 85.0,
        "gpe": 86.0,
    },
    "Spoken Digits": {
        "linear": 15.6,
        "cnn": 61.9,
        "lstm-attention": 54.4,
        "paper": 70.1,
        "paper-without-dispersion": 19.9,
        "paper-without-nonlinearity": 60.3,
    },
}
"""What the paper states: accuracies in %, means over ten seeds (arXiv 2407.14504).

By the paper's name of a data set and our name of a model; its network is one, ours of the same
equation are several, and its figure stands beside each of them."""

_SAME = {"nlse": "paper", "nlse-projection": "paper", "paper-projection": "paper"}


def summarise(archive: Archive, dataset: str, model: str, split: str) -> Summary | None:
    """The summary of a model's runs; None where none is finished."""
    records = tuple(
        r
        for r in archive["records"]
        if (r["dataset"], r["model"], r["split"]) == (dataset, model, split)
    )
    return Summary(records, is_deterministic=model in DETERMINISTIC) if records else None


def not_told_from_the_best(summaries: Sequence[Summary]) -> list[bool] | None:
    """Which of several models are the best, as far as paired tests tell at 5 % (Holm).

    Two models of which neither depends on the seed need no test to be told apart. None where a
    test is missing for want of seeds, so that nothing may be set apart.
    """
    best = max(range(len(summaries)), key=lambda k: summaries[k].mean)
    others = [k for k in range(len(summaries)) if k != best]
    p_values: list[float] = []
    for k in others:
        p_value = _chance_of_no_difference(summaries[best], summaries[k])
        if p_value is None:
            return None
        p_values.append(p_value)
    adjusted = dict(zip(others, holm(p_values), strict=True))
    return [k == best or adjusted[k] > SIGNIFICANT for k in range(len(summaries))]


def _chance_of_no_difference(first: Summary, second: Summary) -> float | None:
    test = first.against(second)
    if test is not None:
        return test.p_value
    if all(s.is_deterministic or s.n >= FEWEST for s in (first, second)):
        # no spread to measure by: whatever difference there is comes again from every seed
        return float(first.mean == second.mean)
    return None


def published(role: str, model: str) -> float | None:
    """The paper's figure for a model, or for the one that it is our version of."""
    figures = PUBLISHED.get(role, {})
    for ours, theirs in _SAME.items():
        if model == ours or model.startswith(f"{ours}-without-"):
            model = theirs + model.removeprefix(ours)
    return figures.get(model)
