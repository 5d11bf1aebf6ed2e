"""What else might go into the pool and the teacher, judged by training cases alone.

``python -m studies.other_pools DATA_DIR results/frontier`` writes ``other_pools.json``, one record
for each set: the teacher's leave-one-out error and accuracy on at most 150 training cases, as it
is and with one thing changed. No test case is looked at.

- ``kerr``: beside every linear fibre one with a Kerr phase of a radian at the mean intensity;
- ``coincidences``: how often comparators behind equal arms of neighbouring scales agree;
- ``dispersion``, ``delay``: one medium for all tasks, with these changed everywhere by a factor;
- ``with MiniRocket``: the mean of the teacher's scores and those of a ridge on MiniRocket's;
- ``differences``, ``products``: those of neighbouring channels are channels as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.data import load_dataset
from physembed.networks import Fibre, PhysicalEmbeddingNetwork, Quadratures, SeriesNetwork
from physembed.networks.baselines import MiniRocketNetwork
from physembed.presets.compact import pool, pool_gains
from physembed.presets.homodyne import ANGLES, RECORDS, counter, linear_fibre, scales
from physembed.training.readout.ridge import detected_features
from physembed.training.selection.scaling import Scaling
from physembed.training.selection.teacher import Ridges
from physembed.training.selection.train import targets_of
from studies.few_cases import drawn
from studies.fit_records import Records, as_tensors, run_from_command_line
from studies.frontier import accuracy

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]

FAMILIES = {
    "outlines": ("ArrowHead", "FaceFour", "MedicalImages", "PhalangesOutlinesCorrect"),
    "electrocardiograms": ("ECG200", "TwoLeadECG"),
    "sensors": ("MoteStrain", "SonyAIBORobotSurface1", "ItalyPowerDemand", "Lightning7"),
    "spectra": ("Beef", "Strawberry"),
    "movements": ("ToeSegmentation1", "GunPoint"),
    "simulated": ("CBF", "SyntheticControl", "ShapeletSim"),
}
"""Sets of short series by where they are from; of each family some that are not yet at 100 %."""
SEVERAL_CHANNELS = (
    *("BasicMotions", "ERing", "Libras", "RacketSports"),
    *("Handwriting", "LSST", "PenDigits"),
)
CHANNELS = "several channels"
MOST_CASES = 150
MEDIA = {"dispersion": (0.5, 2.0), "delay": (0.7, 1.4)}
NEIGHBOURS = (1, 2)
"""Steps between scales whose comparators are compared."""
KERR = 1.0


def measure(data_dir: Path, out: Path) -> None:
    """Every set: those of several channels, and those of one, family by family."""
    records = Records(out / "other_pools.json")
    for name in SEVERAL_CHANNELS:
        key = {"dataset": name, "family": CHANNELS}
        records.add(key, partial(asked, of_channels, name, data_dir))
    for family, names in FAMILIES.items():
        for name in names:
            key = {"dataset": name, "family": family}
            records.add(key, partial(asked, of_pools, name, data_dir))


def asked(
    answer: Callable[[Numbers, Labels], dict[str, Any]], name: str, data_dir: Path
) -> dict[str, Any]:
    """What a set's training cases answer, or as many of them as are looked at."""
    x, y, _, _ = as_tensors(load_dataset(name, data_dir))
    labels = y.numpy()
    if len(labels) > MOST_CASES:
        taken = drawn(labels, MOST_CASES, np.random.default_rng(0))
        x, labels = x[taken], labels[taken]
    return {"cases": len(labels), "answers": answer(x.double().numpy(), labels)}


def of_pools(x: Numbers, labels: Labels) -> dict[str, Any]:
    """Leave-one-out error and accuracy of teachers."""
    n_timepoints = x.shape[2]
    fibres = pool(n_timepoints)
    seen, scores = _pool_teacher(fibres, x, labels)
    answers = {"": _told(scores, labels)}
    gains = pool_gains(fibres, n_timepoints, x.shape[1])[0]
    more = {
        "kerr": partial(features_of_fibres, kerr_fibres(n_timepoints), x),
        "coincidences": partial(coincidences, x),
    }
    for name, detect in more.items():
        extra = detect()
        both, all_gains = np.hstack([seen, extra]), np.append(gains, np.ones(extra.shape[1]))
        answers[name] = _told(_left_out(both, all_gains, labels), labels)
    for what, factors in MEDIA.items():
        for factor in factors:
            changed = [with_factor(fibre, what, factor) for fibre in fibres]
            answers[f"{what} x {factor:g}"] = _told(_pool_teacher(changed, x, labels)[1], labels)
    rival = features_of_rival(x, x)
    of_rival = _left_out(rival, np.ones(rival.shape[1]), labels)
    answers["MiniRocket"] = _told(of_rival, labels)
    answers["with MiniRocket"] = _told((scores + of_rival) / 2, labels)
    return answers


