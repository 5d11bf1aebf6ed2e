"""The figures that stand in the documents, written from results and from the models themselves."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from physembed._markdown import markdown_table
from physembed.estimators.building import build_classifier
from physembed.estimators.catalogue import MODELS
from physembed.experiments.grid.folder import BENCHMARK, RECORDS, read_records
from physembed.experiments.grid.records import Record
from physembed.experiments.reproduction.archive import ARCHIVE, read_archive
from physembed.experiments.reproduction.writing import TABLES
from physembed.experiments.results.comparison_tables import markdown
from physembed.experiments.results.frame import accuracy_table
from physembed.experiments.results.standings import standings_markdown
from physembed.training import TrainingSettings
from studies import (
    entered,
    lab_in_the_loop,
    recovery_of_a_condensate,
    recovery_of_a_fibre,
    recovery_or_classification,
    step_errors,
    supercontinuum,
    tolerances,
)
from studies.documents.first_plan import first_plan_table
from studies.documents.first_screen import first_screen
from studies.documents.fit_tables import (
    bank_table,
    comparators_table,
    fits_table,
    frames_table,
    ucr_table,
)
from studies.documents.placement_table import placement_table
from studies.documents.reliability_tables import RELIABILITY_TABLES
from studies.gpu.compilation import compilation_table
from studies.gpu.goals import alpha_table, goals_table
from studies.gpu.gpu_tables import markdown as gpu_tables
from studies.speed.bench_tables import markdown as bench_tables
from studies.speed.busy import busy_table
from studies.speed.explorer import explorer_table
from studies.speed.felt import felt_table
from studies.speed.recording import recording_table
from studies.speed.scale_tables import scale_table
from studies.training_times import times_table
from studies.worked_examples import EXAMPLES, WORKED, block

SIZES = {
    "GunPoint": (1, 150, 2),
    "OSULeaf": (1, 427, 6),
    "FordA": (1, 500, 2),
    "StarLightCurves": (1, 1024, 3),
    "SpokenDigits": (1, 5120, 10),
}
"""Channels, timepoints and classes of the sets whose parameter counts the documents state."""

WORTH_NAMING = 2.0
"""Difference in accuracy, in points, from which on a data set is listed as won or lost."""


def parameter_counts_table() -> str:
    """Embedding + readout parameters of every model on the sets of :data:`SIZES`, as Markdown."""
    header = ["Model", *(f"{name} ({t} x {k})" for name, (_, t, k) in SIZES.items())]
    rows = []
    for model in MODELS:
        classifier = build_classifier(model)
        cells = [
            "{embedding:,} + {readout:,}".format(
                **classifier.recipe(size).make_network().parameter_counts()
            )
            for size in SIZES.values()
        ]
        rows.append([f"`{model}`", *cells])
    return markdown_table(header, rows)


def training_table() -> str:
    """The settings of every model that is trained by gradient, as Markdown."""
    columns = {
        "epochs": "max_epochs",
        "at least steps": "min_steps",
        "batch": "batch_size",
        "rate before the head": "physics_rate",
        "rate of the head": "head_rate",
        "weight decay of the head": "weight_decay",
        "starts tried": "start_scales",
    }
    rows = []
    for model in MODELS:
        settings = build_classifier(model).training_settings()
        if isinstance(settings, TrainingSettings):
            cells = [getattr(settings, name) for name in columns.values()]
            cells[-1] = len(cells[-1]) or 1
            rows.append([f"`{model}`", *(f"{cell:g}" for cell in cells)])
    return markdown_table(["Model", *columns], rows)


def results_table(folder: Path) -> str:
    """The tables of a committed comparison, as Markdown without its title."""
    text = markdown(read_records(folder))
    return text[text.index("## ") :].replace("## ", "#### ")


def benchmark_table(folder: Path) -> str:
    """The standings of a committed benchmark, as Markdown."""
    return standings_markdown(json.loads((folder / BENCHMARK).read_text("utf-8")))


def losses_table(folder: Path, against: str) -> str:
    """The data sets on which a benchmark's first model loses most to another, as Markdown."""
    results = json.loads((folder / BENCHMARK).read_text("utf-8"))
    return losses_markdown(results["records"], results["first"], against)


def losses_markdown(records: Sequence[Record], first: str, against: str) -> str:
    """The data sets on which ``first`` loses at least 2 points to ``against``, and wins as much."""
    datasets, models, table = accuracy_table(records)
    mine, theirs = table[:, models.index(first)], table[:, models.index(against)]
    rows = [
        (name, f"{a:.1f}", f"{b:.1f}", f"{a - b:+.1f}")
        for name, a, b in sorted(
            zip(datasets, mine, theirs, strict=True), key=lambda row: row[1] - row[2]
        )
        if abs(a - b) >= WORTH_NAMING
    ]
    return markdown_table(("Data set", f"`{first}`", f"`{against}`", "difference"), rows)


