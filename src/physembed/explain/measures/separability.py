"""Where on the way the classes part: how well each layer's output could be read."""

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

from physembed.charts.arrays import Numbers
from physembed.explain.subject import Subject
from physembed.networks import DetectorModule
from physembed.networks.physical_embedding_network import CALIBRATION_CASES
from physembed.training.readout.ridge import fit_ridge

COMPONENTS = 20
"""Principal components that the discriminant analysis and the silhouette see."""


@dataclass(frozen=True)
class Separability:
    """How far the classes are apart on the way through a fibre.

    All arrays have the shape (places,). The fibre's own detector reads the field there; one that
    takes thresholds from the training cases takes them anew at each place.

    Parameters
    ----------
    places : list of str
        "input", "layer 1", ..., and "arms" where a fibre has elements behind its medium.
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

    places: list[str]
    probe: Numbers
    discriminant: Numbers
    silhouette: Numbers
    planes: list[Numbers]
    labels: NDArray[np.int64]


def separability(subject: Subject, fibre: int) -> Separability:
    """Fit probes to training cases at every place of a fibre, and test them on test cases."""
    train = subject.few_train
    test = subject.few_known
    readers = _readers(subject, fibre, subject.x_train[train])
    seen = _read(subject, fibre, readers, subject.x_train[train])
    unseen = _read(subject, fibre, readers, subject.x_test[test])
    y, labels = subject.y_train[train].numpy(), subject.y_test[test].numpy()
    probes: list[tuple[float, float, float, Numbers]] = []
    for here, there in zip(seen, unseen, strict=True):
        scaler = StandardScaler().fit(here)
        probes.append(_probe(scaler.transform(here), y, scaler.transform(there), labels))
    probe, discriminant, silhouette, planes = zip(*probes, strict=True)
    places = ["input", *(f"layer {k}" for k in range(1, subject.fibres[fibre][1].n_layers + 1))]
    return Separability(
        [*places, "arms"][: len(probe)],
        np.array(probe),
        np.array(discriminant),
        np.array(silhouette),
        list(planes),
        labels,
    )


def _probe(
    seen: Numbers, y: NDArray[np.int64], unseen: Numbers, labels: NDArray[np.int64]
) -> tuple[float, float, float, Numbers]:
    with warnings.catch_warnings():
        # constant features and classes of few cases are no surprise here
        warnings.simplefilter("ignore")
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
        float((fit_ridge(seen, y).classes(unseen) == labels).mean()),
        float(analysis.score(others, labels)),
        float(spread),
        plane[:, :2],
    )


def _places(subject: Subject, fibre: int, x: torch.Tensor) -> list[torch.Tensor]:
    """The field in front of a detector at the input, after each layer, and behind the arms.

    Shapes (cases, channels, points), gated, and (cases, channels * arms, points) behind the arms.
    """
    _, medium = subject.fibres[fibre]
    path = subject.paths[fibre]
    field = subject.entering(fibre, x)
    layers = list(medium.layers(field))
    places = [place[..., : path.n_detected] for place in (field, *layers)]
    if path.fibre.after or any(path.fibre.arms):
        places.append(path.from_layers(layers)[-1])
    return places


def _readers(subject: Subject, fibre: int, x: torch.Tensor) -> list[DetectorModule]:
    """The fibre's detector for each place, calibrated on these training cases."""
    path = subject.paths[fibre]
    with torch.no_grad():
        places = _places(subject, fibre, x[:CALIBRATION_CASES])
    readers = []
    for place in places:
        reader = path.fibre.detector.module(place.shape[1], path.n_detected).double()
        reader.calibrate(place, torch.Generator().manual_seed(0))
        readers.append(reader)
    return readers


def _read(
    subject: Subject, fibre: int, readers: list[DetectorModule], x: torch.Tensor
) -> list[Numbers]:
    """Detected features at every place, each (cases, features)."""
    parts = []
    with torch.no_grad():
        for part in subject.batches(x, fibre):
            places = zip(readers, _places(subject, fibre, part), strict=True)
            parts.append([read(place).flatten(1).numpy() for read, place in places])
    return [np.concatenate(place) for place in zip(*parts, strict=True)]
