"""Banks of comparators on UCR sets, ideal and of finite gain, by their left-out error.

``python -m studies.finite_gain_comparators DATA_DIR [OUT]`` writes ``comparators.json``.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from physembed.data import Dataset, load_dataset
from physembed.networks import Counter, Detector, Fibre, Quadratures, SideBySide, WinnerCounter
from physembed.presets.homodyne import (
    ANGLES,
    HOMODYNE,
    bank,
    counter,
)
from physembed.training import fit_readout
from physembed.training.readout.ridge import detected_features, fit_ridge
from studies.few_detectors import SETS, maker
from studies.fit_records import Records, as_tensors, outcome, run_from_command_line
from studies.small_bank import small_bank


def _ideal(number: int, thresholds: int, **options: Any) -> Counter:
    return counter(number, thresholds=thresholds, width=0.0, shape="logistic", **options)


def _ideal_detector(number: int) -> Detector:
    winners = WinnerCounter(Quadratures(ANGLES), response="arcsine")
    return SideBySide((_ideal(number, 4), _ideal(number, 2, counted="crossings"), winners))


MODELS: dict[str, Callable[[int], tuple[Fibre, ...]]] = {
    "homodyne": HOMODYNE.fibres,
    "homodyne, ideal": lambda n: bank(n, _ideal_detector),
    "homodyne-small": small_bank,
    "homodyne-small, ideal": lambda n: bank(n, lambda number: _ideal(number, 2)),
}
"""Fibres for a number of timepoints; the ideal banks have as many readout weights."""


def measure(data_dir: Path, out: Path) -> None:
    """All banks over all sets."""
    records = Records(out / "comparators.json")
    for name in SETS:
        data = load_dataset(name, data_dir)
        for model in MODELS:
            key = {"dataset": name, "model": model, "seed": 0}
            records.add(key, partial(_measured, data, model))


def _measured(data: Dataset, model: str) -> dict[str, Any]:
    x, y, unseen, labels = as_tensors(data)
    network = maker(MODELS[model](x.shape[2]), x, y, signed=False)()
    network.prepare(x, seed=0)
    error = fit_ridge(detected_features(network, x), y.numpy()).error
    fit_readout(network, x, y)
    left_out = {"left_out_error": error, "dataset_digest": data.digest}
    return left_out | outcome(network, unseen, labels)


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
