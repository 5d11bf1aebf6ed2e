"""Sixteen detectors on UCR sets: without physics, behind a lens, and chosen out of a bank.

``python -m studies.few_detectors DATA_DIR [OUT]`` writes ``ucr.json``.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from physembed.data import Dataset, load_dataset
from physembed.networks import (
    BinnedIntensity,
    Fibre,
    PhysicalEmbeddingNetwork,
    SeriesEncoder,
    Trainable,
)
from physembed.physics import GrossPitaevskii, PolynomialPotential
from physembed.presets.detector_bank import chosen_fibres
from physembed.presets.lens import ENCODERS
from physembed.presets.tiny import BANK, TINY
from physembed.training import ProjectionSettings, train_by_projection
from physembed.training.projection.alternatives import train_best_by_projection
from physembed.training.projection.objective import LeftOutError, evaluate
from physembed.training.projection.starts import Searched
from physembed.training.readout.logistic import fit_best_readout
from studies.fit_records import Records, as_tensors, outcome, run_from_command_line

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

LENS_SETTINGS = ProjectionSettings(rungs=((256, 0, 150), (16, 10, 200), (4, 20, 300), (1, 30, 500)))
FOCUS = {"kinetic": 2.0, "a1": 0.0, "a2": 1.0}
DARK = {"kinetic": 0.0, "a1": 0.0, "a2": 0.0}
N_DETECTORS = 16
assert isinstance(TINY.training, ProjectionSettings)
PROVEN: ProjectionSettings = TINY.training
TUNING = replace(PROVEN, proving_folds=0)
MOST_FOR_KERR = 150_000
"""Cases times timepoints of the training sets on which a Kerr phase is tried."""


def fibre_for(encoder: SeriesEncoder, values: dict[str, float]) -> Fibre:
    """The fibre of the preset `lens`."""
    return Fibre(
        GrossPitaevskii(PolynomialPotential(2)),
        {k: Trainable(v) for k, v in values.items()} | {"g": 0.0},
        n_layers=1,
        scheme="strang",
        encoder=encoder,
        detector=BinnedIntensity(N_DETECTORS),
    )


Maker = Callable[[], PhysicalEmbeddingNetwork]


def maker(fibres: tuple[Fibre, ...], x: Tensor, y: Tensor, *, signed: bool = True) -> Maker:
    """What builds a network of fibres for training cases; signed: one row for two classes."""
    return lambda: PhysicalEmbeddingNetwork(
        fibres,
        n_channels=x.shape[1],
        n_timepoints=x.shape[2],
        n_classes=int(y.max()) + 1,
        signed_readout=signed,
    )


def fixed(candidates: list[Maker], x: Tensor, y: Tensor) -> PhysicalEmbeddingNetwork:
    """Of networks whose physics is fixed, the one of the least left-out error, with its readout."""
    networks = [make() for make in candidates]
    errors = []
    for network in networks:
        network.prepare(x, seed=0)
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


def lens(values: dict[str, float], x: Tensor, y: Tensor, seed: int) -> PhysicalEmbeddingNetwork:
    """Log detectors behind a lens as it is; in the dark, they see the series."""
    return fixed([maker((fibre_for(encoder, values),), x, y) for encoder in ENCODERS], x, y)


def found_lens(x: Tensor, y: Tensor, seed: int) -> PhysicalEmbeddingNetwork:
    """Log detectors behind a lens that is found by projection, as in the preset `lens`."""
    candidates = [maker((fibre_for(encoder, FOCUS),), x, y) for encoder in ENCODERS]
    return train_best_by_projection(candidates, x, y, LENS_SETTINGS, seed=seed)[0]  # type: ignore[return-value]


def spread(x: Tensor, y: Tensor, seed: int) -> PhysicalEmbeddingNetwork:
    """Detectors spread evenly over the bank of `tiny`: designed, no case is looked at."""
    return fixed([maker(TINY.fibres(x.shape[2]), x, y)], x, y)


def chosen(
    x: Tensor, y: Tensor, seed: int, *, n_detectors: int = N_DETECTORS
) -> PhysicalEmbeddingNetwork:
    """Detectors of the bank that the training cases choose, as they are."""
    return fixed([maker(chosen_fibres(BANK, x, y, n_detectors, seed=seed), x, y)], x, y)


def tuned(
    x: Tensor, y: Tensor, seed: int, *, n_detectors: int = N_DETECTORS, kerr: bool = False
) -> PhysicalEmbeddingNetwork:
    """The chosen detectors, tuned by projection whatever it brings; on request with Kerr phases."""
    fibres = chosen_fibres(BANK, x, y, n_detectors, seed=seed)
    if kerr:
        fibres = tuple(
            replace(fibre, coefficients={**fibre.coefficients, "gamma": Trainable(0.0)})
            for fibre in fibres
        )
    return train_by_projection(maker(fibres, x, y), x, y, TUNING, seed=seed)[0]  # type: ignore[return-value]


def tiny(x: Tensor, y: Tensor, seed: int) -> PhysicalEmbeddingNetwork:
    """The preset `tiny`: the chosen detectors, tuned where that proves itself on training cases."""
    fibres = chosen_fibres(BANK, x, y, N_DETECTORS, seed=seed)
    return train_by_projection(maker(fibres, x, y), x, y, PROVEN, seed=seed)[0]  # type: ignore[return-value]


MODELS: dict[str, tuple[int, Callable[[Tensor, Tensor, int], PhysicalEmbeddingNetwork]]] = {
    "no physics": (1, partial(lens, DARK)),
    "lens in focus": (1, partial(lens, FOCUS)),
    "lens found": (1, found_lens),
    "spread": (1, spread),
    "chosen": (5, chosen),
    "tuned": (3, tuned),
    "tiny": (5, tiny),
    "tuned with Kerr": (3, partial(tuned, kerr=True)),
}
"""Every model with its number of seeds."""


def measure(data_dir: Path, out: Path) -> None:
    """All models over all sets, seeds outermost, so that what there is at any time is complete."""
    records = Records(out / "ucr.json")
    for seed in range(5):
        for model, (seeds, make) in MODELS.items():
            for name in SETS if seed < seeds else ():
                data = load_dataset(name, data_dir)
                if "Kerr" in model and len(data.X_train) * len(data.X_train[0][0]) > MOST_FOR_KERR:
                    continue
                key = {"dataset": name, "model": model, "seed": seed}
                records.add(key, partial(measured, data, make, seed))


def measured(
    data: Dataset, make: Callable[[Tensor, Tensor, int], PhysicalEmbeddingNetwork], seed: int
) -> dict[str, Any]:
    """What a model comes to on a data set: accuracy, counts, coefficients, left-out error."""
    x, y, unseen, labels = as_tensors(data)
    network = make(x, y, seed)
    searched = Searched.of(network)
    left_out = {}
    if searched.spaces:
        cases = torch.arange(len(x))[:2000]
        objective = LeftOutError(searched, x, y)
        error = evaluate(objective, searched.current(), cases, x[0].numel()).loss
        left_out = {"left_out_error": float(error)}
    return {**left_out, "dataset_digest": data.digest, **outcome(network, unseen, labels)}


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
