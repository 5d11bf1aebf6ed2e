"""Other ways in which confidence could fall with novelty, and what they are worth.

``python -m studies.other_beliefs DATA_DIR results/novelty`` writes ``other_beliefs.json``: on the
sets and cases of ``studies.novelty``, the expected calibration error with a belief that falls with
the distance of what detectors read, as it does; of what the meters say; with the farther of both,
as the p-value does; with one after the other; with a temperature that rises with both, fitted by
the log loss of disturbed training cases; and with whichever of these has the least Brier score of
disturbed copies of training cases that are left out in five folds. All are learnt from training
cases alone. Test cases are counted, never chosen by.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import softmax

import physembed as pe
from physembed.training.ellipsoid_and_meters import Ellipsoid, meters
from physembed.training.novelty import Novelty, disturbed, some_evenly
from studies.fit_records import Records, run_from_command_line
from studies.novelty import MODELS, SETS, calibration_error, cases_of

Numbers = NDArray[np.float64]

FOLDS = 5
STARTS = ((-1.0, -1.0), (-4.0, 0.0), (0.0, -4.0))
"""Of the logarithms of how fast a temperature rises."""
SHRINKAGE = 1e-3
"""What a fast rise costs, in nats."""


@dataclass(frozen=True)
class Told:
    """What a model says of cases, and how far they are by each measure, as ln(1 + deviations).

    Parameters
    ----------
    outputs : ndarray of shape (cases, classes)
    distances : dict of str to ndarray of shape (cases,)
    labels : ndarray of shape (cases,), int64
    """

    outputs: Numbers
    distances: dict[str, Numbers]
    labels: NDArray[np.int64]

    def part(self, cases: NDArray[np.bool_]) -> "Told":
        """Some of the cases."""
        distances = {name: values[cases] for name, values in self.distances.items()}
        return Told(self.outputs[cases], distances, self.labels[cases])


class _Known(Ellipsoid):
    """In place of an ellipsoid, distances that are known already."""

    def __init__(self, left_out: Numbers) -> None:
        super().__init__(np.zeros(1), np.ones(1), np.ones((1, 1)), left_out)

    def log_distance(self, readings: Numbers) -> Numbers:
        return readings[:, 0]


def measure(data_dir: Path, out: Path) -> None:
    """Every model on every set."""
    records = Records(out / "other_beliefs.json")
    for name in ("two tones", *SETS):
        for model in MODELS:
            key = {"dataset": name, "model": model}
            records.add(key, partial(_measured, name, model, data_dir))


def _measured(name: str, model: str, data_dir: Path) -> dict[str, Any]:
    X, y, kinds, y_test = cases_of(name, data_dir)
    classifier = pe.PhysicalEmbeddingClassifier(model, random_state=0).fit(X, y)
    known = classifier._known
    assert known is not None
    edges = _edges(known)

    def told(series: Any, labels: NDArray[Any]) -> Told:
        checked = classifier._preprocess_collection(series, store_metadata=False)
        outputs, readings = classifier._outputs_and_readings(checked, known)
        detected = known.detected.log_distance(readings)
        metered = known.metered.log_distance(meters(checked, known.unit, known.zero))
        numbers = np.searchsorted(classifier.classes_, labels)
        return Told(outputs, _distances(known, detected, metered), numbers)

    some = some_evenly(X)
    copies, parents = disturbed(X[some], known.unit, np.random.default_rng(0))
    of_copies = told(copies, y[some][parents])
    folds = np.searchsorted(np.unique(parents), parents) % FOLDS
    ways: dict[str, Callable[[Told], Any]] = {
        "what is detected": partial(_by_distance, known, edges, ("detected",)),
        "what meters say": partial(_by_distance, known, edges, ("metered",)),
        "the farther": partial(_by_distance, known, edges, ("farther",)),
        "one after the other": partial(_by_distance, known, edges, ("detected", "metered")),
        "a temperature": _by_temperature,
    }
    left_out = {
        way: float(np.mean([_left_out(fit, of_copies, folds == fold) for fold in range(FOLDS)]))
        for way, fit in ways.items()
    }
    errors: dict[str, dict[str, float]] = {}
    for kind, series in kinds.items():
        of_kind = told(series, y_test)
        right = of_kind.outputs.argmax(axis=1) == of_kind.labels
        errors[kind] = {
            way: calibration_error(fit(of_copies)(of_kind), right) for way, fit in ways.items()
        }
        best = min(left_out, key=lambda way: left_out[way])
        errors[kind]["the best on copies"] = errors[kind][best]
    return {"left_out_brier": left_out, "calibration_error": errors}


def _left_out(fit: Any, copies: Told, out: NDArray[np.bool_]) -> float:
    """Brier score of copies whose parents were left out."""
    probabilities = fit(copies.part(~out))(copies.part(out))
    true = np.eye(probabilities.shape[1])[copies.labels[out]]
    return float(np.square(probabilities - true).sum(axis=1).mean())


def _distances(known: Novelty, detected: Numbers, metered: Numbers) -> dict[str, Numbers]:
    farther = np.maximum(known.detected.standardised(detected), known.metered.standardised(metered))
    return {
        "detected": detected,
        "metered": metered,
        "farther": np.log1p(np.maximum(farther, 0)),
        "deviations detected": known.detected.standardised(detected),
        "deviations metered": known.metered.standardised(metered),
    }


def _edges(known: Novelty) -> dict[str, Numbers]:
    """The training cases' own distances, each left out."""
    return _distances(known, known.detected.left_out, known.metered.left_out)


def _by_distance(
    known: Novelty, edges: dict[str, Numbers], names: tuple[str, ...], copies: Told
) -> Any:
    """A belief that falls with a distance, and of several one after the other."""
    steps: list[tuple[str, Novelty]] = []

    def tempered(told: Told) -> Numbers:
        probabilities = softmax(told.outputs, axis=1)
        for name, belief in steps:
            probabilities = belief.tempered(probabilities, told.distances[name][:, None])
        return np.asarray(probabilities)

    for name in names:
        # a belief reads distances, whatever they are of
        plain = replace(known, detected=_Known(edges[name]))
        readings = copies.distances[name][:, None]
        steps.append((name, plain.believed(readings, tempered(copies), copies.labels)))
    return tempered


def _by_temperature(copies: Told) -> Any:
    """softmax(s / T), T a power of the distances of both kinds."""

    def of(rises: Numbers, told: Told) -> Numbers:
        logarithm = sum(
            np.exp(rise) * np.log1p(np.maximum(told.distances[f"deviations {name}"], 0))
            for rise, name in zip(rises, ("detected", "metered"), strict=True)
        )
        return np.asarray(softmax(told.outputs / np.exp(logarithm)[:, None], axis=1))

    def loss(rises: Numbers) -> float:
        said = of(rises, copies)[np.arange(len(copies.labels)), copies.labels]
        cost = SHRINKAGE * float(np.square(np.exp(rises)).sum())
        return float(-np.log(np.maximum(said, 1e-12)).mean()) + cost

    fits = [minimize(loss, np.array(start), method="Nelder-Mead") for start in STARTS]
    best = min(fits, key=lambda fit: fit.fun).x
    return partial(of, best)


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
