"""Which runs a reproduction is made of: those that choose settings, and those that are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from physembed.data import n_folds
from physembed.data.parts import SMALL, VALIDATION
from physembed.experiments.grid.plan import OFFICIAL, Run, cached_dataset, plan, run_folder
from physembed.experiments.grid.records import RECORD
from physembed.experiments.reproduction.archive import finished_records
from physembed.experiments.reproduction.choice import Choices, as_chosen, choices, tried
from physembed.experiments.reproduction.protocol import Entry, Part

QUICK_EPOCHS = 4


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
        return plan(
            [name], variants, [0], data_dir=self.data_dir, split=VALIDATION, device=self.device
        )

    def runs(self, role: str, folder: Path) -> list[Run]:
        """The runs that are shown, seed by seed, with the settings that were chosen."""
        name = self.datasets[role]
        chosen = self._chosen(role, folder)
        found: list[Run] = []
        for (split, seed), entries in self._stages(role).items():
            found += plan(
                [name],
                [as_chosen(entry, chosen) for entry in entries],
                [seed],
                data_dir=self.data_dir,
                split=split,
                max_epochs=QUICK_EPOCHS if self.quick else None,
                device=self.device,
            )
        return found

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
        folder = None if self.data_dir is None else str(self.data_dir)
        return int(cached_dataset(name, folder, OFFICIAL, 0).X_train[0].shape[-1])
