"""Whether a model notices drifted and dead sensors, and is less sure of what they say.

``python -m studies.novelty DATA_DIR results/novelty`` writes ``novelty.json``: on every set, for
test cases as they are, drifted (half the gain, six times the noise, which is told from second
differences), with that noise alone, of a dead sensor (all its values the mean of training, and with
a tenth of the noise) and with one channel dead: the share of p-values below 0.01, 0.05, 0.1 and
0.5, their distance from a uniform distribution (Kolmogorov and Smirnov's), accuracy, and the
expected calibration error of the probabilities, with and without what novelty takes off them.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from scipy.stats import kstest

import physembed as pe
from physembed.data import load_dataset
from studies.fit_records import Records, run_from_command_line

SETS = (
    *("GunPoint", "ItalyPowerDemand", "ECG200", "MoteStrain", "ERing", "SyntheticControl"),
    *("PowerCons", "Trace", "BasicMotions", "FordASubset"),
)
MODELS = ("compact", "homodyne")
MOST_CASES = 400
"""Of training, and of test."""
LEVELS = (0.01, 0.05, 0.1, 0.5)
BINS = 10

Numbers = NDArray[np.float64]


def measure(data_dir: Path, out: Path) -> None:
    """Every model on every set."""
    records = Records(out / "novelty.json")
    for name in ("two tones", *SETS):
        for model in MODELS:
            records.add(
                {"dataset": name, "model": model}, partial(_measured, name, model, data_dir)
            )


def _measured(name: str, model: str, data_dir: Path) -> dict[str, Any]:
    X, y, kinds, y_test = cases_of(name, data_dir)
    classifier = pe.PhysicalEmbeddingClassifier(model, random_state=0).fit(X, y)
    return {
        "training_cases": len(X),
        **{kind: _told(classifier, series, y_test) for kind, series in kinds.items()},
    }


def cases_of(
    name: str, data_dir: Path
) -> tuple[Numbers, NDArray[Any], dict[str, Numbers], NDArray[Any]]:
    """Training cases, their classes, test cases of every kind, and theirs."""
    if name == "two tones":
        (X, y), (X_test, y_test) = _tones(120, 0), _tones(300, 1)
        drifted, noisy = (_tones(300, 1, gain=gain, noise=1.2)[0] for gain in (0.5, 1.0))
    else:
        data = load_dataset(name, data_dir)
        X, X_test = (_some(np.asarray(part)) for part in data.arrays())
        y, y_test = (_some(np.asarray(labels)) for labels in (data.y_train, data.y_test))
        added = 6 * _noise(X) * _normal(X_test.shape)
        drifted, noisy = 0.5 * X_test + added, X_test + added
    mean = X.mean(axis=(0, 2))[:, None] + np.zeros_like(X_test)
    one = X_test.copy()
    one[:, 0] = mean[:, 0]
    kinds = {
        "clean": X_test,
        "drifted": drifted,
        "noisy": noisy,
        "dead": mean,
        "dead, with noise": mean + 0.1 * _noise(X) * _normal(X_test.shape),
        "one channel dead": one,
    }
    return X, y, kinds, y_test


def _told(classifier: Any, series: Numbers, labels: NDArray[Any]) -> dict[str, Any]:
    p = classifier.novelty(series)
    probabilities = classifier.predict_proba(series)
    scores = np.asarray(classifier.decision_function(series))
    if scores.ndim == 1:
        scores = np.stack([-scores, scores], axis=1) / 2
    right = classifier.classes_[probabilities.argmax(axis=1)] == labels
    return {
        "below": {str(level): float((p < level).mean()) for level in LEVELS},
        "from_uniform": float(kstest(p, "uniform").statistic),
        "accuracy": float(right.mean()),
        "calibration_error": calibration_error(probabilities, right),
        "calibration_error_of_scores": calibration_error(softmax(scores, axis=1), right),
    }


def calibration_error(probabilities: Numbers, right: NDArray[np.bool_]) -> float:
    """Mean distance of confidence from accuracy, over ten bins of confidence."""
    sure = probabilities.max(axis=1)
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(sure[places == k].sum() - right[places == k].sum()) / len(sure) for k in range(BINS)
        )
    )


def _some(values: NDArray[Any]) -> NDArray[Any]:
    return values[np.linspace(0, len(values) - 1, min(len(values), MOST_CASES)).astype(int)]


def _noise(X: Numbers) -> Numbers:
    """The deviation of white noise that would explain the second differences, (channels, 1)."""
    steps = np.median(np.abs(np.diff(X, n=2, axis=2)), axis=(0, 2))
    return np.asarray(steps / 0.6745 / np.sqrt(6))[:, None]


def _normal(shape: tuple[int, ...]) -> Numbers:
    return np.random.default_rng(0).standard_normal(shape)


def _tones(n: int, seed: int, *, gain: float = 1.0, noise: float = 0.2) -> tuple[Any, Any]:
    """Three tones with an overtone, by a sensor with a gain and a noise."""
    generator = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    turns = np.array([0.05, 0.08, 0.13])[labels][:, None] * np.arange(256)
    shift = generator.uniform(0, 1, (2, n, 1))
    series = np.sin(2 * np.pi * (turns + shift[0])) + 0.4 * np.sin(4 * np.pi * (turns + shift[1]))
    series = gain * generator.normal(1, 0.1, (n, 1)) * series
    return (series + noise * generator.standard_normal(series.shape))[:, None], labels


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
