"""Sixteen detectors on UCR sets: no physics, designed, found, and found with a Kerr phase."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from physembed.data import Dataset, load_dataset
from physembed.estimators.presets.tiny import ENCODERS
from physembed.experiments.goals.records import Records, as_tensors, outcome
from physembed.networks import (
    BinnedIntensity,
    Fibre,
    PhysicalEmbeddingNetwork,
    SeriesEncoder,
    Trainable,
)
from physembed.physics import GrossPitaevskii, PolynomialPotential
from physembed.training import ProjectionSettings
from physembed.training.logistic_readout import fit_best_readout
from physembed.training.projection import train_best_by_projection
from physembed.training.projection.objective import LeftOutError, evaluate
from physembed.training.projection.starts import Searched

SETS = (
    "ArrowHead", "Beef", "CBF", "Coffee", "Computers", "CricketX", "ECG200", "ECGFiveDays",
    "EOGHorizontalSignal", "Earthquakes", "FaceAll", "FaceFour", "FordASubset", "FordBSubset",
    "GunPoint", "Haptics", "HouseTwenty", "InsectEPGRegularTrain", "ItalyPowerDemand",
    "LargeKitchenAppliances", "Lightning7", "MedicalImages", "MoteStrain", "OSULeaf",
    "PhalangesOutlinesCorrect", "Plane", "PowerCons", "RefrigerationDevices", "ShapeletSim",
    "SonyAIBORobotSurface1", "Strawberry", "SwedishLeaf", "SyntheticControl", "ToeSegmentation1",
    "Trace", "TwoLeadECG", "Worms",
)  # fmt: skip
"""The complete sets of equal length in the data folder."""

SETTINGS = ProjectionSettings(rungs=((256, 0, 150), (16, 10, 200), (4, 20, 300), (1, 30, 500)))
FOCUS = {"kinetic": 2.0, "a1": 0.0, "a2": 1.0}
DARK = {"kinetic": 0.0, "a1": 0.0, "a2": 0.0}
MOST_FOR_KERR = 150_000
"""Cases times timepoints of the training sets on which a Kerr phase is tried."""


def fibre_for(encoder: SeriesEncoder, values: dict[str, float], *, kerr: bool = False) -> Fibre:
    """The fibre of `tiny`, with a Kerr phase on request."""
    return Fibre(
        GrossPitaevskii(PolynomialPotential(2)),
        {k: Trainable(v) for k, v in values.items()} | {"g": Trainable(0.0) if kerr else 0.0},
        n_layers=1,
        scheme="strang",
        encoder=encoder,
        detector=BinnedIntensity(16),
    )


def makers(
    x: Tensor, n_classes: int, values: dict[str, float], *, kerr: bool = False
) -> list[Callable[[], PhysicalEmbeddingNetwork]]:
    """One network for each encoder of `tiny`."""

    def maker(encoder: SeriesEncoder) -> Callable[[], PhysicalEmbeddingNetwork]:
        return lambda: PhysicalEmbeddingNetwork(
            [fibre_for(encoder, values, kerr=kerr)],
            n_channels=x.shape[1],
            n_timepoints=x.shape[2],
            n_classes=n_classes,
            signed_readout=True,
        )

    return [maker(encoder) for encoder in ENCODERS]


def fixed(
    found: list[Callable[[], PhysicalEmbeddingNetwork]], x: Tensor, y: Tensor
) -> PhysicalEmbeddingNetwork:
    """Of networks whose physics is fixed, the one of the least left-out error, with its readout."""
    networks = [make() for make in found]
    errors = []
    for network in networks:
        searched = Searched.of(network)
        objective = LeftOutError(searched, x, y)
        cases = torch.arange(len(x))[:2000]
        found_loss = evaluate(objective, searched.current(), cases, x[0].numel()).loss
        errors.append(float(found_loss))
    best = networks[min(range(len(networks)), key=errors.__getitem__)]
    fit_best_readout(best, x, y, seed=0)
    for parameter in best.embedding_parameters():
        parameter.requires_grad_(False)
    return best


def measure(data_dir: Path, out: Path) -> None:
    """Five seeds of found physics and of found physics with a Kerr phase, over all sets.

    The same encoders are offered to every model, and the training cases choose. Seeds go
    outermost, so that what there is at any time covers all sets.
    """
    records = Records(out / "ucr.json")
    for seed in range(5):
        for name in SETS:
            data = load_dataset(name, data_dir)
            if seed == 0:
                for model, values in (("no physics", DARK), ("designed", FOCUS)):
                    key = {"dataset": name, "model": model, "seed": 0}
                    records.add(key, partial(_fixed, data, values))
            key = {"dataset": name, "model": "found", "seed": seed}
            records.add(key, partial(_found, data, kerr=False, seed=seed))
            if len(data.X_train) * len(data.X_train[0][0]) <= MOST_FOR_KERR:
                key = {"dataset": name, "model": "found with Kerr", "seed": seed}
                records.add(key, partial(_found, data, kerr=True, seed=seed))


def _fixed(data: Dataset, values: dict[str, float]) -> dict[str, Any]:
    x, y, unseen, labels = as_tensors(data)
    network = fixed(makers(x, int(y.max()) + 1, values), x, y)
    return {"dataset_digest": data.digest, **outcome(network, unseen, labels)}


def _found(data: Dataset, *, kerr: bool, seed: int) -> dict[str, Any]:
    x, y, unseen, labels = as_tensors(data)
    candidates = makers(x, int(y.max()) + 1, FOCUS, kerr=kerr)
    network, _ = train_best_by_projection(candidates, x, y, SETTINGS, seed=seed)
    searched = Searched.of(network)
    cases = torch.arange(len(x))[:2000]
    found = evaluate(LeftOutError(searched, x, y), searched.current(), cases, x[0].numel())
    return {
        "left_out_error": float(found.loss),
        "dataset_digest": data.digest,
        **outcome(network, unseen, labels),
    }