def _performance_blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """Those of what was measured on a CPU and on a GPU."""
    writers: dict[tuple[Path, str], Callable[[], str]] = {}
    for part, page, in_markdown in (
        ("bench", "performance.md", bench_tables),
        ("gpu", "performance-gpu.md", gpu_tables),
        ("gpu-goals", "performance-gpu.md", goals_table),
        ("gpu-alpha", "performance-gpu.md", alpha_table),
        ("gpu_compilation", "performance-gpu.md", compilation_table),
    ):
        name = part.removesuffix("-goals")
        measured = root / "results" / "performance" / f"{name}.json"
        if measured.is_file():
            record = json.loads(measured.read_text("utf-8"))
            writers[root / "docs" / page, part] = partial(in_markdown, record)
    measured = root / "results" / "performance" / "scale.json"
    if measured.is_file():
        record = json.loads(measured.read_text("utf-8"))
        writers[root / "docs" / "billion.md", "scale"] = partial(scale_table, record)
    for name, table in (
        ("felt", felt_table),
        ("recording", recording_table),
        ("busy", busy_table),
        ("explorer", explorer_table),
        ("training_times", times_table),
    ):
        file = root / "results" / "performance" / f"{name}.json"
        if file.is_file():
            record = json.loads(file.read_text("utf-8"))
            writers[root / "docs" / "performance.md", name] = partial(table, record)
    return writers


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """Every generated block of the documents below ``root``, and what writes it."""
    writers: dict[tuple[Path, str], Callable[[], str]] = {
        (root / "docs" / "models.md", "parameter counts"): parameter_counts_table,
        (root / "docs" / "training.md", "training"): training_table,
        (root / "README.md", "first screen"): lambda: first_screen(root),
    }
    writers |= _performance_blocks(root)
    page = root / "docs" / "performance-gpu.md"
    writers[page, "gpu-rule"] = partial(placement_table, root)
    faults = root / "results" / "reliability" / "reliability.json"
    if faults.is_file():
        known = json.loads(faults.read_text("utf-8"))
        for part, in_markdown in RELIABILITY_TABLES.items():
            writers[root / "docs" / "reliability.md", f"reliability {part}"] = partial(
                in_markdown, known.get(part, [])
            )
    folder = root / "results" / "benchmark"
    if (folder / BENCHMARK).is_file():
        page = root / "docs" / "benchmark.md"
        writers[page, "benchmark"] = lambda: benchmark_table(folder)
        writers[page, "losses"] = lambda: losses_table(folder, "minirocket")
    fits = root / "results" / "projection"
    writers[root / "docs" / "projection.md", "fits"] = lambda: fits_table(fits)
    frames = root / "results" / "spoken-digits" / "frames.json"
    writers[root / "docs" / "models.md", "frames"] = lambda: frames_table(frames)
    if (fits / "ucr.json").is_file():
        writers[root / "docs" / "projection.md", "ucr"] = lambda: ucr_table(fits / "ucr.json")
    if (fits / "bank.json").is_file():
        writers[root / "docs" / "benchmark-questions.md", "bank"] = lambda: bank_table(
            fits / "bank.json"
        )
    comparators = fits / "comparators.json"
    if comparators.is_file():
        page = root / "docs" / "benchmark-questions.md"
        writers[page, "comparators"] = lambda: comparators_table(comparators)
    archive = root / "results" / "reproduction" / ARCHIVE
    if archive.is_file():
        reproduced = read_archive(archive)
        writers[root / "docs" / "reproduction.md", "first plan"] = partial(
            first_plan_table, reproduced
        )
        for name, table in TABLES.items():
            writers[root / "docs" / "reproduction.md", name] = partial(table, reproduced)
    for results in sorted((root / "results").glob(f"*/{RECORDS}")):
        name = results.parent.name
        for page in (root / "README.md", root / "docs" / "results.md"):
            if page.is_file() and f"<!-- generated: {name} -->" in page.read_text("utf-8"):
                writers[page, name] = lambda folder=results.parent: results_table(folder)  # type: ignore[misc]
    return writers


def hardware_blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The blocks of docs/lab-in-the-loop.md."""
    folder = root / "results" / "hardware"
    page = root / "docs" / "lab-in-the-loop.md"
    return {
        (page, "lab"): lambda: lab_in_the_loop.table(
            json.loads((folder / "lab.json").read_text("utf-8"))
        ),
        (page, "ways"): lambda: lab_in_the_loop.table_of_ways(
            json.loads((folder / "ways.json").read_text("utf-8"))
        ),
    }


def light_blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The blocks of docs/light-in-fibres.md."""
    record = root / "results" / "optics" / "supercontinuum.json"
    page = root / "docs" / "light-in-fibres.md"
    return {
        (page, "supercontinuum"): lambda: supercontinuum.costs(
            json.loads(record.read_text("utf-8"))
        ),
        (page, "half-a-step"): lambda: supercontinuum.refinement(
            json.loads(record.read_text("utf-8"))
        ),
        (page, "many-pulses"): lambda: supercontinuum.many(json.loads(record.read_text("utf-8"))),
        (page, "step-errors"): lambda: step_errors.table(
            json.loads(record.with_name("step_errors.json").read_text("utf-8"))
        ),
    }


def house_blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The blocks of docs/architecture.md."""
    record = root / "results" / "house" / "entered.json"
    page = root / "docs" / "architecture.md"
    return {(page, "entered"): lambda: entered.table(json.loads(record.read_text("utf-8")))}


def interpretation_blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """The blocks of docs/interpretation.md, and of the worked examples, a page each."""
    page, results = root / "docs" / "interpretation.md", root / "results"
    writers: dict[tuple[Path, str], Callable[[], str]] = {
        (root / "docs" / WORKED[name], name): partial(block, results / "interpretation" / name)
        for name in EXAMPLES
    }
    writers[page, "recovery"] = lambda: recovery_of_a_condensate.table(
        json.loads((results / "recovery" / "condensate.json").read_text("utf-8"))
    )
    writers[page, "recovery-of-a-fibre"] = lambda: recovery_of_a_fibre.table(
        json.loads((results / "recovery" / "fibre.json").read_text("utf-8"))
    )
    writers[page, "made-with-errors"] = lambda: tolerances.table(
        json.loads((results / "tolerances" / "gunpoint.json").read_text("utf-8"))
    )
    writers[page, "classification"] = lambda: recovery_or_classification.table(
        json.loads((results / "recovery" / "classification.json").read_text("utf-8"))
    )
    return writers
