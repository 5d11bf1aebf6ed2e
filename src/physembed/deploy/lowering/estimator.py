"""A fitted estimator as a plan."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.deploy.detectors import Winner
from physembed.deploy.lowering.fibre import (
    detections_of,
    encoding_of,
    full_steps,
    half_arms,
    is_half,
    parts_of,
)
from physembed.deploy.lowering.refusal import NoLoweringError
from physembed.deploy.plan import Detection, Encoding, Path, Plan, Readout, Split, Step, Transform
from physembed.errors import InvalidInputError
from physembed.networks import PhysicalEmbeddingNetwork, SignedHead

CASES_AT_ONCE = 256
BUDGETED = "PhysicalEmbeddingClassifier(preset='tiny'), which trains as quickly"


def lower(estimator: Any) -> Plan:
    """What a fitted estimator does to a case, as a plan.

    Parameters
    ----------
    estimator : PhysicalEmbeddingClassifier or PhysicalEmbeddingRegressor
        Fitted on series of one length without missing values.

    Raises
    ------
    NoLoweringError
        If a part has no lowering; the part is named, and what to use instead.
    InvalidInputError
        If it is not fitted, or was fitted on series that a plan does not take.
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
    return Plan(
        n_channels=network.n_channels,
        n_timepoints=network.n_timepoints,
        labels=labels,
        paths=_paths(network),
        readout=Readout(
            weights=network.head.linear.weight.detach().double().numpy(force=True),
            bias=network.head.linear.bias.detach().double().numpy(force=True),
            signed=isinstance(network.head, SignedHead),
        ),
    )


def scores_in_python(estimator: Any, series: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a fitted estimator's network says of series: scores, or values of a regression."""
    network = _network_of(estimator)
    head = copy.deepcopy(network.head).double()
    parts = torch.from_numpy(series).split(CASES_AT_ONCE)
    with torch.inference_mode():
        found = torch.cat([head(network.features(part).double()) for part in parts]).numpy()
    if hasattr(estimator, "classes_"):
        return np.asarray(found)
    return np.asarray(estimator.target_mean_ + estimator.target_scale_ * found)


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
    if estimator.unequal_length_:
        raise InvalidInputError(
            "estimator was fitted on series of unequal lengths, and what is exported takes one "
            "length; bring them to one length first, and fit on that."
        )
    if estimator.metadata_.get("has_missing"):
        raise InvalidInputError(
            "estimator was fitted on series with missing values, which what is exported refuses; "
            "fill them first, and fit on that."
        )
    return estimator.network_


def _paths(network: PhysicalEmbeddingNetwork) -> tuple[Path, ...]:
    found: list[Path] = []
    first_feature = 0
    for fibre, medium, path in zip(network.fibres, network.media, network.paths, strict=True):
        encoding = encoding_of(fibre.encoder, network.n_timepoints)
        common, arms = parts_of(fibre, medium, path)  # type: ignore[arg-type]
        detections = detections_of(fibre, path, network.n_channels, first_feature)  # type: ignore[arg-type]
        first_feature += network.n_channels * fibre.n_features(network.n_timepoints)
        if is_half(encoding, arms, common):
            found = _with_half(found, encoding, arms, detections[0])
        else:
            steps = full_steps(common, arms, detections, is_complex=encoding.envelope)
            found.append(Path(encoding, steps, tuple(detections)))
    return tuple(found)


def _with_half(
    found: Sequence[Path], encoding: Encoding, arms: Sequence[Any], detection: Detection
) -> list[Path]:
    """The paths with the arms of one more fibre, which share the spectrum of those before it.

    A detection that compares rows of several channels needs a path of its own: all its channels
    go through it before the next one begins.
    """
    begin: Step = Transform(inverse=False, real=True)
    joint = any(isinstance(detector, Winner) for detector in detection.detectors)
    last = found[-1] if found else None
    if last is not None and last.encoding == encoding and last.steps[0] == begin and not joint:
        split = last.steps[1]
        assert isinstance(split, Split)
        if not any(isinstance(d, Winner) for other in last.detections for d in other.detectors):
            more, detection = half_arms(arms, detection, len(last.detections), encoding.window)
            path = Path(
                encoding, (begin, Split((*split.arms, *more))), (*last.detections, detection)
            )
            return [*found[:-1], path]
    more, detection = half_arms(arms, detection, 0, encoding.window)
    return [*found, Path(encoding, (begin, Split(more)), (detection,))]
