"""The settings of each model, chosen on training cases alone."""

from collections.abc import Sequence
from typing import Any

from physembed.data.parts import VALIDATION
from physembed.experiments.grid.records import Record
from physembed.experiments.grid.variant import Variant
from physembed.experiments.reproduction.protocol import Entry, alternatives

Choices = dict[str, dict[str, Any]]
"""The changes that were chosen, by the name of a model."""


def tried(entry: Entry, n_timepoints: int) -> list[Variant]:
    """A model with everything there is to choose from, one variant each."""
    return [
        entry.variant.changed(_name(entry.name, number), **changes)
        for number, changes in enumerate(alternatives(entry.name, n_timepoints))
    ]


def choices(
    records: Sequence[Record], entries: Sequence[Entry], dataset: str, n_timepoints: int
) -> Choices:
    """What was chosen for a data set: the highest accuracy on validation cases, the first at a tie.

    A model that has no result of all its alternatives keeps its own settings.
    """
    accuracy = {
        r["model"]: r["accuracy"]
        for r in records
        if r["dataset"] == dataset and r["split"] == VALIDATION
    }
    found: Choices = {}
    for entry in entries:
        candidates = alternatives(entry.name, n_timepoints)
        names = [_name(entry.name, number) for number in range(len(candidates))]
        if candidates and all(name in accuracy for name in names):
            best = max(range(len(names)), key=lambda k: (accuracy[names[k]], -k))
            found[entry.name] = candidates[best]
    return found


def as_chosen(entry: Entry, chosen: Choices) -> Variant:
    """A model, or an ablation of it, with the settings that were chosen for it."""
    changes = chosen.get(entry.chosen_as or entry.name, {})
    return entry.variant.changed(entry.name, **changes)


def _name(model: str, number: int) -> str:
    return f"{model}-try{number}"
