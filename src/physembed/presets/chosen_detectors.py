"""The detectors of a bank that the training cases choose, each as a fibre of its own."""

import numpy as np
from torch import Tensor

from physembed.networks import Fibre, PhysicalEmbeddingNetwork
from physembed.presets.preset import DetectorBank
from physembed.training.readout.ridge import detected_features
from physembed.training.selection.by_left_out_error import choose_detectors


def chosen_fibres(
    bank: DetectorBank, x: Tensor, y: Tensor, n_detectors: int, *, seed: int
) -> tuple[Fibre, ...]:
    """Let training cases choose detectors of a bank by the left-out error of their readout.

    Parameters
    ----------
    bank : DetectorBank
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64 or float
        Classes, or what is to be predicted.
    n_detectors : int
        Per channel; no more than the bank has.
    seed : int
        Of the cases that thresholds are taken from.

    Returns
    -------
    tuple of Fibre
        In the order of choice.
    """
    _, n_channels, n_timepoints = x.shape
    fibres = bank.fibres(n_timepoints)
    network = PhysicalEmbeddingNetwork(
        fibres, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=1
    )
    network.prepare(x, seed=seed)
    features = detected_features(network, x)
    # of each fibre, all detectors of a channel stand together
    sizes = np.cumsum([fibre.n_features(n_timepoints, n_channels) for fibre in fibres])
    by_fibre = [
        part.reshape(len(x), n_channels, -1) for part in np.split(features, sizes[:-1], axis=1)
    ]
    candidates = np.concatenate(by_fibre, axis=2).transpose(0, 2, 1)
    n_detectors = min(n_detectors, candidates.shape[1])
    places = choose_detectors(candidates, y.numpy(force=True), n_detectors)
    return bank.some(n_timepoints, places)