def of_channels(x: Numbers, labels: Labels) -> dict[str, Any]:
    """The same where differences or products of neighbouring channels are channels as well."""
    fibres = pool(x.shape[2])
    deviation = x.std(axis=2, keepdims=True)
    scaled = (x - x.mean(axis=2, keepdims=True)) / np.where(deviation > 0, deviation, 1.0)
    more = {
        "": x[:, :0],
        "differences": np.diff(x, axis=1),
        "products": scaled[:, 1:] * scaled[:, :-1],
    }
    return {
        name: _told(_pool_teacher(fibres, np.hstack([x, extra]), labels)[1], labels)
        for name, extra in more.items()
    }


def kerr_fibres(n_timepoints: int) -> list[Fibre]:
    """The fibres of the pool with a Kerr phase amid their dispersion, before counters."""
    return [
        replace(
            fibre, coefficients={**fibre.coefficients, "gamma": KERR}, scheme="strang", gated=False
        )
        for fibre in (
            linear_fibre(s, n_timepoints, counter(number, thresholds=3))
            for number, s in enumerate(scales(n_timepoints))
        )
    ]


def with_factor(fibre: Fibre, what: str, factor: float) -> Fibre:
    """A fibre whose dispersion, or every delay of whose interferometers, is so much larger."""
    if what == "dispersion":
        changed = {**fibre.coefficients, "beta2": _times(factor, fibre.coefficients["beta2"])}
        return replace(fibre, coefficients=changed)
    arms = [
        [
            replace(
                part,
                coefficients={k: _times(factor, v) for k, v in part.coefficients.items()},
            )
            for part in arm
        ]
        for arm in fibre.arms
    ]
    return replace(fibre, arms=arms)


def _times(factor: float, setting: object) -> float:
    # the pool's physics is designed: one number for each
    assert isinstance(setting, float)
    return factor * setting


def coincidences(x: Numbers) -> Numbers:
    """How often comparators at the middle of equal records of two scales agree, (cases, pairs)."""
    n_timepoints = x.shape[2]
    sides = []
    for s in scales(n_timepoints):
        fibre = linear_fibre(s, n_timepoints, Quadratures(ANGLES))
        records = features_of_fibres([replace(fibre, gated=False)], x)
        records = records.reshape(len(x) * x.shape[1], RECORDS, -1)
        middle = np.median(records, axis=(0, 2), keepdims=True)
        sides.append(np.sign(records - middle))
    agreed = [
        (one * other).mean(axis=2).reshape(len(x), -1)
        for step in NEIGHBOURS
        for one, other in zip(sides, sides[step:], strict=False)
    ]
    return np.hstack(agreed)


def features_of_fibres(fibres: Sequence[Fibre], x: Numbers) -> Numbers:
    """Features of series by fibres whose thresholds are these series'."""
    return detected(prepared(fibres, x, 1), x)


def features_of_rival(cases: Numbers, x: Numbers) -> Numbers:
    """MiniRocket's features of series, with biases of cases."""
    rival = MiniRocketNetwork(n_channels=x.shape[1], n_timepoints=x.shape[2], n_classes=1)
    rival.prepare(torch.from_numpy(cases).float(), seed=0)
    return detected(rival, x)


def _pool_teacher(fibres: Sequence[Fibre], x: Numbers, labels: Labels) -> tuple[Numbers, Numbers]:
    """Features of the pool, and the left-out scores of a ridge on them."""
    seen = features_of_fibres(fibres, x)
    gains = pool_gains(fibres, x.shape[2], x.shape[1])[0]
    return seen, _left_out(seen, gains, labels)


def _left_out(features: Numbers, gains: Numbers, labels: Labels) -> Numbers:
    targets = targets_of(torch.from_numpy(labels), int(labels.max()) + 1)
    scaled = Scaling.of(features, gains)(features)
    return Ridges(scaled, targets).best().left_out


def _told(scores: Numbers, labels: Labels) -> dict[str, float]:
    targets = targets_of(torch.from_numpy(labels), int(labels.max()) + 1)
    error = float(np.square(scores - targets).mean())
    return {"error": error, "accuracy": accuracy(scores, labels)}


def prepared(fibres: Sequence[Fibre], x: Numbers, n_classes: int) -> SeriesNetwork:
    network = PhysicalEmbeddingNetwork(
        fibres, n_channels=x.shape[1], n_timepoints=x.shape[2], n_classes=n_classes
    )
    network.prepare(torch.from_numpy(x).float(), seed=0)
    return network


def detected(network: SeriesNetwork, x: Numbers) -> Numbers:
    return detected_features(network, torch.from_numpy(x).float())


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
