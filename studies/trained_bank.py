"""A small homodyne bank on UCR sets: as it is designed, and with its physics trained.

``python -m studies.trained_bank DATA_DIR [OUT]`` writes ``bank.json``.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from torch import Tensor

from physembed.data import load_dataset
from physembed.networks import (
    Component,
    Counter,
    Detector,
    Fibre,
    PhysicalEmbeddingNetwork,
    SideBySide,
)
from physembed.presets.tiny import DELAY_SPAN, DISPERSION_SPAN, around
from physembed.training import ProjectionSettings, fit_readout, train_by_projection
from studies.few_detectors import SETS, maker, measured
from studies.fit_records import Records, run_from_command_line
from studies.small_bank import small_bank

TUNED = ProjectionSettings(
    rungs=((1, 40, 200),), step_points=2**19, rate=0.01, prior=0.1, readout="ridge"
)
FREE = replace(TUNED, prior=None)


def trainable(n_timepoints: int) -> tuple[Fibre, ...]:
    """The fibres of the preset, whose dispersion, delays and thresholds are all to be found."""
    return tuple(
        replace(
            fibre,
            coefficients={
                **fibre.coefficients,
                "beta2": around(fibre.coefficients["beta2"], DISPERSION_SPAN),
            },
            arms=tuple(tuple(_found_delay(part) for part in arm) for arm in fibre.arms),
            detector=_found_thresholds(fibre.detector),
        )
        for fibre in small_bank(n_timepoints)
    )


def _found_thresholds(detector: Detector) -> Detector:
    if isinstance(detector, SideBySide):
        return replace(detector, detectors=tuple(map(_found_thresholds, detector.detectors)))
    assert isinstance(detector, Counter)
    return replace(detector, trainable=True)


def _found_delay(part: Component) -> Component:
    return replace(part, coefficients={"delay": around(part.coefficients["delay"], DELAY_SPAN)})


def as_designed(x: Tensor, y: Tensor, seed: int) -> PhysicalEmbeddingNetwork:
    """Only the readout is solved."""
    network = maker(small_bank(x.shape[2]), x, y, signed=False)()
    network.prepare(x, seed=seed)
    fit_readout(network, x, y)
    return network


def trained(
    x: Tensor, y: Tensor, seed: int, *, settings: ProjectionSettings
) -> PhysicalEmbeddingNetwork:
    """All physical numbers are searched for by projection, from the designed ones."""
    make = maker(trainable(x.shape[2]), x, y, signed=False)
    return train_by_projection(make, x, y, settings, seed=seed)[0]  # type: ignore[return-value]


MODELS: dict[str, Callable[[Tensor, Tensor, int], PhysicalEmbeddingNetwork]] = {
    "designed": as_designed,
    "trained": partial(trained, settings=TUNED),
    "trained without a prior": partial(trained, settings=FREE),
}


def measure(data_dir: Path, out: Path) -> None:
    """All models over all sets, one seed."""
    records = Records(out / "bank.json")
    for model, make in MODELS.items():
        for name in SETS:
            data = load_dataset(name, data_dir)
            key = {"dataset": name, "model": model, "seed": 0}
            records.add(key, partial(measured, data, make, 0))


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
