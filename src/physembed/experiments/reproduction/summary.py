"""What the records of a reproduction say of a model, and which models are the best."""

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
