"""A teacher beside the ridge on the pool: a ridge on MiniRocket's features.

Convolutions of random thresholds and interferometers with counters see much the same, and err on
other cases: the mean of what both say is right more often than either, and a student with few
detectors learns some of it.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.errors import InvalidInputError
from physembed.networks.baselines.minirocket import SHORTEST_SERIES, MiniRocketNetwork
from physembed.training.readout.ridge import detected_features
from physembed.training.selection.other_teacher import WITH_MINIROCKET, OtherTeacher
from physembed.training.selection.scaling import Scaling
from physembed.training.selection.teacher import Ridges

Numbers = NDArray[np.float64]


def fit_minirocket(
    x: Numbers,
    targets: Numbers,
    *,
    seed: int,
    case_weights: Numbers | None = None,
    groups: NDArray[np.int64] | None = None,
) -> OtherTeacher:
    """Fit a ridge on MiniRocket's features, with the prior that the ridge on the pool has.

    Parameters
    ----------
    x : ndarray of shape (cases, channels, timepoints)
    targets : ndarray of shape (cases, targets)
    seed : int
        Of the features' biases.
    case_weights : ndarray of shape (cases,), optional
        How much each case counts.
    groups : ndarray of shape (cases,), integer, optional
        Cases that are left out together.

    Raises
    ------
    InvalidInputError
        If series are too short for its kernels, or too large for its precision.
    """
    if x.shape[2] < SHORTEST_SERIES:
        raise InvalidInputError(
            f"teacher must be None for series of fewer than {SHORTEST_SERIES} timepoints, which "
            f"MiniRocket's kernels need, got {WITH_MINIROCKET!r} and {x.shape[2]} timepoints."
        )
    rocket = MiniRocketNetwork(n_channels=x.shape[1], n_timepoints=x.shape[2], n_classes=1)
    rocket.prepare(torch.from_numpy(x).float(), seed=seed)

    def features_of(series: Numbers) -> Numbers:
        return detected_features(rocket, torch.from_numpy(series).float())

    features = features_of(x)
    scaling = Scaling.of(features, np.ones(features.shape[1]))
    ridges = Ridges(scaling(features), targets, case_weights=case_weights, groups=groups)
    best = ridges.best()
    return OtherTeacher(
        lambda series: best.scores(scaling(features_of(series))), best.left_out, is_beside=True
    )
