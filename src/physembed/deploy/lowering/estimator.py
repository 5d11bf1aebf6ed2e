"""A fitted estimator as a plan."""

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.deploy.lowering.paths import lower_paths
from physembed.deploy.lowering.refusal import NoLoweringError
from physembed.deploy.plan import Plan
from physembed.deploy.readout import Readout
from physembed.errors import InvalidInputError
from physembed.networks import LinearHead, PhysicalEmbeddingNetwork, SignedHead, ZeroSumHead

CASES_AT_ONCE = 256
BUDGETED = "PhysicalEmbeddingClassifier(preset='tiny'), which trains as quickly"


def lower(estimator: Any) -> Plan:
    """What a fitted estimator does to a case, as a plan.

    Parameters
    ----------
    estimator : PhysicalEmbeddingClassifier or PhysicalEmbeddingRegressor
        A plan takes whole series of the length seen in fit; what bridges gaps and continues shorter
        series is before it.

    Raises
    ------
    NoLoweringError
        If a part has no lowering; the part is named, and what to use instead.
    InvalidInputError
        If it is not fitted.
    """
    network = _network_of(estimator)
    if hasattr(estimator, "classes_"):
        return lower_network(network, tuple(str(label) for label in estimator.classes_))
    plan = lower_network(network)
    # a regression's unit is folded into its readout
    scale = float(estimator.target_scale_)
    weights, bias = plan.readout.weights * scale, plan.readout.bias * scale
    return replace(plan, readout=Readout(weights, bias + float(estimator.target_mean_), False))


def lower_network(network: PhysicalEmbeddingNetwork, labels: tuple[str, ...] = ()) -> Plan:
    """A network as a plan; without labels its scores are values."""
    paths, columns = lower_paths(network)
    weights, bias, signed = rows_of(network.head)
    # what is detected and not read out has no weight
    padded = np.concatenate([weights, np.zeros((len(weights), 1))], axis=1)
    return Plan(
        n_channels=network.n_channels,
        n_timepoints=network.n_timepoints,
        labels=labels,
        paths=paths,
        readout=Readout(
            # in the order in which it comes back from JSON, so that sums are the same
            weights=np.ascontiguousarray(padded[:, columns]),
            bias=bias,
            signed=signed,
        ),
    )


def rows_of(head: LinearHead) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Rows and constants of a readout, and whether one row gives the scores -s and s."""
    weights = head.linear.weight.detach().double().numpy(force=True)
    bias = head.linear.bias.detach().double().numpy(force=True)
    if type(head) is LinearHead:
        if len(bias) == 2 and bool((weights[0] == -weights[1]).all()) and bias[0] == -bias[1]:
            # a ridge of two classes: one row is enough
            return weights[1:], bias[1:], True
        return weights, bias, False
    if type(head) is SignedHead or (type(head) is ZeroSumHead and len(bias) == 1):
        return weights, bias, True
    if type(head) is ZeroSumHead:
        rows = [
            np.concatenate([-part.sum(axis=0, keepdims=True), part]) for part in (weights, bias)
        ]
        return rows[0], rows[1], False
    raise NoLoweringError(head, "LinearHead")


def scores_in_python(estimator: Any, series: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a fitted estimator's network says of series: scores, or values of a regression."""
    network = _network_of(estimator)
    head = copy.deepcopy(network.head).double()
    parts = torch.from_numpy(series).split(CASES_AT_ONCE)
    with torch.inference_mode():
        outputs = torch.cat([head(network.features(part).double()) for part in parts]).numpy()
    if hasattr(estimator, "classes_"):
        return np.asarray(outputs)
    return np.asarray(estimator.target_mean_ + estimator.target_scale_ * outputs)


def _network_of(estimator: Any) -> PhysicalEmbeddingNetwork:
    if not hasattr(estimator, "network_"):
        if hasattr(estimator, "regressor_"):
            raise NoLoweringError(
                estimator, "a PhysicalEmbeddingRegressor on windows that you cut yourself"
            )
        raise InvalidInputError(
            f"estimator must be a fitted estimator of physembed, got {estimator!r}; call fit first."
        )
    if not isinstance(estimator.network_, PhysicalEmbeddingNetwork):
        raise NoLoweringError(estimator.network_, BUDGETED)
    if not (hasattr(estimator, "classes_") or hasattr(estimator, "target_mean_")):
        raise NoLoweringError(estimator, "a classifier or a regressor")
    return estimator.network_
