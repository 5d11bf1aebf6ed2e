"""How much comparators on levels should count where levels are most of what there is to know.

``python -m studies.loud_levels DATA_DIR results/frontier`` writes ``loud_levels.json``: for gains
from none to forty, what is right of the training cases of JapaneseVowels that four folds leave out
(no test case is looked at), and of new draws of three classes of level alone, a deviation of the
noise apart, with 16 to 1,120 detectors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold, cross_val_score

import physembed as pe
from physembed._markdown import markdown_table
from physembed.data import load_dataset
from physembed.presets import compact
from studies.fit_records import Records, run_from_command_line
from studies.levels_alone import accuracy_of_levels

GAINS = (0.0, 5.0, 10.0, 20.0, 40.0)
SIZES = (16, 56, 288, 1120)
DATASET, WEIGHTS, FOLDS = "JapaneseVowels", 5000, 4
CLASSES, DRAWS = 3, 3


def measure(data_dir: Path, out: Path) -> None:
    """Every gain: the folds of the data set, and draws of levels alone."""
    records = Records(out / "loud_levels.json")
    for gain in GAINS:
        key = {"gain": gain, "cases": DATASET}
        records.add(key, partial(_left_out, gain, data_dir))
    for gain, detectors in product(GAINS, SIZES):
        key = {"gain": gain, "cases": "levels alone", "detectors": detectors}
        records.add(key, partial(_drawn, gain, detectors))


def _left_out(gain: float, data_dir: Path) -> dict[str, Any]:
    data = load_dataset(DATASET, data_dir)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    model = pe.PhysicalEmbeddingClassifier(readout_weights=WEIGHTS, random_state=0)
    with counted(gain):
        right = cross_val_score(model, data.X_train, data.y_train, cv=folds, scoring="accuracy")
    return {"accuracies": right.tolist()}


def _drawn(gain: float, detectors: int) -> dict[str, Any]:
    make = partial(pe.PhysicalEmbeddingClassifier, detectors=detectors)
    with counted(gain):
        right = [accuracy_of_levels(make, CLASSES, seed) for seed in range(DRAWS)]
    return {"accuracies": right}


@contextmanager
def counted(gain: float) -> Iterator[None]:
    """Comparators on levels count so much, where they count."""
    usual = compact.LOUD_THRESHOLDS
    compact.LOUD_THRESHOLDS = gain
    try:
        yield
    finally:
        compact.LOUD_THRESHOLDS = usual


def loud_levels_table(records: list[dict[str, Any]]) -> str:
    """A row for each gain, as Markdown."""
    means = {
        (one["gain"], one.get("detectors")): f"{100 * np.mean(one['accuracies']):.1f}"
        for one in records
    }
    columns = (
        "Counted",
        f"{DATASET}, left out of training / %",
        *(f"three levels, {size:,} detectors / %" for size in SIZES),
    )
    rows = [
        (f"{gain:g}", *(means.get((gain, size), "") for size in (None, *SIZES))) for gain in GAINS
    ]
    return markdown_table(columns, rows)


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
