"""A trained network as the page computes it: plain data, coefficients in natural units.

Like a plan of :mod:`physembed.deploy` it holds encodings and detectors; unlike there, what is
moved stays apart: every medium and element with its coefficients instead of finished factors.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from physembed.charts.arrays import Numbers
from physembed.deploy.lowering.chosen import lower_chosen
from physembed.deploy.lowering.detectors import lower_module
from physembed.deploy.lowering.estimator import rows_of
from physembed.deploy.lowering.fibre import encoding_of, zero_of
from physembed.deploy.plan import to_json
from physembed.explain.subject import Subject, thinned
from physembed.explore.media import elements_data, medium_data, rounded
from physembed.networks import Fibre
from physembed.networks.feature_names import channel_names, feature_names
from physembed.networks.light_path import LightPath
from physembed.physics import TimeGrid

MOST_CASES = 16


def describe(subject: Subject) -> dict[str, Any]:
    """A trained network and some of its test cases.

    Parameters
    ----------
    subject : Subject

    Raises
    ------
    InvalidInputError
        If the page knows no law for a medium, or a detector.
    """
    network = subject.network
    weights, bias, signed = rows_of(network.head)
    with torch.no_grad():
        few = subject.x_train[subject.few_train]
        features = torch.cat([network.features(part) for part in subject.batches(few)])
    fibres, first = [], 0
    for number, fibre in enumerate(network.fibres):
        fibres.append(_fibre(subject, number, first))
        first += fibre.n_features(network.n_timepoints, network.n_channels)
    return {
        "classes": list(subject.classes),
        "channels": network.n_channels,
        "timeUnit": "timepoints",
        "about": "A case of the test set on its way through the trained medium. Coefficients are "
        "in natural units: dispersion 1 spreads the whole band over the window once, "
        "nonlinearity 1 turns the phase by a radian per layer at the mean intensity.",
        "fibres": fibres,
        "shownFibre": _most_telling(subject, weights, features.std(dim=0, correction=0).numpy()),
        "readout": {"weights": rounded(weights), "bias": bias.tolist(), "signed": signed},
        "means": rounded(features.mean(dim=0)),
        "features": feature_names(network.fibres, network.n_timepoints, network.n_channels),
        "cases": [_case(subject, case) for case in _chosen_cases(subject)],
    }


def _fibre(subject: Subject, number: int, first: int) -> dict[str, Any]:
    """A fibre whose first feature has a number among the network's."""
    fibre, medium = subject.fibres[number]
    path, n_timepoints = subject.paths[number], subject.network.n_timepoints
    detections = list(_detections(subject, fibre, path, first))
    read = {arm for detection in detections for _, arm in detection["rows"]}
    arms = [elements_data(arm) if k in read else None for k, arm in enumerate(path.arms)]
    grid = medium.grid
    assert isinstance(grid, TimeGrid)
    return {
        "name": subject.name(number),
        "channels": channel_names(fibre, subject.network.n_channels),
        "encoding": to_json(
            encoding_of(fibre.encoder, n_timepoints, zero_of(fibre, subject.network))
        ),
        "grid": {"points": grid.n_points, "spacing": grid.spacing},
        "medium": medium_data(medium),
        "before": elements_data(path.before),
        "after": elements_data(path.after),
        "arms": arms,
        "detections": detections,
    }


def _detections(
    subject: Subject, fibre: Fibre, path: LightPath, first: int
) -> Iterable[dict[str, Any]]:
    """What is read where: a detector, its rows of channel and arm, and where features stand."""
    network, points = subject.network, path.n_detected
    n_channels, n_arms = fibre.encoder.n_fields(network.n_channels), len(fibre.arms)
    choice = fibre.choice(network.n_timepoints, network.n_channels)
    every = [(channel, arm) for channel in range(n_channels) for arm in range(n_arms)]
    if choice is not None:
        for chosen in lower_chosen(fibre.detector, path.detector, choice, points):
            rows = every if chosen.row < 0 else [every[chosen.row]]
            columns = [first + place if place >= 0 else -1 for place in chosen.places]
            yield _detection(None, points, rows, chosen.detector, columns)
        return
    layers = [*(tap.layer for tap in fibre.taps), None]
    for layer, module in zip(layers, path.detectors, strict=True):
        rows = every if layer is None else [(channel, 0) for channel in range(n_channels)]
        detectors = lower_module(module, points)
        n_each = sum(detector.n_features for detector in detectors)
        offset = first
        for detector in detectors:
            columns = [
                offset + row * n_each + feature
                for row in range(len(rows))
                for feature in range(detector.n_features)
            ]
            yield _detection(layer, points, rows, detector, columns)
            offset += detector.n_features
        first += len(rows) * n_each


def _detection(
    layer: int | None, points: int, rows: list[tuple[int, int]], detector: Any, columns: list[int]
) -> dict[str, Any]:
    return {
        "layer": layer,
        "points": points,
        "rows": rows,
        "detector": to_json(detector),
        "columns": columns,
    }


def _most_telling(subject: Subject, weights: Numbers, deviations: Numbers) -> int:
    """The fibre whose features move the scores most, among those that do something to a field."""
    network = subject.network
    # what all classes have in common decides nothing
    apart = weights - weights.mean(axis=0) if len(weights) > 1 else weights
    push = np.abs(apart).sum(axis=0) * deviations
    sizes = [f.n_features(network.n_timepoints, network.n_channels) for f in network.fibres]
    parts = np.split(push, np.cumsum(sizes)[:-1])
    sums = [
        -1.0 if subject.is_empty(number) else float(part.sum()) for number, part in enumerate(parts)
    ]
    return int(np.argmax(sums))


def _chosen_cases(subject: Subject) -> list[int]:
    """Some test cases, of every class alike, and at least one that the network gets wrong."""
    some = thinned(subject.y_test, MOST_CASES).tolist()
    few = subject.few_test
    wrong = few[subject.logits(subject.x_test[few]).argmax(dim=1) != subject.y_test[few]].tolist()
    if wrong and not set(wrong) & set(some):
        some = sorted([*some[:-1], wrong[0]])
    return [int(case) for case in some]


def _case(subject: Subject, case: int) -> dict[str, Any]:
    label = int(subject.y_test[case])
    name = subject.classes[label] if label >= 0 else "unknown"
    return {"name": f"test case {case}, class {name}", "series": rounded(subject.x_test[case])}
