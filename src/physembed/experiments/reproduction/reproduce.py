"""The paper's tables and figures: choose settings, run what is not done, write what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from physembed._checks import check_integer
from physembed.data import dataset_names
from physembed.data.parts import SMALL
from physembed.errors import DatasetError, RunFolderError
from physembed.experiments.grid.execution import (
    HERE,
    Comparison,
    Execution,
    Reporter,
    run_grid,
)
from physembed.experiments.grid.folder import (
    check_comparison_folder,
    opened_for_writing,
)
from physembed.experiments.grid.run import Outcome
from physembed.experiments.reproduction.archive import (
    ARCHIVE,
    finished_records,
    read_archive,
    restore,
)
from physembed.experiments.reproduction.protocol import (
    ALL,
    ROLES,
    STAND_INS,
    Part,
    parts_named,
)
from physembed.experiments.reproduction.runs import ReproductionGrid
from physembed.experiments.reproduction.writing import write_reproduction

QUICK_SEEDS = 3


@dataclass(frozen=True)
class Reproduction:
    """What was found.

    Parameters
    ----------
    out : Path
    written : list of Path
    missing : dict of str to tuple of str
        The paper's data sets that are not on this machine, and what each is looked for as.
    failures : list of Outcome
    """

    out: Path
    written: list[Path]
    missing: dict[str, tuple[str, ...]]
    failures: list[Outcome] = field(default_factory=list)


def reproduce(
    names: Sequence[str] = (ALL,),
    *,
    out: str | Path,
    data_dir: str | Path | None = None,
    seeds: int = 10,
    execution: Execution = HERE,
    quick: bool = False,
    device: str = "auto",
    reporter: Reporter | None = None,
) -> Reproduction:
    """Run the protocol as far as it is not run yet, and write its tables and figures.

    For each of the paper's data sets that is on this machine, settings are chosen on training
    cases alone, then every model of the parts asked for is trained from every seed and tested
    once. Stopped at whatever moment, it goes on where it was when it is started again; a folder
    that holds ``reproduction.json`` alone is taken up as well.

    Parameters
    ----------
    names : sequence of str, default=("all",)
        Names of :data:`PARTS`, or "all".
    out : str or Path
    data_dir : str, Path or None, default=None
    seeds : int, default=10
    execution : Execution
        Models are not kept, whatever it says.
    quick : bool, default=False
        A small version in minutes: three seeds, few epochs, at most 100 training and 100 test
        cases, nothing chosen; bundled sets stand in for absent ones. Every output says so.
    device : {"auto", "cpu", "cuda"}, default="auto"
    reporter : Reporter or None, default=None
        Told of the whole grid as one.

    Returns
    -------
    Reproduction

    Raises
    ------
    UnknownNameError, InvalidInputError
    DatasetError
        If none of the data sets is on this machine.
    RunFolderError
        If ``out`` is not the folder of a reproduction of this kind.
    """
    parts = parts_named(names)
    check_integer("seeds", seeds, least=1)
    folder = Path(out)
    _check(folder, quick=quick)
    datasets, missing = present(data_dir, parts, quick=quick)
    if not datasets:
        raise DatasetError(
            "none of the data sets is on this machine: "
            + "; ".join(f"{role} ({' or '.join(looked)})" for role, looked in missing.items())
            + ". Fetch one with `physembed datasets fetch NAME`, or point --data-dir at it."
        )
    with opened_for_writing(folder, {}):
        restore(folder / ARCHIVE, folder)
    n_seeds = min(seeds, QUICK_SEEDS) if quick else seeds
    grid = ReproductionGrid(parts, datasets, data_dir, n_seeds, quick, device)
    failures: list[Outcome] = []
    written: list[Path] = []

    def write(comparison: Comparison) -> None:
        written[:] = write_reproduction(folder, datasets, quick=quick)

    bar = None if reporter is None else _OneBar(reporter, *grid.size(folder), execution.n_processes)
    unkept = replace(execution, keep_models=False)
    for role in datasets:
        for stage in ("search", "runs"):
            runs = grid.search(role) if stage == "search" else grid.runs(role, folder)
            if runs:
                done = run_grid(runs, folder, finish=write, execution=unkept, reporter=bar)
                failures += done.failures
    return Reproduction(folder, written, missing, failures)


def collect(out: str | Path) -> list[Path]:
    """Write tables and figures of the runs that are finished in a folder, and run nothing.

    Raises
    ------
    RunFolderError
        If no run is finished there.
    """
    folder = Path(out)
    restore(folder / ARCHIVE, folder)
    records = finished_records(folder)
    if not records:
        raise RunFolderError(f"no run is finished in {folder}; start `physembed reproduce` there.")
    names = {record["dataset"] for record in records}
    quick = any(record["split"] == SMALL for record in records)
    datasets: dict[str, str] = {}
    for role, looked in ROLES.items():
        here = [name for name in (*looked, STAND_INS.get(role, "")) if name in names]
        if here:
            datasets[role] = here[0]
    return write_reproduction(folder, datasets, quick=quick)


def present(
    data_dir: str | Path | None, parts: Sequence[Part], *, quick: bool
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The data sets of some parts that are on this machine, by role; and those that are not."""
    here = {name for name, where in dataset_names(data_dir).items() if where != "download"}
    datasets, missing = {}, {}
    for role, looked in ROLES.items():
        if not any(role in part.roles for part in parts):
            continue
        name = next((name for name in looked if name in here), None)
        if name is None and quick:
            name = STAND_INS.get(role)
        if name is None:
            missing[role] = looked
        else:
            datasets[role] = name
    return datasets, missing


class _OneBar:
    """Shows several grids as one."""

    def __init__(self, reporter: Reporter, n_runs: int, n_finished: int, jobs: int) -> None:
        self.reporter = reporter
        reporter.start(n_runs, n_finished, jobs)

    def start(self, n_runs: int, n_finished: int, jobs: int) -> None:
        """Nothing: all of them have started."""

    def ended(self, outcome: Outcome) -> None:
        self.reporter.ended(outcome)


def _check(folder: Path, *, quick: bool) -> None:
    """Refuse a folder that holds something else, or a version of another size."""
    check_comparison_folder(folder)
    if not (folder / ARCHIVE).is_file():
        return
    try:
        held = bool(read_archive(folder / ARCHIVE)["quick"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunFolderError(
            f"{folder / ARCHIVE} is not that of a reproduction. Choose another --out."
        ) from error
    if held != quick:
        raise RunFolderError(
            f"{folder} holds {'a quick' if held else 'the whole'} version. Choose another --out."
        )
