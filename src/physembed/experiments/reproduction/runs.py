"""Which runs a reproduction is made of: those that choose settings, and those that are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from physembed.data import n_folds
from physembed.data.parts import SMALL, VALIDATION
from physembed.experiments.grid.plan import OFFICIAL, Grid, Run, run_folder
from physembed.experiments.grid.records import RECORD, Record
from physembed.experiments.grid.variant import Variant
from physembed.experiments.reproduction.archive import finished_records
from physembed.experiments.reproduction.protocol import Entry, Part, alternatives

QUICK_EPOCHS = 4

Choices = dict[str, dict[str, Any]]
"""The changes that were chosen, by the name of a model."""


@dataclass(frozen=True)
class ReproductionGrid:
    """All runs of some parts.

    Parameters
    ----------
    parts : sequence of Part
    datasets : dict of str to str
        Names of the data sets on this machine, by role.
    data_dir : str, Path or None
    seeds : int
    quick : bool
    device : str
    """

    parts: Sequence[Part]
    datasets: dict[str, str]
    data_dir: str | Path | None
    seeds: int
    quick: bool
    device: str

    def search(self, role: str) -> list[Run]:
        """The runs that settings are chosen by."""
        if self.quick:
            return []
        name = self.datasets[role]
        variants = [
            variant
            for entry in self._entries(role).values()
            for variant in tried(entry, self._timepoints(name))
        ]
        if not variants:
            return []
        return self._grid(name, variants, 0, VALIDATION).runs()

    def runs(self, role: str, folder: Path) -> list[Run]:
        """The runs that are shown, seed by seed, with the settings that were chosen."""
        name = self.datasets[role]
        chosen = self._chosen(role, folder)
        runs: list[Run] = []
        for (split, seed), entries in self._stages(role).items():
            variants = [as_chosen(entry, chosen) for entry in entries]
            runs += self._grid(name, variants, seed, split).runs()
        return runs

    def size(self, folder: Path) -> tuple[int, int]:
        """How many runs there are in all, and how many are finished."""
        places = []
        for role, name in self.datasets.items():
            places += [run.folder for run in self.search(role)]
            for (split, seed), entries in self._stages(role).items():
                places += [
                    run_folder(name, entry.name, seed, split, fold)
                    for entry in entries
                    for fold in range(n_folds(name, split))
                ]
        return len(places), sum((folder / place / RECORD).is_file() for place in places)

    def _grid(self, name: str, variants: Sequence[Variant], seed: int, split: str) -> Grid:
        return Grid(
            [name],
            variants,
            [seed],
            split=split,
            max_epochs=QUICK_EPOCHS if self.quick else None,
            device=self.device,
            data_dir=self.data_dir,
        )

    def _stages(self, role: str) -> dict[tuple[str, int], list[Entry]]:
        """Models by split and seed, the official split first."""
        stages: dict[tuple[str, int], list[Entry]] = {}
        splits = dict.fromkeys(
            SMALL if self.quick else split for part in self.parts for split in part.splits
        )
        for split in sorted(splits, key=lambda split: split not in (OFFICIAL, SMALL)):
            entries = self._entries(role, split)
            for seed in range(self.seeds if split in (OFFICIAL, SMALL) else 1):
                of_seed = [e for e in entries.values() if seed == 0 or not e.deterministic]
                if of_seed:
                    stages[split, seed] = of_seed
        return stages

    def _entries(self, role: str, split: str = OFFICIAL) -> dict[str, Entry]:
        wanted = OFFICIAL if split == SMALL else split
        return {
            entry.name: entry
            for part in self.parts
            if role in part.roles and wanted in part.splits
            for entry in part.entries
        }

    def _chosen(self, role: str, folder: Path) -> Choices:
        name = self.datasets[role]
        entries = list(self._entries(role).values())
        return choices(finished_records(folder), entries, name, self._timepoints(name))

    def _timepoints(self, name: str) -> int:
        return int(Grid([name], data_dir=self.data_dir).dataset(name, 0).X_train[0].shape[-1])


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
    chosen: Choices = {}
    for entry in entries:
        candidates = alternatives(entry.name, n_timepoints)
        names = [_name(entry.name, number) for number in range(len(candidates))]
        if candidates and all(name in accuracy for name in names):
            best = max(range(len(names)), key=lambda k: (accuracy[names[k]], -k))
            chosen[entry.name] = candidates[best]
    return chosen


def as_chosen(entry: Entry, chosen: Choices) -> Variant:
    """A model, or an ablation of it, with the settings that were chosen for it."""
    changes = chosen.get(entry.chosen_as or entry.name, {})
    return entry.variant.changed(entry.name, **changes)


def _name(model: str, number: int) -> str:
    return f"{model}-try{number}"
