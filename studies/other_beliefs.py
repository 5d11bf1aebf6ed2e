"""Other ways in which confidence could fall with novelty, and what they are worth.

``python -m studies.other_beliefs DATA_DIR results/novelty`` writes ``other_beliefs.json``: on the
sets and cases of ``studies.novelty``, the expected calibration error with a belief that falls with
the distance of what detectors read, as it does; of what the meters say; with the farther of both,
as the p-value does; with one after the other; with a temperature that rises with both, fitted by
the log loss of disturbed training cases; and with whichever of these, or of some of them, has the
least Brier score, or log loss, of disturbed copies of training cases that are left out in five
folds. All are learnt from training cases alone. Test cases are counted, never chosen by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import softmax

import physembed as pe
from physembed.training.ellipsoid_and_meters import Belief, some_evenly
from physembed.training.novelty import BULK, Novelty, disturbed
from studies.fit_records import Records, run_from_command_line
from studies.novelty import MODELS, SETS, calibration_error, cases_of

Numbers = NDArray[np.float64]

FOLDS = 5
STARTS = ((-1.0, -1.0), (-4.0, 0.0), (0.0, -4.0))
"""Of the logarithms of how fast a temperature rises."""
SHRINKAGE = 1e-3
"""What a fast rise costs, in nats."""
LEAST_SAID = 1e-12
"""Of a probability in a log loss."""
TWO, BOTH = ("what is detected", "what meters say"), "one after the other"
"""Ways among which left-out copies may choose."""


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
        metered = known.metered_distance(checked)
        numbers = np.searchsorted(classifier.classes_, labels)
        return Told(outputs, _distances(known, detected, metered), numbers)

    some = some_evenly(X)
    copies, parents = disturbed(X[some], known.unit, np.random.default_rng(0))
    of_copies = told(copies, y[some][parents])
    folds = np.searchsorted(np.unique(parents), parents) % FOLDS
    ways: dict[str, Callable[[Told], Any]] = {
        "what is detected": partial(_by_distance, edges, ("detected",)),
        "what meters say": partial(_by_distance, edges, ("metered",)),
        "the farther": partial(_by_distance, edges, ("farther",)),
        "one after the other": partial(_by_distance, edges, ("detected", "metered")),
        "a temperature": _by_temperature,
    }
    left_out: dict[str, tuple[float, float]] = {}
    for way, fit in ways.items():
        losses = [_left_out(fit, of_copies, folds == fold) for fold in range(FOLDS)]
        brier, log_loss = np.mean(losses, axis=0)
        left_out[way] = float(brier), float(log_loss)
    chosen = {
        "the best on copies": min(left_out, key=lambda way: left_out[way][0]),
        "the better of two": min(TWO, key=lambda way: left_out[way][0]),
        "the better by log loss": min(TWO, key=lambda way: left_out[way][1]),
        "the best of three": min((*TWO, BOTH), key=lambda way: left_out[way][0]),
    }
    errors: dict[str, dict[str, float]] = {}
    for kind, series in kinds.items():
        of_kind = told(series, y_test)
        right = of_kind.outputs.argmax(axis=1) == of_kind.labels
        errors[kind] = {
            way: calibration_error(fit(of_copies)(of_kind), right) for way, fit in ways.items()
        }
        errors[kind] |= {rule: errors[kind][way] for rule, way in chosen.items()}
    return {
        "left_out_brier": {way: brier for way, (brier, _) in left_out.items()},
        "left_out_log_loss": {way: log_loss for way, (_, log_loss) in left_out.items()},
        "calibration_error": errors,
    }


def _left_out(fit: Any, copies: Told, out: NDArray[np.bool_]) -> tuple[float, float]:
    """Brier score and log loss of copies whose parents were left out."""
    probabilities = fit(copies.part(~out))(copies.part(out))
    true = np.eye(probabilities.shape[1])[copies.labels[out]]
    said = np.maximum((probabilities * true).sum(axis=1), LEAST_SAID)
    return float(np.square(probabilities - true).sum(axis=1).mean()), float(-np.log(said).mean())


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


def _by_distance(edges: dict[str, Numbers], names: tuple[str, ...], copies: Told) -> Any:
    """A belief that falls with a distance, and of several one after the other."""
    steps: list[tuple[str, Belief]] = []

    def tempered(told: Told) -> Numbers:
        probabilities = softmax(told.outputs, axis=1)
        for name, belief in steps:
            probabilities = belief.tempered(probabilities, told.distances[name])
        return np.asarray(probabilities)

    for name in names:
        edge = float(np.quantile(edges[name], BULK))
        told = (copies.distances[name], edge, tempered(copies), copies.labels)
        steps.append((name, Belief.fitted(*told)))
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
        return float(-np.log(np.maximum(said, LEAST_SAID)).mean()) + cost

    fits = [minimize(loss, np.array(start), method="Nelder-Mead") for start in STARTS]
    best = min(fits, key=lambda fit: fit.fun).x
    return partial(of, best)


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
