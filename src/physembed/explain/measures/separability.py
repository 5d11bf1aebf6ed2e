"""Where on the way the classes part: how well each layer's output could be read."""

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import RidgeClassifierCV
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

from physembed.explain.arrays import Numbers
from physembed.explain.measures.slow_motion import encoded
from physembed.explain.subject import Subject
from physembed.training.convex_readout import PENALTIES

COMPONENTS = 20
"""Principal components that the discriminant analysis and the silhouette see."""


@dataclass(frozen=True)
class Separability:
    """How far the classes are apart at the input and after each layer of a fibre.

    All arrays have the shape (layers + 1,). The fibre's own detector reads the field there.

    Parameters
    ----------
    probe : ndarray
        Accuracy on test cases of a ridge classifier fitted to training cases.
    discriminant : ndarray
        The same of a linear discriminant analysis of the first principal components.
    silhouette : ndarray
        Mean silhouette of the test cases in those components, from -1 to 1.
    planes : list of ndarray of shape (test cases, 2)
        Test cases in the plane in which the discriminant analysis sees them.
    labels : ndarray of shape (test cases,)
    """

    probe: Numbers
    discriminant: Numbers
    silhouette: Numbers
    planes: list[Numbers]
    labels: NDArray[np.int64]


def separability(subject: Subject, fibre: int) -> Separability:
    """Fit probes to training cases at every layer of a fibre, and test them on test cases."""
    train = subject.few_train
    test = subject.few_test[subject.y_test[subject.few_test] >= 0]
    seen = _read(subject, fibre, subject.x_train[train])
    unseen = _read(subject, fibre, subject.x_test[test])
    y, labels = subject.y_train[train].numpy(), subject.y_test[test].numpy()
    found: list[tuple[float, float, float, Numbers]] = []
    for here, there in zip(seen, unseen, strict=True):
        scaler = StandardScaler().fit(here)
        found.append(_probe(scaler.transform(here), y, scaler.transform(there), labels))
    probe, discriminant, silhouette, planes = zip(*found, strict=True)
    return Separability(
        np.array(probe), np.array(discriminant), np.array(silhouette), list(planes), labels
    )


def _probe(
    seen: Numbers, y: NDArray[np.int64], unseen: Numbers, labels: NDArray[np.int64]
) -> tuple[float, float, float, Numbers]:
    with warnings.catch_warnings():
        # constant features and classes of few cases are no surprise here
        warnings.simplefilter("ignore")
        ridge = RidgeClassifierCV(alphas=PENALTIES[::2]).fit(seen, y)
        components = min(COMPONENTS, *seen.shape, len(y) - 1)
        pca = PCA(components, svd_solver="full").fit(seen)
        few, others = pca.transform(seen), pca.transform(unseen)
        analysis = LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto").fit(few, y)
        n_labels = len(np.unique(labels))
        spread = silhouette_score(others, labels) if 1 < n_labels < len(labels) else np.nan
        plane = analysis.transform(others)
        if plane.shape[1] < 2:
            # two classes have one discriminant; the second axis is the widest of what is left
            plane = np.column_stack([plane[:, 0], others[:, 0]])
    return (
        float(ridge.score(unseen, labels)),
        float(analysis.score(others, labels)),
        float(spread),
        plane[:, :2],
    )


def _read(subject: Subject, fibre: int, x: torch.Tensor) -> list[Numbers]:
    """Detected features at the input and after each layer, each (cases, features)."""
    part, medium = subject.fibres[fibre]
    size = max(1, (1 << 20) // subject.work_per_case)
    chunks = []
    with torch.no_grad():
        for chunk in x.split(size):
            field = encoded(part.encoder, chunk)
            places = [field, *medium.layers(field)]
            chunks.append([part.detector(place).flatten(1).numpy() for place in places])
    return [np.concatenate(place) for place in zip(*chunks, strict=True)]
