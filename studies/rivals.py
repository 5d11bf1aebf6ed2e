"""What other classifiers take on a microcontroller, derived from what they are.

A random forest on bands of the power spectrum as emlearn stores its nodes, a small convolutional
network in 8 bits, MiniRocket. None of them was compiled: bytes are those of their numbers, and
operations are additions and multiplications (a comparison is one).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score

import physembed as pe
from physembed.deploy import minirocket_footprint
from physembed.deploy.operations import of_transform

BANDS = 32
NODE_BYTES = 8
"""A node of emlearn: a feature's number, a threshold of 16 bits, and two nodes that follow."""
TREES = 100
WIDTHS, KERNEL, POOLINGS = (16, 32, 64, 128), 9, (4, 2, 1)
"""Of the library's convolutional network (physembed.networks.baselines.cnn)."""
SHORTEST_POOLED = 16


def rivals(dataset: pe.Dataset) -> dict[str, dict[str, Any]]:
    """Bytes, operations, and of the forest the accuracy, of every rival on a data set."""
    _, n_channels, n_timepoints = np.asarray(dataset.X_train).shape
    n_classes = len(np.unique(dataset.y_train))
    told = minirocket_footprint(n_channels, n_timepoints, n_classes)
    return {
        "forest": forest(dataset),
        "cnn": convolutional(n_channels, n_timepoints, n_classes),
        "minirocket": {"bytes": told.stored_bytes, "operations": told.operations},
    }


def forest(dataset: pe.Dataset) -> dict[str, Any]:
    """A hundred trees on the logarithms of bands of the power spectrum."""
    model = RandomForestClassifier(TREES, random_state=0, n_jobs=1)
    model.fit(bands(dataset.X_train), dataset.y_train)
    said = model.predict(bands(dataset.X_test))
    n_channels, n_timepoints = np.asarray(dataset.X_test).shape[1:]
    depth = sum(tree.get_depth() for tree in model.estimators_)
    spectrum = n_channels * (of_transform(n_timepoints // 2) + 8 * n_timepoints)
    return {
        "accuracy": float(accuracy_score(dataset.y_test, said)),
        "bytes": NODE_BYTES * sum(tree.tree_.node_count for tree in model.estimators_),
        "operations": spectrum + depth,
    }


def bands(series: Any) -> NDArray[np.float64]:
    """Logarithms of the mean power in bands, (cases, channels times bands)."""
    x = np.asarray(series, dtype=np.float64)
    x = x - x.mean(axis=2, keepdims=True)
    deviation = x.std(axis=2, keepdims=True)
    power = np.abs(np.fft.rfft(x / np.where(deviation > 0, deviation, 1), axis=2)[..., 1:]) ** 2
    parts = np.array_split(power, min(BANDS, power.shape[2]), axis=2)
    means = np.stack([part.mean(axis=2) for part in parts], axis=2)
    return np.log(means + 1e-6).reshape(len(x), -1)


def convolutional(n_channels: int, n_timepoints: int, n_classes: int) -> dict[str, Any]:
    """Weights of one byte, and two operations for each of them at every point of its layer."""
    channels, length, weights, operations = n_channels, n_timepoints, 0, 0
    for width in WIDTHS:
        layer = KERNEL * channels * width
        weights += layer + 2 * width
        operations += 2 * layer * length
        length //= next((p for p in POOLINGS if length // p >= SHORTEST_POOLED), 1)
        channels = width
    weights += (channels + 1) * n_classes
    return {"bytes": weights, "operations": operations + 2 * channels * n_classes}
