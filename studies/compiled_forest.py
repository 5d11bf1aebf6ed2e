"""``python -m studies.compiled_forest DATA``: a random forest as emlearn writes it, compiled.

The forest of ``studies.rivals``, on bands in 16-bit integers, as a header of C of emlearn's, which
has to be installed beside (``pip install emlearn``; it is no dependency of this project). The
bytes are those of its trees alone: what makes bands of samples comes on top.
"""

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

import physembed as pe
from physembed.deploy.c.targets import ARM_OPTIONS, BOARDS
from studies.fit_records import Records, run_from_command_line
from studies.rivals import TREES, bands

UNIT = 1000
"""By which logarithms of bands are multiplied to become whole."""
DATASETS = ("FordASubset",)
"""The forest of spoken digits is three times as large, and takes a compiler minutes."""
FILE = Path("results/embedded/emlearn.json")


def whole_bands(series: Any) -> NDArray[np.int16]:
    """Bands as integers of 16 bits."""
    return np.clip(np.rint(UNIT * bands(series)), -(2**15), 2**15 - 1).astype(np.int16)


def compiled(dataset: pe.Dataset) -> dict[str, Any]:
    """Accuracy, nodes, and bytes of code on every processor."""
    import emlearn  # type: ignore[import-not-found]

    classes, labels = np.unique(dataset.y_train, return_inverse=True)
    forest = RandomForestClassifier(TREES, random_state=0, n_jobs=1)
    forest.fit(whole_bands(dataset.X_train), labels)
    said = classes[forest.predict(whole_bands(dataset.X_test))]
    sizes = {}
    with tempfile.TemporaryDirectory(prefix="physembed-") as temporary:
        folder = Path(temporary)
        header = folder / "forest.h"
        written = emlearn.convert(forest, method="inline", dtype="int16_t")
        written.save(file=str(header), name="forest")
        (folder / "forest.c").write_text(
            '#include "forest.h"\nint said(const int16_t *x) { return forest_predict(x, '
            f"{whole_bands(dataset.X_test[:1]).shape[1]}); }}\n"
        )
        for board in BOARDS:
            command = ["arm-none-eabi-gcc", "-std=gnu99", *ARM_OPTIONS[:4], *board.options]
            command += ["-I", str(Path(emlearn.__file__).parent), "-c", "forest.c"]
            subprocess.run([*command, "-o", "forest.o"], cwd=folder, check=True)
            listing = ["arm-none-eabi-size", "forest.o"]
            told = subprocess.run(
                listing, cwd=folder, check=True, capture_output=True, text=True
            ).stdout.splitlines()[1]
            text, data = (int(value) for value in re.findall(r"\d+", told)[:2])
            sizes[board.name] = text + data
    return {
        "accuracy": float(np.mean(said == dataset.y_test)),
        "nodes": sum(tree.tree_.node_count for tree in forest.estimators_),
        "flash": sizes,
        "emlearn": emlearn.__version__,
    }


def measure(data_dir: Path, out: Path) -> None:
    """What the records lack."""
    records = Records(FILE)
    for name in DATASETS:
        records.add(
            {"dataset": name},
            lambda n=name: compiled(pe.load_dataset(n, data_dir)),  # type: ignore[misc]
        )


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
