"""The bank of `homodyne-small` on UCR sets: as it is designed, and with its physics trained."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from torch import Tensor

from physembed.data import load_dataset
from physembed.estimators.presets.homodyne import HOMODYNE_SMALL
from physembed.estimators.presets.tiny import DELAY_SPAN, DISPERSION_SPAN, WIDTH
from physembed.experiments.goals.records import Records
from physembed.experiments.goals.ucr import SETS, maker, measured
from physembed.networks import (
    Component,
    Counter,
    Fibre,
    PhysicalEmbeddingNetwork,
    Trainable,
)
from physembed.training import ProjectionSettings, train_by_projection
from physembed.training.logistic_readout import fit_best_readout

TUNED = ProjectionSettings(rungs=((1, 40, 200),), step_points=2**19, rate=0.01, prior=0.1)
FREE = replace(TUNED, prior=None)
PROVEN = replace(TUNED, proving_folds=2)


def designed(n_timepoints: int, *, width: float = 0.0) -> tuple[Fibre, ...]:
    """The fibres of `homodyne-small`; with a width, before smooth comparators."""
    return tuple(
        replace(fibre, detector=replace(_counter(fibre), width=width))
        for fibre in HOMODYNE_SMALL.fibres(n_timepoints)
    )


def trainable(n_timepoints: int) -> tuple[Fibre, ...]:
    """The same fibres, whose dispersion, delays and thresholds are all to be found."""
    return tuple(
        replace(
            fibre,
            coefficients={**fibre.coefficients, "beta2": _within(fibre, "beta2", DISPERSION_SPAN)},
            arms=tuple(tuple(_found_delay(part) for part in arm) for arm in fibre.arms),
            detector=replace(_counter(fibre), width=WIDTH, trainable=True),
        )
        for fibre in designed(n_timepoints)
    )


def _counter(fibre: Fibre) -> Counter:
    assert isinstance(fibre.detector, Counter)
    return fibre.detector


def _found_delay(part: Component) -> Component:
    return replace(part, coefficients={"delay": _within(part, "delay", DELAY_SPAN)})


def _within(part: Fibre | Component, name: str, span: tuple[float, float]) -> Trainable:
    value = part.coefficients[name]
    assert isinstance(value, float)
    return Trainable(value, span=(span[0] * value, span[1] * value))


def as_designed(x: Tensor, y: Tensor, seed: int, *, width: float = 0.0) -> PhysicalEmbeddingNetwork:
    """Only the readout is solved."""
    network = maker(designed(x.shape[2], width=width), x, y)()
    network.prepare(x, seed=seed)
    fit_best_readout(network, x, y, seed=seed)
    return network


def trained(
    x: Tensor, y: Tensor, seed: int, *, settings: ProjectionSettings
) -> PhysicalEmbeddingNetwork:
    """All physical numbers are searched for by projection, from the designed ones."""
    return train_by_projection(maker(trainable(x.shape[2]), x, y), x, y, settings, seed=seed)[0]  # type: ignore[return-value]


MODELS: dict[str, Callable[[Tensor, Tensor, int], PhysicalEmbeddingNetwork]] = {
    "designed": as_designed,
    "designed, smooth": partial(as_designed, width=WIDTH),
    "trained": partial(trained, settings=TUNED),
    "trained without a prior": partial(trained, settings=FREE),
    "trained where that proves itself": partial(trained, settings=PROVEN),
}


def measure(data_dir: Path, out: Path) -> None:
    """All models over all sets, one seed."""
    records = Records(out / "bank.json")
    for model, make in MODELS.items():
        for name in SETS:
            data = load_dataset(name, data_dir)
            key = {"dataset": name, "model": model, "seed": 0}
            records.add(key, partial(measured, data, make, 0))
