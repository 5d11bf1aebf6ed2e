"""Honest rivals at equal size, with noise, few bits, drift and gaps in the sensor.

``python -m studies.disturbances DATA_DIR results/frontier`` writes ``disturbances.json``: of every
model on small sets, and of what is quick to fit on all of them, the accuracy on all test cases, on
at most 100 of them as they are and on the same disturbed, which nothing was trained on, its weights
and its time.
Rivals are MiniRocket with all and with few kernels, its
features thinned out by their weights (Detach-ROCKET: Uribarri, Barone, Ansuini and Fransén, arXiv
2309.14518), QUANT (Dempster, Schmidt and Webb 2024), both aeon's, and a ridge on the logarithms of
a spectrogram in plain Hann frames. Test cases are counted, never chosen by.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import spectrogram

import physembed as pe
from physembed.data import load_dataset
from physembed.explain.robustness import converted, with_drifting_zero, with_falling_gain
from physembed.training.readout.ridge import Ridge, fit_ridge
from physembed.training.selection.reliability import with_noise
from studies.fit_records import Records, run_from_command_line
from studies.frontier import NOISE, smallest_first

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]

SETS = (
    *("SonyAIBORobotSurface1", "MoteStrain", "TwoLeadECG", "ItalyPowerDemand", "ECG200"),
    *("GunPoint", "Coffee", "SyntheticControl", "ArrowHead", "Plane", "PowerCons", "Trace"),
)
ALL, AS_THEY_ARE = "all test cases", "as they are"
MOST_CASES = 100
"""Of those that are disturbed, and that are looked at as they are beside it."""
BITS, MISSING = (8, 6), (0.05, 0.2)
KERNELS = (84, 252, 1092, 9996)
BYTES = (400, 1500)
"""Of all that is packed, with weights of 4 bits."""
THINNED = (56, 288)
"""Features that are left of MiniRocket's."""
DETACHED = 0.05
"""Share of the features that go at a time, as its authors have it."""
FRAMES = 8
"""Frames in a series, which overlap by half."""
DARKEST = 1e-4
"""Of a spectrogram's power, added before its logarithm."""


def measure(data_dir: Path, out: Path) -> None:
    """Every model on small sets, and then what is quick to fit on all."""
    records = Records(out / "disturbances.json")
    pairs = [*product(SETS, MODELS), AIMED_AT, *product(smallest_first(data_dir), QUICK)]
    for name, model in pairs:
        key = {"dataset": name, "model": model}
        records.entries = [entry for entry in records.entries if not _is_of_before(entry, key)]
        most = MOST_CASES if (name, model) != AIMED_AT else None
        records.add(key, partial(_measured, name, MODELS[model], data_dir, most))


def _is_of_before(entry: dict[str, Any], key: dict[str, str]) -> bool:
    """Whether a record lacks how the cases that were disturbed are read as they are."""
    return key.items() <= entry.items() and AS_THEY_ARE not in entry["accuracy"]


def _measured(
    name: str,
    make: Callable[[], Any],
    data_dir: Path | None,
    most_cases: int | None = MOST_CASES,
) -> dict[str, Any]:
    data = load_dataset(name, data_dir)
    x_train, x_test = data.arrays()
    classes = np.unique(data.y_train)
    y_train, y_test = (np.searchsorted(classes, y) for y in (data.y_train, data.y_test))
    n_cases = len(x_test) if most_cases is None else most_cases
    spread = np.unique(np.linspace(0, len(x_test) - 1, n_cases).astype(int))
    tests = disturbed(x_test[spread], x_train)
    series = [x_test, *tests.values()]
    started = time.process_time()
    model = make().fit(x_train, y_train)
    fitted = time.process_time()
    said = model.predict(np.concatenate(series))
    predicted = time.process_time()
    as_they_are: NDArray[np.bool_] = said[: len(x_test)] == y_test
    right: NDArray[np.bool_] = said[len(x_test) :].reshape(len(tests), -1) == y_test[spread]
    return {
        "weights": _weights(model),
        "accuracy": {
            ALL: float(as_they_are.mean()),
            AS_THEY_ARE: float(as_they_are[spread].mean()),
            **dict(zip(tests, right.mean(axis=1).tolist(), strict=True)),
        },
        "fit_seconds": fitted - started,
        "predict_seconds": (predicted - fitted) / len(said),
    }


def disturbed(x: Numbers, training: Numbers) -> dict[str, Numbers]:
    """The same cases by other sensors, in the units of the training cases."""
    generator = np.random.default_rng(0)
    tests = {}
    for level in NOISE:
        tests[f"noise of {level:.0%}"] = with_noise(x, level, generator)
    lowest, highest = training.min(axis=(0, 2))[:, None], training.max(axis=(0, 2))[:, None]
    for bits in BITS:
        tests[f"{bits} bits"] = converted(x, bits, lowest, highest)
    tests["gain falls to half"] = with_falling_gain(x)
    tests["zero drifts by a deviation"] = with_drifting_zero(x)
    for share in MISSING:
        tests[f"{share:.0%} missing"] = _with_gaps(x, share, generator)
    return tests


