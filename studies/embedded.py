"""``python -m studies.embedded``: models as programs of C and models of ONNX, what they take there.

For every data set and preset: fitted with seed 0 (or loaded, where it is kept), exported to C and
ONNX, compared with the model on all test cases, cross-compiled, and run on QEMU's boards. The
tables of docs/deployment.md are written from the records.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import physembed as pe
from physembed.data import resolve_data_dir
from physembed.deploy import export
from physembed.deploy.onnx.model_file import session_of
from studies.fit_records import Records

RESULTS = Path("results/embedded")
MEASURED = (
    ("FordASubset", "tiny"),
    ("SpokenDigits", "auditory"),
    ("FordASubset", "lens"),
    ("GunPoint", "tiny"),
    ("GunPoint", "homodyne"),
    ("FordASubset", "homodyne-small"),
    ("FordASubset", "lattice"),
    ("GunPoint", "nlse"),
    ("GunPoint", "gpe"),
)
"""Data sets and presets that are cross-compiled and run."""

REPEATS = 50


def model_of(dataset: pe.Dataset, preset: str, models: Path | None) -> Any:
    """A fitted classifier, kept in a folder where there is one."""
    kept = None if models is None else models / f"{dataset.name}-{preset}"
    if kept is not None and kept.is_dir():
        return pe.load(kept)
    classifier = pe.PhysicalEmbeddingClassifier(preset, random_state=0)
    classifier.fit(dataset.X_train, dataset.y_train)
    if kept is not None:
        classifier.save(kept)
    return classifier


def measured(dataset: pe.Dataset, classifier: Any) -> dict[str, Any]:
    """What both exports report, and milliseconds of a case in onnxruntime."""
    with tempfile.TemporaryDirectory(prefix="physembed-") as folder:
        series = np.asarray(dataset.X_test)
        program = export(classifier, "c", Path(folder) / "model", data=series)
        model = export(classifier, "onnx", Path(folder) / "model.onnx", data=series)
        session = session_of(model.path.read_bytes())
    case = series[:1].astype(np.float32)
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        session.run(["scores"], {"x": case})
        times.append(time.perf_counter() - began)
    return {
        "accuracy": float(classifier.score(dataset.X_test, dataset.y_test)),
        "parameters": classifier.parameter_counts_,
        "c": program.report,
        "onnx": model.report,
        "onnx_milliseconds": 1e3 * min(times),
    }


def main() -> None:
    """Measure what the records lack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="folder with the data sets")
    parser.add_argument("--models", type=Path, help="folder in which fitted models are kept")
    arguments = parser.parse_args()
    data = resolve_data_dir(arguments.data)
    records = Records(RESULTS / "measured.json")
    for name, preset in MEASURED:
        dataset = pe.load_dataset(name, data)
        classifier = model_of(dataset, preset, arguments.models)
        records.add(
            {"dataset": name, "preset": preset},
            lambda d=dataset, c=classifier: measured(d, c),  # type: ignore[misc]
        )


if __name__ == "__main__":
    main()
