"""What MiniRocket and a ridge take for as many series as they stand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def rival(
    folder: Path, n_cases: int, measured: Callable[[Callable[[], Any]], dict[str, float]]
) -> dict[str, Any]:
    """MiniRocket and a ridge on all its features, in memory, as kindly as it can be done.

    scikit-learn's ridge with a ladder of penalties goes through cases x features in double
    precision for every one of them. Here the Gram matrix is made once and in single precision, and
    the penalty is that which is right most often in a tenth of the cases, which are left out.
    """
    from aeon.transformations.collection.convolution_based import MiniRocket
    from scipy.linalg import cho_factor, cho_solve

    X, y = np.load(folder / "X.npy", mmap_mode="r"), np.load(folder / "y.npy")
    # compiles
    MiniRocket(random_state=0).fit_transform(np.array(X[:300, None], dtype=np.float32))
    series = np.array(X[:n_cases, None], dtype=np.float32)
    names, numbers = np.unique(y[:n_cases], return_inverse=True)
    transform = MiniRocket(random_state=0)

    def fit() -> tuple[Any, ...]:
        features = transform.fit_transform(series)
        mean, unit = features.mean(axis=0), features.std(axis=0)
        unit[unit == 0] = 1
        features -= mean
        features /= unit
        n = n_cases - n_cases // 10
        targets = np.where(np.eye(len(names), dtype=bool)[numbers[:n]], 1, -1).astype(np.float32)
        gram, products = features[:n].T @ features[:n], features[:n].T @ targets
        best: tuple[Any, ...] = (-1.0, None)
        for penalty in np.logspace(1, 5, 9):
            loaded = gram.copy()
            loaded[np.diag_indices(len(loaded))] += penalty
            weights = cho_solve(cho_factor(loaded, overwrite_a=True), products)
            right = float(((features[n:] @ weights).argmax(axis=1) == numbers[n:]).mean())
            best = max(best, (right, weights), key=lambda told: told[0])
        return mean, unit, best[1]

    record: dict[str, Any] = {"cases": n_cases, "points": X.shape[1]}
    fitted: list[Any] = []
    record["fit"] = measured(lambda: fitted.extend(fit()))
    mean, unit, weights = fitted
    with np.load(folder / "test.npz") as test:
        features = transform.transform(test["X"][:, None])
        said = names[(((features - mean) / unit) @ weights).argmax(axis=1)]
        record["accuracy"] = float((said == test["y"]).mean())
    return record