def _with_gaps(x: Numbers, share: float, generator: np.random.Generator) -> Numbers:
    """Straight lines where values are missing."""
    t = np.arange(x.shape[2])
    bridged = x.copy()
    for case in bridged.reshape(-1, x.shape[2]):
        there: NDArray[np.bool_] = generator.random(len(t)) >= share
        if there.any():
            case[:] = np.interp(t, t[there], case[there])
    return bridged


@dataclass
class Read:
    """A ridge on features of a kind.

    Parameters
    ----------
    kind : callable
        Features of series, given the training cases.
    left : int or None
        Features that are left by thinning out; None leaves all.
    """

    kind: Callable[[Numbers], Callable[[Numbers], Numbers]]
    left: int | None = None

    def fit(self, x: Numbers, labels: Labels) -> "Read":
        """Fit the features, thin them out, and solve the readout."""
        self.features_of = self.kind(x)
        features = self.features_of(x)
        self.places = np.arange(features.shape[1])
        self.ridge: Ridge = fit_ridge(features, labels)
        while self.left is not None and len(self.places) > self.left:
            seen = features[:, self.places]
            weights = np.abs(self.ridge.weights * seen.std(axis=0)).sum(axis=0)
            n_left = max(self.left, int(len(self.places) * (1 - DETACHED)))
            self.places = self.places[np.sort(np.argsort(-weights, kind="stable")[:n_left])]
            self.ridge = fit_ridge(features[:, self.places], labels)
        return self

    def predict(self, x: Numbers) -> Labels:
        """Classes of series."""
        said: Labels = self.ridge.classes(self.features_of(x)[:, self.places])
        return said


def rocket(n_kernels: int, x: Numbers) -> Callable[[Numbers], Numbers]:
    """MiniRocket's features, with biases of training cases."""
    from aeon.transformations.collection.convolution_based import MiniRocket

    transformer = MiniRocket(n_kernels=n_kernels, random_state=0).fit(x.astype(np.float32))
    return lambda series: np.asarray(
        transformer.transform(series.astype(np.float32)), dtype=np.float64
    )


def hann_frames(x: Numbers) -> Callable[[Numbers], Numbers]:
    """Logarithms of the power in plain frames of normalised series."""
    length = max(8, 2 * x.shape[2] // (FRAMES + 1))

    def features_of(series: Numbers) -> Numbers:
        deviation = series.std(axis=2, keepdims=True)
        normalised = (series - series.mean(axis=2, keepdims=True)) / np.where(
            deviation > 0, deviation, 1.0
        )
        power = spectrogram(normalised, window="hann", nperseg=length, noverlap=length // 2)[2]
        return np.log(power + DARKEST).reshape(len(series), -1)

    return features_of


def _quant() -> Any:
    from aeon.classification.interval_based import QUANTClassifier

    return QUANTClassifier(random_state=0)


def _weights(model: Any) -> int | None:
    """Numbers of the readout; of a forest there are none to compare."""
    if isinstance(model, Read):
        return int(model.ridge.weights.size + len(model.ridge.weights))
    counts = getattr(model, "parameter_counts_", None)
    return None if counts is None else int(counts["readout"])


MODELS: dict[str, Callable[[], Any]] = {
    **{
        f"`compact`, {n:,} detectors": partial(
            pe.PhysicalEmbeddingClassifier, detectors=n, random_state=0
        )
        for n in (56, 288, 1120)
    },
    **{
        f"`compact` in {most:,} bytes": partial(
            pe.PhysicalEmbeddingClassifier, max_bytes=most, weight_bits=4, random_state=0
        )
        for most in BYTES
    },
    "`homodyne`": partial(pe.PhysicalEmbeddingClassifier, "homodyne", random_state=0),
    **{f"MiniRocket, {n:,} kernels": partial(Read, partial(rocket, n)) for n in KERNELS},
    **{
        f"MiniRocket thinned out to {n}": partial(Read, partial(rocket, max(KERNELS)), n)
        for n in THINNED
    },
    "QUANT": _quant,
    "Hann frames": partial(Read, hann_frames),
}

"""What each is called, and a new one."""
AIMED_AT = ("FordASubset", "`compact`, 56 detectors")
"""What was to be right behind a converter of eight bits, on all test cases, beside the sets of all
models."""
QUICK = [*(f"MiniRocket, {n:,} kernels" for n in KERNELS[:-1]), "Hann frames", "QUANT"]


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
