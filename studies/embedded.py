"""``python -m studies.embedded``: models as programs of C and models of ONNX, what they take there.

For every data set, preset and readout: fitted with seed 0 (or loaded, where it is kept), exported
to C and ONNX, compared with the model on all test cases, cross-compiled, and run on QEMU's boards.
``--sets`` exports and compares on all UCR sets in the folder, without the boards: the budgeted
preset of two sizes, or the presets that are named after it. The tables of docs/deployment.md are
written from the records.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import physembed as pe
from physembed.data import resolve_data_dir
from physembed.deploy import export, lower, scores
from physembed.deploy.c.files import program_files
from physembed.deploy.c.host import HostProgram, compiler
from physembed.deploy.c.integers import write_whole_source
from physembed.deploy.c.sampling import Sampling, as_sampled
from physembed.deploy.c.source import write_source
from physembed.deploy.c.targets import BOARDS, measure
from physembed.deploy.factor import Factor
from physembed.deploy.integers.interpreter import whole_scores
from physembed.deploy.integers.whole_plan import in_whole_numbers
from physembed.deploy.onnx.model_file import session_of
from physembed.deploy.plan import Multiply, Plan, Split, Step
from physembed.deploy.vectors import choose_vectors
from physembed.errors import PhysembedError
from studies.fit_records import Records
from studies.rivals import rivals

RESULTS = Path("results/embedded")
MEASURED = (
    ("FordASubset", "tiny", "float32"),
    ("FordASubset", "tiny in a short window", "float32"),
    ("FordASubset", "tiny in a short window in integers", "float32"),
    ("SpokenDigits", "auditory", "float32"),
    ("SpokenDigits", "auditory", "int8"),
    ("SpokenDigits", "auditory-frames", "float32"),
    ("SpokenDigits", "auditory-frames", "int8"),
    ("FordASubset", "lens", "float32"),
    ("GunPoint", "tiny", "float32"),
    ("GunPoint", "tiny in a short window", "float32"),
    ("GunPoint", "nlse", "float32"),
    ("GunPoint", "gpe", "float32"),
    ("GunPoint", "homodyne", "float32"),
    ("GunPoint", "compact of 16", "float32"),
    ("GunPoint", "compact of 64 in 8 bits", "float32"),
    ("GunPoint", "compact of 64 in 4 bits", "float32"),
    ("FordASubset", "tiny in integers", "float32"),
    ("SpokenDigits", "auditory in integers", "float32"),
    ("SpokenDigits", "auditory in integers", "int8"),
    ("FordASubset", "tiny-integer", "float32"),
    ("GunPoint", "tiny-integer", "float32"),
    ("FordASubset", "lattice", "float32"),
    ("FordASubset", "compact of 64 in 8 bits", "float32"),
)
"""Data sets, presets and readouts that are cross-compiled and run."""

OPTIONS: dict[str, dict[str, Any]] = {
    "compact of 16": {"training": pe.SelectionSettings(detectors=16)},
    "compact of 64 in 8 bits": {"training": pe.SelectionSettings(detectors=64, weight_bits=8)},
    "compact of 64 in 4 bits": {"training": pe.SelectionSettings(detectors=64, weight_bits=4)},
    "tiny in a short window": {"guard_band": 0.15},
}
"""Presets with other than their usual options."""

IN_INTEGERS = " in integers"
"""What a preset is called whose program computes in int16, where it would not by itself."""

COMPARED = ("FordASubset", "SpokenDigits")
"""Data sets on which rivals are derived."""

ALIKE = ("compact of 16", "compact of 64 in 8 bits")
"""Presets that are exported on all sets: the budgeted one, whose fit takes seconds. A fit of the
fixed `tiny` takes minutes a set; ``--sets tiny`` goes on with those."""

SEEDS = range(5)
"""Of models in whole numbers, whose accuracy is that of their program."""

CASES_OF_TABLES = 40
REPEATS = 1000


def model_of(dataset: pe.Dataset, preset: str, models: Path | None) -> Any:
    """A fitted classifier, kept in a folder where there is one."""
    folder = None if models is None else models / f"{dataset.name}-{preset}"
    if folder is not None and folder.is_dir():
        return pe.load(folder)
    name, options = preset.partition(" ")[0], OPTIONS.get(preset, {})
    classifier = pe.PhysicalEmbeddingClassifier(name, random_state=0, **options)
    classifier.fit(dataset.X_train, dataset.y_train)
    if folder is not None:
        classifier.save(folder)
    return classifier


def measured(
    dataset: pe.Dataset, classifier: Any, readout: str, number: str | None = None
) -> dict[str, Any]:
    """What both exports report, and milliseconds of a case in onnxruntime."""
    with tempfile.TemporaryDirectory(prefix="physembed-") as folder:
        series = np.asarray(dataset.X_test)
        place = Path(folder)
        # what was learnt in few bits is written as it was learnt
        stored_in = None if readout == "float32" else readout
        program = export(
            classifier, "c", place / "model", data=series, readout=stored_in, number=number
        )
        record: dict[str, Any] = {
            "accuracy": float(classifier.score(dataset.X_test, dataset.y_test)),
            "parameters": classifier.parameter_counts_,
            "c": program.report,
        }
        if readout != "float32" or number is not None:
            return record
        model = export(classifier, "onnx", place / "model.onnx", data=series)
        session = session_of(model.path.read_bytes())
    case = series[:1].astype(np.float32)
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        session.run(["scores"], {"x": case})
        times.append(time.perf_counter() - began)
    return {**record, "onnx": model.report, "onnx_milliseconds": 1e3 * min(times)}


def in_integers(dataset: pe.Dataset, seed: int) -> dict[str, Any]:
    """The accuracy of a model in whole numbers, and of the network that it was lowered from."""
    classifier = pe.PhysicalEmbeddingClassifier("tiny-integer", random_state=seed)
    classifier.fit(dataset.X_train, dataset.y_train)
    plan = lower(classifier)
    series = as_sampled(plan, np.asarray(dataset.X_test, dtype=np.float32), "int16")
    whole = in_whole_numbers(plan)
    said = whole_scores(whole, series)
    labels = np.array(plan.labels)[said.argmax(axis=1)]
    record: dict[str, Any] = {
        "accuracy": float(np.mean(labels == np.asarray(dataset.y_test).astype(str))),
        "accuracy_in_python": float(classifier.score(dataset.X_test, dataset.y_test)),
        "taps": max(len(f.taps) for f in whole.filters),
        "filters": len(whole.filters),
        "cases": len(said),
    }
    if compiler() is not None:
        program = HostProgram(write_whole_source(whole, "model", Sampling("int16")))
        record["same_bits_in_c"] = int((program(series)[1] == said).all(axis=1).sum())
    return record


def in_tables(plan: Plan) -> Plan:
    """A plan whose closed forms are tables, one for every factor."""

    def told(step: Step, window: int) -> Step:
        match step:
            case Multiply() if not step.factor.is_identity:
                values = step.factor.values(window)
                return replace(step, factor=Factor(table=values, nyquist=step.factor.nyquist))
            case Split():
                return Split(tuple(tuple(told(s, window) for s in arm) for arm in step.arms))
        return step

    paths = [
        replace(path, steps=tuple(told(step, path.encoding.window) for step in path.steps))
        for path in plan.paths
    ]
    return replace(plan, paths=tuple(paths))


def with_tables(dataset: pe.Dataset, preset: str, models: Path | None) -> dict[str, Any]:
    """What a program takes on a Cortex-M4F with closed forms, and with tables in their place."""
    plan = lower(model_of(dataset, preset, models))
    series = np.asarray(dataset.X_test, dtype=np.float32)[:CASES_OF_TABLES]
    record = {}
    for name, form in (("closed_forms", plan), ("tables", in_tables(plan))):
        vectors = choose_vectors(series, scores(form, series), 8)
        files = program_files(write_source(form, "model"), vectors)
        record[name] = measure(files, "model", BOARDS[0]).record()
    return record


def alike(dataset: pe.Dataset, preset: str, models: Path | None) -> dict[str, Any]:
    """How far C and ONNX agree with the model, or why there is none."""
    try:
        classifier = model_of(dataset, preset, models)
        # refused before series of unequal lengths are looked at
        lower(classifier)
        with tempfile.TemporaryDirectory(prefix="physembed-") as folder:
            series, place = dataset.X_test, Path(folder)
            program = export(classifier, "c", place / "model", data=series, targets=False)
            model = export(classifier, "onnx", place / "model.onnx", data=series)
    except PhysembedError as error:
        return {"refused": str(error)}
    both = {**program.report["agreement"], **model.report["agreement"]}
    return {"estimated": program.report["estimated"], "agreement": both}


def main() -> None:
    """Measure what the records lack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="folder with the data sets")
    parser.add_argument("--models", type=Path, help="folder in which fitted models are kept")
    parser.add_argument(
        "--sets",
        nargs="*",
        metavar="PRESET",
        help=f"all UCR sets as well; without names: {', '.join(ALIKE)}",
    )
    arguments = parser.parse_args()
    data, models = resolve_data_dir(arguments.data), arguments.models
    for name in sorted({name for name, _, _ in MEASURED}):
        try:
            pe.load_dataset(name, data)
        except PhysembedError as error:
            parser.error(f"{error} They are looked for in {data}; say which folder has them.")
    records = Records(RESULTS / "measured.json")
    for name, preset, readout in MEASURED:

        def make(name: str = name, preset: str = preset, readout: str = readout) -> dict[str, Any]:
            dataset = pe.load_dataset(name, data)
            return measured(
                dataset,
                model_of(dataset, preset.removesuffix(IN_INTEGERS), models),
                readout,
                "int16" if preset.endswith(IN_INTEGERS) else None,
            )

        records.add({"dataset": name, "preset": preset, "readout": readout}, make)
    others = Records(RESULTS / "rivals.json")
    for name in COMPARED:
        others.add({"dataset": name}, lambda n=name: rivals(pe.load_dataset(n, data)))  # type: ignore[misc]
    seeds = Records(RESULTS / "integers.json")
    for seed in SEEDS:
        seeds.add(
            {"dataset": "FordASubset", "preset": "tiny-integer", "seed": seed},
            lambda seed=seed: in_integers(pe.load_dataset("FordASubset", data), seed),  # type: ignore[misc]
        )
    tables = Records(RESULTS / "tables.json")
    for name, preset in (("FordASubset", "tiny"), ("SpokenDigits", "auditory")):
        tables.add(
            {"dataset": name, "preset": preset},
            lambda n=name, p=preset: with_tables(pe.load_dataset(n, data), p, models),  # type: ignore[misc]
        )
    if arguments.sets is not None:
        agreements = Records(RESULTS / "agreement.json")
        for preset in arguments.sets or ALIKE:
            for name in sorted(path.name for path in (Path(data) / "ucr").iterdir()):
                agreements.add(
                    {"dataset": name, "preset": preset},
                    lambda n=name, p=preset: alike(pe.load_dataset(n, data), p, models),  # type: ignore[misc]
                )


if __name__ == "__main__":
    main()
