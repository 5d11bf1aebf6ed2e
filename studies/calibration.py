"""Whether probabilities can be believed, and what a rare class is worth: against MiniRocket.

``python -m studies.calibration DATA_DIR results/calibration`` writes ``calibration.json``: for sets
of two classes the log loss and the accuracy on the test cases as they are, and the average
precision where the second class is made rare: every tenth of its training cases, at least four, is
kept. The rival is aeon's MiniRocketClassifier as it comes.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, log_loss

import physembed as pe
from physembed.data import load_dataset
from studies.fit_records import Records, run_from_command_line

SETS = (
    *("Coffee", "ECG200", "GunPoint", "ItalyPowerDemand", "PowerCons"),
    *("SonyAIBORobotSurface1", "TwoLeadECG"),
)
RARE, FEWEST = 10, 4
SMALLEST = 1e-15
"""Of a probability in a log loss, as scikit-learn had it for long: one-hot answers have zeros."""


def measure(data_dir: Path, out: Path) -> None:
    """Both models on every set of two classes."""
    records = Records(out / "calibration.json")
    for name in SETS:
        data = load_dataset(name, data_dir)
        if len(np.unique(data.y_train)) != 2:
            continue
        for model in ("compact", "minirocket"):
            records.add({"dataset": name, "model": model}, partial(_measured, data, model))


def _measured(data: Any, model: str) -> dict[str, Any]:
    X_train, X_test = data.arrays()
    y_train, y_test = (np.asarray(y) for y in (data.y_train, data.y_test))
    rare = np.unique(y_train)[1]
    fitted = _new(model).fit(X_train, y_train)
    shares = fitted.predict_proba(X_test)
    chosen = _with_few(y_train, rare)
    of_few = _new(model).fit(X_train[chosen], y_train[chosen])
    classes = list(fitted.classes_)
    return {
        "cases": len(y_test),
        "accuracy": float((np.asarray(classes)[shares.argmax(axis=1)] == y_test).mean()),
        "log_loss": float(log_loss(y_test, np.clip(shares, SMALLEST, 1), labels=classes)),
        "rare_training_cases": int((y_train[chosen] == rare).sum()),
        "average_precision": float(
            average_precision_score(y_test == rare, of_few.predict_proba(X_test)[:, 1])
        ),
    }


def _new(model: str) -> Any:
    if model == "compact":
        return pe.PhysicalEmbeddingClassifier(random_state=0)
    from aeon.classification.convolution_based import MiniRocketClassifier

    return MiniRocketClassifier(random_state=0)


def _with_few(y: NDArray[Any], rare: Any) -> NDArray[np.int64]:
    """All cases of the other class, and the first few of the rare one."""
    places = np.flatnonzero(y == rare)
    few = places[: max(FEWEST, len(places) // RARE)]
    return np.sort(np.concatenate([np.flatnonzero(y != rare), few]))


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
